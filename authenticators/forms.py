"""Choosing a kind, and naming what was added."""

from collections import Counter
from typing import Any

from django import forms

from authenticators.kind import Kind
from careid.pages.forms import NameField, PageForm


class ChooseForm(PageForm):
    heading = "kind"
    kind = forms.ChoiceField(
        label="What do you want to add?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to add", "invalid_choice": "Choose one of these"},
    )

    def __init__(self, *args: Any, kinds: list[Kind], live: Counter[str], **kwargs: Any) -> None:
        """`kinds` are those offered, and `live` how many of each there are."""
        super().__init__(*args, **kwargs)
        choices = [(kind.slug, kind.title) for kind in kinds]
        if len(choices) == 1:
            self.initial.setdefault("kind", choices[0][0])
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        self.hints = {kind.slug: _hint(kind, live[kind.slug]) for kind in kinds}


def _hint(kind: Kind, number: int) -> str:
    have = f"You have {number} of these now" if number else ""
    return ". ".join(filter(None, (kind.hint, kind.effort, have)))


class NameForm(PageForm):
    name = NameField(
        label="Give it a name (optional)",
        help_text="For example, Work phone. It helps to tell one from another",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "nhsuk-input nhsuk-input--width-20"}),
        error_messages={"max_length": "Use 40 characters or fewer"},
    )
