"""How often somebody may be wrong, and a password be made. A lock is of the app's way alone.

From a browser that knows the person its own limits alone count: so a stranger who knows an address locks its owner out
of no browser in which they have signed in.
"""

from datetime import timedelta
from typing import Final

from careid.limits.counting import Count
from careid.limits.limits import DAY, FOR_EVER, HOUR, Limit, doubling
from careid.limits.own import Held
from careid.people.models import Profile
from careid.storing import crypto
from sign_in.models import KnownBrowser

QUARTER: Final = timedelta(minutes=15)
BROWSERS_MOST: Final = 50  # of a person that the desk looks at: those of the last sign-ins
PASSWORDS: Final = Limit("totp_passwords", 10, QUARTER)  # each costs a hash
# Wrong passwords and codes, from browsers that do not know the person: 15 minutes, then twice as long, up to 8 hours.
WRONG_EMAIL: Final = doubling("totp_wrong_email", 5, QUARTER, 6)
WRONG_ADDRESS: Final = Limit("totp_wrong_address", 60, HOUR, shared=True)
WRONG_NETWORK: Final = Limit("totp_wrong_network", 600, DAY, shared=True)
IN_A_ROW: Final = Limit("totp_in_a_row", 100, FOR_EVER)  # NIST SP 800-63B-4, 3.2.2
# In place of all these, of a browser and a person whom it knows.
WRONG_HERE: Final = Limit("totp_wrong_here", 10, QUARTER)
IN_A_ROW_HERE: Final = Limit("totp_in_a_row_here", 100, FOR_EVER)
LOCK_MAIL: Final = Limit("totp_lock_mail", 1, DAY, silent=True)
# Of a forgotten password: as emailed codes.
CODES_HOUR: Final = Limit("totp_codes_hour", 6, HOUR)
CODES_DAY: Final = Limit("totp_codes_day", 10, DAY)
CODES_WRONG: Final = Limit("totp_codes_wrong", 25, DAY)
CODES_ADDRESS: Final = Limit("totp_codes_address", 20, HOUR, shared=True)

ALL: Final = (
    *(PASSWORDS, *WRONG_EMAIL, WRONG_ADDRESS, WRONG_NETWORK, IN_A_ROW, WRONG_HERE, IN_A_ROW_HERE, LOCK_MAIL),
    *(CODES_HOUR, CODES_DAY, CODES_WRONG, CODES_ADDRESS),
)
_CODES: Final = {
    CODES_HOUR: "6 codes for a new password were asked for in an hour",
    CODES_DAY: "10 codes for a new password were asked for in a day",
    CODES_WRONG: "25 wrong codes for a new password in a day",
}
_OF_EMAIL: Final = dict.fromkeys(WRONG_EMAIL, "5 wrong sign-ins with their app, from browsers new to them") | _CODES
_OF_BROWSER: Final = {
    WRONG_HERE: "10 wrong sign-ins with their app in a browser that they have used",
    IN_A_ROW_HERE: "100 wrong sign-ins with their app in a row, in a browser that they have used",
    **_CODES,
}
_OF_PROFILE: Final = {IN_A_ROW: "100 wrong sign-ins with their app in a row, from browsers new to them"}


def of_browser(token_hash: bytes | memoryview, profile_id: int) -> str:
    """What a browser that knows a person is counted as."""
    return f"{bytes(token_hash).hex()} {profile_id}"


def of_profile(profile_id: int) -> str:
    """What a person's apps are counted as, whatever address is theirs by now."""
    return f"profile {profile_id}"


def locks(profile: Profile) -> list[Held]:
    """Everything that is counted against a person's apps, for the desk to show and to lift. One statement."""
    theirs = KnownBrowser.objects.filter(profile=profile).order_by("-last_at")
    hashes = theirs.values_list("token_hash", flat=True)[:BROWSERS_MOST]
    subjects = [(of_profile(profile.pk), _OF_PROFILE)]
    subjects += [(of_browser(one, profile.pk), _OF_BROWSER) for one in hashes]
    subjects += [(profile.email.lower(), _OF_EMAIL)] if profile.email else []
    return [Held(limit, subject, words) for subject, said in subjects for limit, words in said.items()]


def in_a_row(profile: Profile, browser: str) -> list[Count]:
    """The wrong tries in a row that a sign-in with another kind forgets: `browser` is the word of the one it is in."""
    here = of_browser(crypto.token_hash(browser), profile.pk)
    return [(IN_A_ROW, of_profile(profile.pk)), (IN_A_ROW_HERE, here)]
