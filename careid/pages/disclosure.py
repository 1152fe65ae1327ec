"""`/.well-known/security.txt` (RFC 9116): whom to tell of a weakness; and `/robots.txt` (RFC 9309)."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

GOOD_FOR: Final = timedelta(days=90)  # the RFC advises less than a year


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Not there where no address to write to is set."""
    contact = _contact(settings.SECURITY_CONTACT.strip())
    if not contact:
        raise Http404
    lines = {
        "Contact": contact,
        "Expires": f"{timezone.now() + GOOD_FOR:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages": "en",
        "Canonical": f"{settings.ORIGIN}/.well-known/security.txt",
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """No robot has anything to look for here."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


def _contact(written: str) -> str:
    """CAREID_SECURITY_CONTACT as a URI: an address of a page or of a mailbox. Empty where it is other words."""
    if not written.isprintable() or " " in written:
        return ""
    if written.startswith(("https://", "mailto:", "tel:")):
        return written
    return f"mailto:{written}" if "@" in parseaddr(written)[1] else ""
