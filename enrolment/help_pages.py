"""The help pages: open to all, true of this software, with the operator's own words from settings and the admin."""

from typing import Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from careid.pages import answers
from careid.people.models import Organisation
from careid.people.services import Service
from careid.people.typed import one_line
from enrolment import journey
from enrolment.journey import open_to_all

PAGES: Final = {
    "accessibility": "Accessibility statement",
    "cookies": "Cookies",
    "privacy": "Privacy",
    "services": "Where you can use an authenticator",
    "find-your-ra": "Find your Registration Authority",
}
ORGANISATIONS_SHOWN: Final = 20


@open_to_all
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    words = one_line(request.GET.get("q", ""))[:100].replace("\0", "")
    found = (
        Organisation.objects.filter(Q(name__folded__contains=words) | Q(code__iexact=words))
        if any(char.isalnum() for char in words)
        else Organisation.objects.none()
    )
    return answers.show(
        request,
        f"enrolment/help/{name}.html",
        page="help",
        attempt=journey.current(request),
        title=PAGES[name],
        services=Service.objects.all() if name == "services" else (),
        organisations=found[:ORGANISATIONS_SHOWN] if name == "find-your-ra" else (),
        words=words,
    )
