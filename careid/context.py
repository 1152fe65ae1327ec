"""What every page's template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The operator's words, and the demo's mark."""
    return {
        "environment": settings.ENVIRONMENT,
        "operator": settings.OPERATOR,
        "service_desk": settings.SERVICE_DESK,
        "security_contact": settings.SECURITY_CONTACT,
        "privacy_contact": settings.PRIVACY_CONTACT,
        "apply_url": settings.APPLY_URL,
        "demo": settings.DEMO,
    }
