"""The one tick before leaving for NHS.net."""

from django import forms

from careid.pages.forms import PageForm


class TickForm(PageForm):
    sole_access = forms.BooleanField(
        label="Only I have access to this account",
        error_messages={"required": "Tick the box if only you have access to it"},
    )
