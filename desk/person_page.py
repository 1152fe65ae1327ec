"""A person's page: who they are, what stops them, what can be done, and what has happened."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from authenticators.models import Authenticator, Report
from careid.people.models import Profile
from careid.post.models import Mail
from careid.trail.models import Event
from desk import diagnosis, words
from desk.assisting import may_assist
from desk.scope import held
from desk.verb import Verb

TRAIL: Final = "careid.view_event"
REPORTS: Final = "authenticators.view_report"


def about(request: HttpRequest, profile: Profile, *, desk: Any) -> dict[str, Any]:
    """What the page's template shows of a profile; `desk` is the profile's ModelAdmin."""
    offered = {verb.slug: (verb, address) for verb, address in desk.offered(request, profile)}
    cases = _cases(request, profile, desk) if request.user.has_perm(REPORTS) else []
    case = next((verbs[0] for _, verbs in cases if verbs), None)
    past = _past(request, profile)
    causes = diagnosis.causes(profile)
    last = diagnosis.last_try(past["visits"], profile)
    beside = list(_each_remedy_once([*causes, *last], {**offered, "case": case} if case else offered))
    shown = {cause.remedy for cause, remedy in beside if remedy}
    own = list(_of_authenticators(request, profile, desk))
    return {
        "title": str(profile),
        "subtitle": f"User id {profile.user_id}, {profile.organisation}",
        "now": timezone.now(),
        "why_closed": words.why_closed(profile),
        "causes": beside[: len(causes)],
        "last_try": beside[len(causes) :],
        "offered": sorted((one for slug, one in offered.items() if slug not in shown), key=lambda one: one[0].grave),
        "left_to_others": _left_to_others(request, profile, desk, [*cases, *own]),
        "may_assist": may_assist(request, profile),
        "authenticators": own,
        "live": [one for one, *_ in own if one.is_live],
        "reports": cases,
        **past,
    }


def _each_remedy_once(
    causes: list[diagnosis.Cause], remedies: dict[str, Any]
) -> Iterator[tuple[diagnosis.Cause, Any | None]]:
    """Each cause with the button that ends it: beside the first of those that the same button ends."""
    left = dict(remedies)
    for cause in causes:
        yield cause, left.pop(cause.remedy or "", None)


def _of_authenticators(request: HttpRequest, profile: Profile, desk: Any) -> Iterator[tuple[Authenticator, str, Any]]:
    of_one = desk.admin_site.get_model_admin(Authenticator)
    for one in profile.authenticators.defer("material").order_by("state", "-added_at"):  # each knows whose it is
        yield one, words.why_stopped(one), list(of_one.offered(request, one))


def _cases(request: HttpRequest, profile: Profile, desk: Any) -> list[tuple[Report, Any]]:
    of_report = desk.admin_site.get_model_admin(Report)
    reports = profile.reports.order_by("-reported_at")[: diagnosis.ATTEMPTS]
    return [(one, list(of_report.offered(request, one))) for one in reports]


def _left_to_others(request: HttpRequest, profile: Profile, desk: Any, shown: list[tuple[Any, ...]]) -> list[Verb]:
    """What a colleague has to do, to the profile and to the rows that its page shows: each verb once."""
    of_rows = ((desk.admin_site.get_model_admin(type(row)), row) for row, *_ in shown)
    verbs = {verb.title: verb for one, row in of_rows for verb in one.left_to_others(request, row)}
    return list({**{verb.title: verb for verb in desk.left_to_others(request, profile)}, **verbs}.values())


def _past(request: HttpRequest, profile: Profile) -> dict[str, Any]:
    """What happened, for whoever may read the trail.

    What happened while somebody was another organisation's is that one's, as in the trail itself: its mails too.
    """
    if not request.user.has_perm(TRAIL):
        return {"may_read": False, "visits": []}
    trail = held(Event.objects.filter(profile_id=profile.pk), request.user, "organisation")
    mails = held(Mail.objects.filter(profile=profile), request.user, "organisation")
    return {
        "may_read": True,
        "visits": diagnosis.visits(trail),
        "mails": diagnosis.mails(mails),
        "events": diagnosis.events(trail.filter(attempt_id=None)),
    }
