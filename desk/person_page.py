"""A person's page: who they are, what stops them, what can be done, and what has happened."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from authenticators.models import Authenticator, Report
from careid.people.models import Profile
from careid.post.models import Mail
from careid.trail.models import Event
from desk import diagnosis, logouts, signing_in, words
from desk.assisting import may_assist
from desk.scope import held
from desk.verb import Verb
from provider import roles

TRAIL: Final = "careid.view_event"
REPORTS: Final = "authenticators.view_report"


def about(request: HttpRequest, profile: Profile, *, desk: Any) -> dict[str, Any]:
    """What the page's template shows of a profile; `desk` is the profile's ModelAdmin."""
    offered = {verb.slug: (verb, address) for verb, address in desk.offered(request, profile)}
    cases = _cases(request, profile, desk) if request.user.has_perm(REPORTS) else []
    own = list(_of_authenticators(request, profile, desk))
    past = _past(request, profile, [one for one, *_ in own])
    stops = _what_stops(profile, past, own, remedies=offered | _elsewhere(cases, own))
    shown = {cause.remedy for beside in stops.values() for cause, remedy in beside if remedy}
    return {
        "title": str(profile),
        "subtitle": f"User id {profile.user_id}, {profile.organisation}",
        "now": timezone.now(),
        "why_closed": words.why_closed(profile),
        "offered": sorted((one for slug, one in offered.items() if slug not in shown), key=lambda one: one[0].grave),
        "left_to_others": _left_to_others(request, profile, desk, [*cases, *own]),
        "may_assist": may_assist(request, profile),
        "authenticators": own,
        "live": [one for one, *_ in own if one.is_live],
        "reports": cases,
        "roles": roles.of(profile),
        **stops,
        **past,
    }


def _what_stops(
    profile: Profile, past: dict[str, Any], own: list[tuple[Any, ...]], *, remedies: dict[str, Any]
) -> dict[str, Any]:
    """What stops them from adding and from signing in, and their last try of each, with each remedy once."""
    live = [one for one, *_ in own if one.is_live]
    causes = {
        "causes": diagnosis.causes(profile),
        "last_try": diagnosis.last_try(past["attempts"], profile),
        "shut_out": signing_in.causes(profile, live),
        "last_sign_in": signing_in.last_try(past["tries"]),
    }
    left = dict(remedies)
    return {name: [(one, left.pop(one.remedy or "", None)) for one in found] for name, found in causes.items()}


def _elsewhere(cases: list[tuple[Report, Any]], own: list[tuple[Any, ...]]) -> dict[str, Any]:
    """What ends a cause and is done to another row than the person's: to a report or to one of their authenticators."""
    case = next((verbs[0] for _, verbs in cases if verbs), None)
    of_each = {signing_in.remedy(verb.slug, one.pk): (verb, at) for one, _, verbs in own for verb, at in verbs}
    return of_each | ({"case": case} if case else {})


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


def _past(request: HttpRequest, profile: Profile, own: list[Authenticator]) -> dict[str, Any]:
    """What happened, for whoever may read the trail, and where the person is signed in.

    What happened while somebody was another organisation's is that one's, as in the trail itself: its mails too.
    """
    if not request.user.has_perm(TRAIL):
        return {"may_read": False, "attempts": [], "tries": []}
    trail = held(Event.objects.filter(profile_id=profile.pk), request.user, "organisation")
    mails = held(Mail.objects.filter(profile=profile), request.user, "organisation")
    of_adding = trail.exclude(name__in=signing_in.NAMES)
    return {
        "may_read": True,
        "attempts": diagnosis.attempts(of_adding),
        "places": signing_in.places(profile),
        "logouts": logouts.of(profile),
        "tries": signing_in.tries(trail, own),
        "mails": diagnosis.mails(mails),
        "events": diagnosis.events(of_adding.filter(attempt_id=None)),
    }
