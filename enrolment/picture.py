"""The picture test: django-simple-captcha's, with a challenge, a drawing and a check that hold in a threaded server."""

import hmac
import re
import secrets
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from captcha.fields import CaptchaField, CaptchaTextInput
from captcha.models import CaptchaStore
from django.db import connection
from django.utils import timezone

from careid.limits import counting, limits
from careid.limits.limits import Limit
from careid.people.typed import compact
from careid.serving.visitors import Visitor
from careid.storing import crypto
from enrolment import drawing

LETTERS: Final = "ACDEFHJKMNPRTUWX34679"  # no look-alikes
LENGTH: Final = 5
AT_LEAST: Final = timedelta(minutes=1)  # how long a picture that is shown again still lasts
KEY: Final = re.compile(r"[0-9a-f]{40}")
HALF: Final = 20  # characters of a key: 80 random bits, then as many of a MAC over them and the browser
PURPOSE: Final = "picture's browser"


def challenge() -> tuple[str, str]:
    """What is drawn, and the answer: from the system's own randomness, since the key seeds the library's."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return letters, letters.lower()


def make(browser: str) -> str:
    """Make a picture that only this browser can answer, and return its key. `browser` is its own secret."""
    start, (letters, answer) = secrets.token_hex(HALF // 2), challenge()
    key = start + _bound(start, browser)[0]
    CaptchaStore.objects.create(challenge=letters, response=answer, hashkey=key)
    return key


def is_of(key: str, browser: str) -> bool:
    """Whether the picture of this key was made for this browser."""
    return any(hmac.compare_digest(key[HALF:], one) for one in _bound(key[:HALF], browser))


def _bound(start: str, browser: str) -> list[str]:
    return [mac.hex()[:HALF] for mac in crypto.macs(PURPOSE, start, browser)]


def failures(here: Visitor) -> tuple[Limit, str]:
    """What a wrong answer counts against."""
    return limits.PICTURE_FAILURES, here.address


def check(here: Visitor) -> None:
    """Raise Locked where too many answers from here were wrong: not one more is judged."""
    verdict = counting.look(failures(here), room=here.room, more=1)
    if verdict.locked:
        raise counting.Locked(verdict)


def take(key: str, answer: str, *, here: Visitor, browser: str) -> str:
    """`right`, `wrong` or `gone`. One statement takes the picture, right or wrong, so that each is answered once.

    `elsewhere` for a picture of another browser, which stays for that one. Where too many answers from here were wrong,
    no picture is taken, and the word is `gone`.
    """
    if not is_of(key, browser):
        return "elsewhere"
    allowed, values = counting.has_room(failures(here), room=here.room)
    table = CaptchaStore._meta.db_table
    taking = f"DELETE FROM {table} WHERE hashkey = %s AND {allowed} RETURNING response, expiration"  # noqa: S608  no value is put in
    with connection.cursor() as cursor:
        cursor.execute(taking, [key, *values])
        row = cursor.fetchone()
    if row is None or row[1] <= timezone.now():
        return "gone"
    return "right" if hmac.compare_digest(row[0].encode(), answer.encode()) else "wrong"


@lru_cache(maxsize=4096)
def drawn(key: str) -> bytes:
    """A PNG, drawn once: drawing takes longer than a page. Gone where the picture was answered or never was."""
    store = CaptchaStore.objects.filter(hashkey=key).first()
    if store is None:
        raise Gone
    return drawing.png(store.challenge, seed=crypto.macs("picture", key)[-1])


class Gone(Exception):
    """There is no picture under this key."""


class PictureInput(CaptchaTextInput):
    """Draws a new picture each time, or again the one of `keep`, which was not answered, with what was `typed`."""

    template_name = "enrolment/picture.html"
    keep = typed = ""
    browser = ""  # for which a new one is made
    proved = False  # whether a proof of work stands in for the picture

    def fetch_captcha_store(self, name: str, value: Any, attrs: Any = None, generator: Any = None) -> None:
        later = timezone.now() + AT_LEAST
        lasts = CaptchaStore.objects.filter(hashkey=self.keep, expiration__gt=later)
        kept = bool(self.keep) and is_of(self.keep, self.browser) and lasts.exists()
        self._key = self.keep if kept else make(self.browser)
        self._value = [self._key, self.typed if kept else ""]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "proved": self.proved}

    use_fieldset = False  # one box to type in, so a label and not a legend


class PictureField(CaptchaField):
    """Cleans to (key, answer). The form takes the picture once everything else is right."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=PictureInput(attrs={"class": "nhsuk-input nhsuk-input--width-10", "maxlength": "12"}),
            **kwargs,
        )

    def clean(self, value: Any) -> tuple[str, str]:
        key, answer = value or ("", "")
        return key if KEY.fullmatch(key or "") else "", compact(answer or "").lower()[:40]
