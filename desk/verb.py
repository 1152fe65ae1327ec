"""One thing that the desk can do to a row, as its pages need to know it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms

from desk.verb_forms import ReasonForm


@dataclass(frozen=True)
class Verb:
    """`run(row, by=…, **the form's fields)` returns whether anything was done; `fresh` asks for the factor again."""

    slug: str
    title: str
    tells: str  # what will happen, beneath the title
    permission: str
    run: Callable[..., object]
    done: str
    applies: Callable[[Any], bool]
    reasons: dict[str, str] = field(default_factory=dict)
    form: Callable[..., forms.Form] = ReasonForm  # takes `reasons`
    fresh: bool = False
    for_oneself: bool = False  # whether an admin may do it to their own profile
    grave: bool = False  # whether it can't be taken back, or shuts somebody out: its button looks so
    otherwise: str = "Nothing was changed: it was so already."
    too_often: str = "You have done that too often."
