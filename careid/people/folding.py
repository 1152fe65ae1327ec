"""How names are compared: without accents, case, apostrophes, dashes, spaces and dots, and on both sides the same.

Postgres's own functions, so that an index holds it without an extension, whatever the database's locale: NFKD (UAX 15)
takes accents off their letters, and what doesn't come apart so is put down letter by letter.
"""

import re
import unicodedata
from typing import Final

from django.contrib.postgres.indexes import OpClass
from django.db.models import CharField, Index, TextField, Transform
from django.db.models.functions import Lower

# As a regular expression, of Postgres and Python: what is no letter and no digit up to U+00BF, marks, accents, dashes.
_AWAY: Final = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u02b0-\u036f\u2000-\u206f\u2212]"
_LETTERS: Final = ("ØøŁłĐđÐðĦħŦŧıŊŋÆŒÞẞ", "oolldddd" + "hhtt" + "inn" + "æœþß")
_TWO: Final = {"æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}


def _sql() -> str:
    apart = f"regexp_replace(normalize(%(expressions)s, NFKD), '{_AWAY}', '', 'g')"
    sql = f"lower(translate({apart}, '{_LETTERS[0]}', '{_LETTERS[1]}'))"
    for one, two in _TWO.items():
        sql = f"replace({sql}, '{one}', '{two}')"
    return sql


class Folded(Transform):
    """`name__folded__startswith="obrien"` finds O'Brien and Ó Brien. Signs alone are blank, and so in every name."""

    lookup_name = "folded"
    template = _sql()
    bilateral = True
    output_field = TextField()


def fold(word: str) -> str:
    """A name as `Folded` has it, for what is compared outside the database."""
    apart = re.sub(_AWAY, "", unicodedata.normalize("NFKD", word))
    folded = apart.translate(str.maketrans(*_LETTERS)).lower()
    for one, two in _TWO.items():
        folded = folded.replace(one, two)
    return folded


def is_blank(word: str) -> bool:
    """Whether nothing of a word is compared: every name begins so."""
    return not re.sub(_AWAY, "", unicodedata.normalize("NFKD", word))


def name_start(name: str) -> Index:
    """The index by which a table's people are found from how a family name begins, or both names."""
    return Index(*(OpClass(Folded(one), name="text_pattern_ops") for one in ("family_name", "given_name")), name=name)


def email_start(name: str) -> Index:
    """The index by which a table's people are found from how an email address begins."""
    return Index(OpClass(Lower("email"), name="text_pattern_ops"), name=name)


CharField.register_lookup(Folded)
