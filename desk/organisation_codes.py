"""Organisations named by their ODS codes: there are too many to choose from a list."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from careid.pages.forms import bounded
from careid.people.models import Organisation

CODES_MOST: Final = 5_000  # characters: a thousand codes and more


def named(codes: Iterable[str]) -> list[Organisation]:
    """The organisations with these codes, in any case. ValueError with the codes that are nobody's."""
    wanted = {code.upper() for code in codes}
    found = list(Organisation.objects.filter(code__in=wanted).order_by("code"))
    if missing := sorted(wanted - {one.code for one in found}):
        raise ValueError(", ".join(missing))
    return found


class OrganisationCodesField(forms.CharField):
    """`RX1 RX2` as the organisations themselves."""

    def __init__(self) -> None:
        words = "ODS codes with spaces between them: whose people this account sees at the desk. An operator sees all."
        super().__init__(
            required=False, max_length=CODES_MOST, help_text=words, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
        )

    def clean(self, value: Any) -> list[Organisation]:
        try:
            return named(super().clean(bounded(self, value)).replace(",", " ").split())
        except ValueError as error:
            raise forms.ValidationError(f"No organisation has the code {error}") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set((initial or "").split()) != set((data or "").upper().replace(",", " ").split())
