"""What can be told without asking anybody: settings, keys, address, picture."""

from itertools import chain
from urllib.parse import urlsplit

from captcha.conf import settings as captcha
from django.conf import settings
from django.core import checks
from PIL import ImageFont

from careid.finding import Amiss
from careid.storing import crypto
from operating.checks import is_strict


def settings_fit() -> str:
    found = checks.run_checks(include_deployment_checks=is_strict())
    problems = [one.msg.rstrip(".") for one in found if one.is_serious() and not one.is_silenced()]
    if problems:
        raise Amiss("\n".join(problems), do="change what is named, and restart web and worker")
    return (
        "what manage.py check --deploy asks for is there" if is_strict() else "enough to try it out, not for production"
    )


def keys() -> str:
    rings = {"CAREID_KEYS": settings.KEYS, "CAREID_INDEX_KEYS": settings.INDEX_KEYS}
    ids = []
    for name, text in rings.items():
        try:
            ids.append(f"{name} {', '.join(crypto.ring(text))}")
        except crypto.BadKeys as bad:
            raise Amiss(f"{name}: {bad}", do="give the ring as .env.example shows it") from bad
    if crypto.open(crypto.seal(b"doctor", context="doctor"), context="doctor") != b"doctor":
        raise Amiss("what is sealed does not open again", do="this is a fault of Care ID: tell who maintains it")
    return f"by their ids, the first of each in use: {'; '.join(ids)}"


def address() -> str:
    origin = urlsplit(settings.ORIGIN)
    if not origin.hostname:
        raise Amiss("CAREID_ORIGIN is not set", do="write it as https://careid.example.nhs.uk")
    if origin.hostname not in settings.ALLOWED_HOSTS:
        words = f"{origin.hostname} is the origin's host and not in ALLOWED_HOSTS: every page is refused"
        raise Amiss(words, do="put it into ALLOWED_HOSTS")
    if origin.scheme == "https":
        return f"{settings.ORIGIN}, in ALLOWED_HOSTS; cookies are Secure and for this host alone"
    if is_strict():
        raise Amiss(f"{settings.ORIGIN} is not https: cookies are in clear", do="set CAREID_ORIGIN to https://…")
    return f"{settings.ORIGIN}, in ALLOWED_HOSTS; cookies are in clear, which is for trying out alone"


def picture() -> str:
    if captcha.CAPTCHA_TEST_MODE:
        raise Amiss("CAPTCHA_TEST_MODE lets anything pass", do="remove it")
    fonts = captcha.CAPTCHA_FONT_PATH
    for font in chain([fonts] if isinstance(fonts, str) else fonts):
        ImageFont.truetype(font, captcha.CAPTCHA_FONT_SIZE)
    if len({captcha.get_challenge()()[0] for _ in range(3)}) == 1:
        raise Amiss("it draws the same letters each time", do="leave CAPTCHA_CHALLENGE_FUNCT as Care ID sets it")
    if settings.CAPTCHA == "always":
        return "asked for each time, with new letters"
    if is_strict():
        raise Amiss("CAREID_CAPTCHA leaves it out", do="set CAREID_CAPTCHA=always")
    return "left out by CAREID_CAPTCHA, which is for trying out alone"
