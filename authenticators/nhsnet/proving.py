"""Signing in with an account, between leaving for NHS.net and coming back: one flow a `state`, each single use.

Pending meanwhile: an entry a flow, as `flows.begin` made it, under `nhsnet.` and its state; and under `nhsnet` what is
known of the last one: whether NHS.net has to ask `again`, or the `address` of an account that is on no profile.
"""

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from django.conf import settings

from authenticators.models import Authenticator
from authenticators.nhsnet import flows
from authenticators.nhsnet.kind import KIND
from authenticators.nhsnet.limits import NHSNET_NOTES, SIGN_IN_STARTS
from authenticators.nhsnet.tokens import Account, Rejected
from authenticators.nhsnet.words import Why
from careid.errors import Reason, Refused
from careid.fetching.fetcher import Unreachable
from careid.limits import counting
from careid.serving.visitors import Visitor
from sign_in import trail, visits
from sign_in.models import Visit

# What was wrong, as the person is told it. The trail has the reason itself; what isn't here is `unknown`.
TOLD: Final[dict[Reason, str]] = {
    Why.STATE_UNKNOWN: "timed_out",
    Why.TOO_LATE: "timed_out",
    Why.CODE: "timed_out",
    Why.EARLIER: "timed_out",
    Why.NOT_REGISTERED: "not_registered",
    Why.NOT_IN_BETA: "not_in_beta",
    Why.TENANT: "wrong_tenant",
    Why.ISSUER: "wrong_tenant",
    Why.GUEST: "guest",
    Why.CANCELLED: "cancelled",
    Why.CARE_IDENTITY: "care_identity",
    Why.MFA: "no_second_step",
    Why.SECOND_STEP: "no_second_step",
    Why.CONDITIONAL_ACCESS: "conditional_access",
    Why.DEVICE_POLICY: "conditional_access",
    Why.CONSENT: "consent",
    Why.EXPIRED: "clock",
    Why.NOT_YET: "clock",
    Why.ASSERTION_TIME: "clock",
    Why.CLIENT: "unreachable",
    Why.PROVIDER: "unreachable",
}


def begin(*, visit: Visit, here: Visitor) -> str:
    """Start a sign-in that this browser may come back from, and return its address.

    Refused: `unreachable`. Locked after ten in a quarter of an hour.
    """
    counting.hit_or_lock((SIGN_IN_STARTS, str(visit.pk)))
    try:
        address, state, kept = flows.begin(purpose=flows.SIGNING_IN, **_asked(visit))
    except Unreachable as unreachable:
        _refuse(visit, here, unreachable.reason, "unreachable")
    for old in flows.oldest(_flows(visit)):
        visits.take(visit=visit, slug=old)
    visits.put(visit=visit, slug=_slug(state), entry=kept)
    return address


def _asked(visit: Visit) -> dict[str, Any]:
    """How NHS.net is to ask: on a computer that people share, a colleague's account may stand open there.

    Nobody is signed in with it unseen: the account is always chosen. And whoever chooses it proves that it is theirs,
    where its owner did so longer ago than a sign-in here may stand idle; wherever it has to be now, always.
    """
    if visit.fresh or visits.read(visit, KIND.slug).get("again"):
        return {"prompt": "login"}
    return {"prompt": "select_account", "max_age": int(settings.SESSION_IDLE.total_seconds())}


def _slug(state: str) -> str:
    return f"{KIND.slug}.{state}"


def _flows(visit: Visit) -> dict[str, Any]:
    """What the visit keeps of the flows that have not come back."""
    return {slug: kept for slug, kept in (visit.pending or {}).items() if slug.startswith(_slug(""))}


def knows(*, visit: Visit, state: str) -> bool:
    """Whether this browser left for NHS.net with this state, to sign in, and has not come back yet."""
    return bool(visits.read(visit, _slug(state)))


def finish(*, visit: Visit, answer: Mapping[str, str], here: Visitor) -> tuple[Authenticator, dict[str, str] | None]:
    """The link of the account that this answer of NHS.net proves, and what it is to keep from now on, if that changed.

    The flow is spent, whatever comes of the answer. Whether the link may be used is not judged here.
    Refused: `unreachable`, `unknown`, the values of TOLD.
    """
    kept = visits.take(visit=visit, slug=_slug(answer.get("state", "")))
    if not kept:
        _refuse(visit, here, Why.STATE_UNKNOWN)
    if visit.is_over:
        _refuse(visit, here, Why.TOO_LATE)
    try:
        account = flows.account(kept, answer)
    except Unreachable as unreachable:
        _refuse(visit, here, unreachable.reason, "unreachable")
    except Rejected as rejected:
        if rejected.reason is Why.EARLIER:
            visits.put(visit=visit, slug=KIND.slug, entry={"again": True})
        _refuse(visit, here, rejected.reason, error=rejected.number)
    one = _linked(visit, here, account)
    material = {**one.material, **account.material}
    return one, None if material == one.material else material


def _linked(visit: Visit, here: Visitor, account: Account) -> Authenticator:
    """The link of this account, in an organisation of the private beta: the one switch that signing in heeds.

    One that ended with its profile will do where no other is live: `sessions.open` says that the profile is closed.
    """
    links = Authenticator.objects.select_related("profile__organisation")
    mine = links.filter(kind=KIND.slug, external_id=account.external_id)
    one = min(mine.proving(), key=lambda link: not link.is_live, default=None)
    if one is None:
        visits.put(visit=visit, slug=KIND.slug, entry={"address": account.address})
        _refuse(visit, here, Why.NOT_REGISTERED, authenticator=mine.order_by("-state_changed_at").first())
    if not one.profile.organisation.nhsnet_beta:
        _refuse(visit, here, Why.NOT_IN_BETA, authenticator=one)
    return one


def _refuse(
    visit: Visit,
    here: Visitor,
    reason: Reason,
    told: str = "",
    *,
    authenticator: Authenticator | None = None,
    error: str = "",
) -> NoReturn:
    """Refuse, and note why: the trail gets the reason and the provider's number, the page `told`, or as TOLD has it.

    Of nobody of ours, sixty times an hour from an address: a script could else fill the trail, which is kept for years.
    """
    flows.alarm(reason, visit_id=visit.pk)
    if authenticator or not counting.hit((NHSNET_NOTES, here.address), room=here.room).silenced:
        with trail.asked_by(visit):
            trail.note(kind=KIND, reason=reason, authenticator=authenticator, error=error)
    raise Refused(told or TOLD.get(reason, "unknown"))
