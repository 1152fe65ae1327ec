"""What every page's template knows."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from careid.errors import counted
from careid.pages import passing


def page(request: HttpRequest) -> dict[str, Any]:
    """The operator's words, the word that waits for this page, and the demo's mark."""
    return {
        "environment": settings.ENVIRONMENT,
        "operator": settings.OPERATOR,
        "service_desk": settings.SERVICE_DESK,
        "security_contact": settings.SECURITY_CONTACT,
        "privacy_contact": settings.PRIVACY_CONTACT,
        "apply_url": settings.APPLY_URL,
        "kept_attempts": counted(settings.KEEP_ATTEMPTS // timedelta(hours=1), "hour"),
        "kept_visits": counted(settings.KEEP_VISITS // timedelta(hours=1), "hour"),
        "kept_sessions": counted(settings.KEEP_SESSIONS.days, "day"),
        "kept_logouts": counted(settings.KEEP_LOGOUTS.days, "day"),
        "kept_sign_ins": counted(settings.KEEP_SIGN_INS.days, "day"),
        "signed_in_idle": counted(settings.SESSION_IDLE // timedelta(minutes=1), "minute"),
        "signed_in_most": counted(settings.SESSION_LIFE // timedelta(hours=1), "hour"),
        "kept_applying": counted(settings.KEEP_APPLYING.days, "day"),
        "kept_counters": counted(settings.KEEP_COUNTERS.days, "day"),
        "kept_mails": counted(settings.KEEP_MAILS.days, "day"),
        "passing": passing.read(request),
        "demo": "demo" in settings.INSTALLED_APPS,
    }
