"""Drawing the picture: letters that lean either way, among dots.

The library's own composes a whole coloured picture anew for each letter, which takes six times as long as this.
"""

from functools import cache
from io import BytesIO
from random import Random
from typing import Final

from captcha.conf import settings as captcha_settings
from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 220, 70
FONT_SIZE: Final = 42
LEAN: Final = (-18, 18)  # degrees
GAP: Final = 2
DOTS: Final = 24  # of 256 points; arcs in their place make letters into others, and limits keep scripts out
PAPER, INK = 255, 0
_DOTTED: Final = [255] * DOTS + [0] * (256 - DOTS)


def png(letters: str, *, seed: bytes) -> bytes:
    """The picture: each time the same for the same seed, since several would show what is noise."""
    dice = Random(seed)  # noqa: S311  repeatable, and no better than its seed
    leaning = [_leaning(letter, dice.randrange(*LEAN)) for letter in letters]
    image = Image.new("L", (WIDTH, HEIGHT), PAPER)
    at = (WIDTH - sum(one.width + GAP for one in leaning)) // 2
    for one in leaning:
        image.paste(INK, (at, (HEIGHT - one.height) // 2), one)
        at += one.width + GAP
    dots = Image.frombytes("L", (WIDTH, HEIGHT), dice.randbytes(WIDTH * HEIGHT)).point(_DOTTED)
    image.paste(INK, mask=dots)
    out = BytesIO()
    image.filter(ImageFilter.SMOOTH).save(out, "PNG", compress_level=1)  # noise hardly shrinks
    return out.getvalue()


def _leaning(letter: str, degrees: int) -> Image.Image:
    turned = _upright(letter).rotate(degrees, resample=Image.Resampling.BICUBIC)
    return turned.crop(turned.getbbox())


@cache
def _upright(letter: str) -> Image.Image:
    """One of the alphabet, with room to turn."""
    text, font = f" {letter} ", _font()
    _, top, right, bottom = map(int, font.getbbox(text))
    image = Image.new("L", (right, bottom + top))
    ImageDraw.Draw(image).text((0, 0), text, font=font, fill=255)
    return image


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(captcha_settings.CAPTCHA_FONT_PATH, FONT_SIZE)
