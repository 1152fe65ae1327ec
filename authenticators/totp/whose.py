"""Whose apps a typed address names, and whether the browser knows them: one statement, whoever it is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Lower

from authenticators.models import Authenticator
from authenticators.totp import limits
from authenticators.totp.kind import KIND
from careid.limits.counting import Count
from careid.people.models import Profile
from careid.serving.visitors import Visitor
from careid.storing import crypto
from careid.storing.fields import sealed_name
from careid.storing.prepared import Prepared
from sign_in import known
from sign_in.browser import Browser


@dataclass(frozen=True)
class Whose:
    """A person's apps, held and suspended ones too, or those that ended with their profile; none for other addresses.

    `browser` if it knows them.
    """

    email: str  # as it is compared
    apps: tuple[Authenticator, ...]
    browser: str
    here: Visitor

    @property
    def profile(self) -> Profile | None:
        return self.apps[0].profile if self.apps else None

    @cached_property
    def wrong(self) -> list[Count]:
        """What a wrong try counts against: from a browser that knows the person, that browser alone."""
        if self.browser:
            return [(limits.WRONG_HERE, self.browser)]
        by_email = [(limit, self.email) for limit in limits.WRONG_EMAIL]
        return [*by_email, (limits.WRONG_ADDRESS, self.here.address), (limits.WRONG_NETWORK, self.here.network)]

    @cached_property
    def in_a_row(self) -> Count:
        """What is counted besides, for as long as nothing is right."""
        return (limits.IN_A_ROW_HERE, self.browser) if self.browser else (limits.IN_A_ROW, self.subject)

    @property
    def subject(self) -> str:
        """The person, or the address where it is nobody's."""
        return limits.of_profile(self.profile.pk) if self.profile else self.email


def find(*, email: str, browser: Browser, here: Visitor) -> Whose:
    """Whose apps this address (as it is compared) names. One statement; an open profile comes before a closed one."""
    found = _BY_EMAIL.all(email, crypto.token_hash(browser.known), known.since())
    apps = tuple(one for one in found if one.profile_id == found[0].profile_id)
    is_known = bool(apps and vars(apps[0])["is_known"])
    word = limits.of_browser(crypto.token_hash(browser.known), apps[0].profile_id) if is_known else ""
    return Whose(email, apps, word, here)


def _of(email: str, token_hash: bytes, since: datetime) -> "QuerySet[Authenticator]":
    rows = Authenticator.objects.proving().filter(kind=KIND.slug).select_related("profile__organisation")
    named = rows.alias(address=Lower("profile__email")).filter(address=email)
    seen = named.annotate(is_known=known.of(token_hash, since, profile="profile_id"))
    return seen.order_by("-profile__state", "-profile_id", "-added_at")


_BY_EMAIL: Final = Prepared(_of, "an address", b"a token's", datetime.min.replace(tzinfo=UTC))


def swap(*, app: Authenticator, material: dict[str, Any], **values: Any) -> bool:
    """Write this in place of what the app's row held when it was read; False where that is no longer there."""
    before = vars(app).get(sealed_name("material"), vars(app)["material"])
    after = Authenticator.material.field.seal(material, app)
    return bool(Authenticator.objects.live().filter(pk=app.pk, material=before).update(material=after, **values))
