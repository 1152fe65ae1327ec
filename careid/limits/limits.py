"""Every limit, in one honest list, and which of them the setting enforces."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

MINUTES_10: Final = timedelta(minutes=10)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
FOR_EVER: Final = timedelta(days=36_500)


@dataclass(frozen=True)
class Limit:
    """`most` counts of one subject a window. A silent limit never shows itself: no mail goes, the page is the same."""

    name: str
    most: int
    window: timedelta
    silent: bool = False
    shared: bool = False  # the subject is an address: trusted networks have more room
    alarm: bool = False  # only tells the operator

    @property
    def shows(self) -> bool:
        """Whether a visitor notices when the limit is over."""
        return not self.silent and not self.alarm

    @property
    def counts_guesses(self) -> bool:
        """Whether it counts wrong tries of something secret, as its name says: production does without none of them."""
        return "wrong" in self.name or "in_a_row" in self.name

    def most_with(self, room: int) -> int:
        """`most`, times the room that the visitor's network has, where the subject is an address."""
        return self.most * (room if self.shared else 1)


def doubling(name: str, most: int, window: timedelta, times: int) -> tuple[Limit, ...]:
    """`most` tries, then a lock as long as the window; as many again, then one of twice that length, and so on.

    A step's window holds the windows of the steps before it: their tries count in it too, and so does, for each of
    their locks, the one try that met it.
    """
    return tuple(
        Limit(f"{name}_{step}", (most + 1) * step - 1, window * (2**step - 1), shared="address" in name)
        for step in range(1, times + 1)
    )


START = Limit("start", 300, MINUTES_10, shared=True)
PICTURE_FAILURES = Limit("picture_failures", 20, MINUTES_10, shared=True)
PICTURE_REFRESHES = Limit("picture_refreshes", 60, MINUTES_10, shared=True)
DETAILS_ADDRESS = Limit("details_address", 60, HOUR, shared=True)
DETAILS_NETWORK = Limit("details_network", 600, DAY, shared=True)
DETAILS_PAIR_HOUR = Limit("details_pair_hour", 6, HOUR)
DETAILS_PAIR_DAY = Limit("details_pair_day", 10, DAY)
DETAILS_EMAIL_HOUR = Limit("details_email_hour", 10, HOUR, silent=True)
DETAILS_EMAIL_DAY = Limit("details_email_day", 20, DAY, silent=True)
DETAILS_NINO_HOUR = Limit("details_nino_hour", 10, HOUR, silent=True)
DETAILS_NINO_DAY = Limit("details_nino_day", 20, DAY, silent=True)
DETAILS_MATCHED = Limit("details_matched", 1_000_000_000, timedelta(minutes=5))  # the same work as for the failed
DETAILS_FAILED = Limit("details_failed", 1_000, timedelta(minutes=5), alarm=True)
CODE_SENDS_HOUR = Limit("code_sends_hour", 6, HOUR)
CODE_SENDS_DAY = Limit("code_sends_day", 10, DAY)
CODE_SENDS_ALL = Limit("code_sends_all", 600, MINUTES_10, alarm=True)
CODE_WRONG_DAY = Limit("code_wrong_day", 25, DAY)  # 25 guesses a day in 1,000,000
CODE_WRONG_IN_A_ROW = Limit("code_wrong_in_a_row", 100, FOR_EVER)  # NIST SP 800-63B, 3.2.2: then only an RA lifts it
SECOND_PRESSES = Limit("second_presses", 5, MINUTES_10)  # of an attempt whose code was right a moment ago
NAMINGS = Limit("namings", 10, MINUTES_10)  # of an attempt: each leaves an event
MOVE_ANSWERS = Limit("move_answers", 20, HOUR)  # of a person in a move: likewise
SIGN_IN_VISITS = Limit("sign_in_visits", 300, MINUTES_10, shared=True)  # each leaves a row
NOT_MATCHED_MAIL = Limit("not_matched_mail", 1, HOUR, silent=True)
SILENCED_MAIL = Limit("silenced_mail", 1, DAY, silent=True)
ON_FILE_MAIL = Limit("on_file_mail", 1, DAY, silent=True)  # somebody applied with what is on file
# Of an admin: whatever tells whether a number, or an address, is on file somewhere.
NINO_CHECKS = Limit("nino_checks", 30, HOUR)
EMAIL_CHECKS = Limit("email_checks", 30, HOUR)
# Of the desk's door, passwords and codes alike: 15 minutes, then twice as long each time, up to 8 hours.
SIGN_IN_NAME = doubling("sign_in_name", 5, timedelta(minutes=15), 6)
SIGN_IN_ADDRESS = doubling("sign_in_address", 5, timedelta(minutes=15), 6)
INVITED_PASSWORDS = Limit("invited_passwords", 10, timedelta(minutes=15))  # of an invitation
# In place of both, where the account has signed in from this browser before: strangers' tries don't count there.
SIGN_IN_BROWSER = doubling("sign_in_browser", 5, timedelta(minutes=15), 6)

PAIR_LIMITS: Final = (
    *(DETAILS_PAIR_HOUR, DETAILS_PAIR_DAY, CODE_SENDS_HOUR, CODE_SENDS_DAY, CODE_WRONG_DAY, CODE_WRONG_IN_A_ROW),
)
EMAIL_LIMITS: Final = (DETAILS_EMAIL_HOUR, DETAILS_EMAIL_DAY)
NINO_LIMITS: Final = (DETAILS_NINO_HOUR, DETAILS_NINO_DAY)
ALL: Final[dict[str, Limit]] = {
    limit.name: limit
    for limit in (
        *(START, PICTURE_FAILURES, PICTURE_REFRESHES, DETAILS_ADDRESS, DETAILS_NETWORK),
        *(*PAIR_LIMITS, *EMAIL_LIMITS, *NINO_LIMITS, DETAILS_MATCHED, DETAILS_FAILED, CODE_SENDS_ALL),
        *(
            SIGN_IN_VISITS,
            SECOND_PRESSES,
            NAMINGS,
            MOVE_ANSWERS,
            NOT_MATCHED_MAIL,
            SILENCED_MAIL,
            ON_FILE_MAIL,
            NINO_CHECKS,
            EMAIL_CHECKS,
            INVITED_PASSWORDS,
        ),
        *(*SIGN_IN_NAME, *SIGN_IN_ADDRESS, *SIGN_IN_BROWSER),
    )
}


def add(*more: Limit) -> None:
    """Take in the limits of a kind of authenticator, once the apps are ready."""
    ALL.update({limit.name: limit for limit in more})
    modes.cache_clear()


@lru_cache(maxsize=8)
def modes(text: str) -> dict[str, str]:
    """`enforce`, `shadow` or `off` by each limit's name, from `enforce,start=shadow`. ValueError for other words."""
    general, *exceptions = [word.strip() for word in text.split(",")]
    chosen = dict.fromkeys(ALL, general) | dict(word.split("=", 1) for word in exceptions if "=" in word)
    if (
        chosen.keys() != ALL.keys()
        or not set(chosen.values()) <= {"enforce", "shadow", "off"}
        or not all("=" in word for word in exceptions)
    ):
        raise ValueError("write enforce, shadow or off, then exceptions such as start=shadow")
    return chosen
