"""What the desk asks before it does something: a reason from a list, a note, and what the change needs."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib.auth.models import User

from careid.pages.forms import EmailField, PlainCharField
from careid.people.models import Organisation, Profile
from careid.people.typed import NINO_TYPED_MOST, national_insurance_number
from careid.trail import actors
from enrolment.models import Assisted
from profiles import notes

ME: Final = "me"
WRONG_NUMBER: Final = "Enter 2 letters, 6 numbers, then A, B, C or D"


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label="Reason", error_messages={"required": "Choose a reason"})
    note = PlainCharField(
        label="Note (optional)",
        required=False,
        help_text="One line, such as a ticket's number of under 6 digits. It is kept for years: name nobody in it.",
        widget=forms.TextInput(attrs={"size": 60, "maxlength": notes.MOST, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, reasons: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["reason"]
        chosen.choices = [("", "Choose a reason"), *reasons.items()]

    def clean_note(self) -> str:
        try:
            return notes.note(self.cleaned_data["note"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class EmailForm(ReasonForm):
    email = EmailField(
        label="New email address",
        widget=forms.EmailInput(attrs={"size": 40, "autocomplete": "off"}),
        error_messages={"required": EmailField.default_error_messages["invalid"]},
    )
    field_order = ("email", "reason", "note")


class _Unshown(forms.TextInput):
    """What was typed does not stand there again after an error."""

    def format_value(self, value: Any) -> None:
        return None


class _NumberField(PlainCharField):
    def __init__(self, label: str) -> None:
        attrs = {"size": 15, "autocomplete": "off", "spellcheck": "false"}
        super().__init__(label=label, max_length=NINO_TYPED_MOST, widget=_Unshown(attrs=attrs))
        self.error_messages |= dict.fromkeys(("required", "max_length"), WRONG_NUMBER)

    def clean(self, value: Any) -> str:
        try:
            return national_insurance_number(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(WRONG_NUMBER) from error


class NumberForm(ReasonForm):
    number = _NumberField("National Insurance number")
    again = _NumberField("The same again")
    field_order = ("number", "again", "reason", "note")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "number" in data and "again" in data and data.pop("again") != data["number"]:
            self.add_error("again", "The two numbers differ. Type both again")
        return data


class CheckForm(forms.Form):
    number = _NumberField("The number that the person says")

    def __init__(self, *args: Any, reasons: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class NoQuestionForm(forms.Form):
    """Only a button."""

    def __init__(self, *args: Any, reasons: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


def who_checked(organisation: Organisation, *, but: Callable[[User], bool] = lambda _: False) -> list[tuple[str, str]]:
    """Who can be named as having checked: oneself, and each colleague of the organisation `but` those."""
    staff = User.objects.filter(is_active=True, organisations=organisation).order_by("username")
    named = ((actors.admin(one.pk), one.get_full_name() or one.get_username()) for one in staff if not but(one))
    return [(ME, "By me"), *named]


class AssistForm(forms.Form):
    checked = forms.ChoiceField(
        label="How was their identity checked?",
        choices=Assisted.Checked.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how their identity was checked"},
    )
    checked_by = forms.ChoiceField(label="By whom?")
    note = ReasonForm.base_fields["note"]

    clean_note = ReasonForm.clean_note

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["checked_by"]
        who.choices = who_checked(profile.organisation)
