"""The forms of who applies, and of who asks to be invited, with their words."""

from typing import Any, Final

from django import forms

from apply import asking
from apply.submitting import Details
from careid.errors import Refused
from careid.pages.dates import PARTS, DateOfBirthField
from careid.pages.forms import NameField, PageForm, PlainCharField
from careid.people import typed
from careid.people.models import Organisation
from enrolment.forms import NINO_WORDS

CODE_WORDS: Final = {
    "wrong": "That is not the newest code we emailed",
    "few_left": "That is not the newest code we emailed. You have {left} left",
    "run_out": "That code has run out. Send yourself a new one below",
    "too_soon": "You can ask for another code in {wait}. Check your junk folder meanwhile",
}
ORGANISATION_WORDS: Final = {
    "unknown": "We do not know a place of that name or code. Search for it below",
    "many": "More than one place has that name. Type its ODS code",
    "no_email": "We have no email address of its Registration Authority. Search for it below to see how to reach it",
}


def _text(width: str, complete: str) -> forms.TextInput:
    attrs = {"autocomplete": complete, "spellcheck": "false", "class": f"nhsuk-input{width}"}
    return forms.TextInput(attrs=attrs)


class ApplicantForm(PageForm):
    given_name = NameField(
        label="First names",
        help_text="As they are on your passport, driving licence or birth certificate",
        max_length=typed.NAME_MOST,
        widget=_text("", "given-name"),
        error_messages={"required": "Enter your first names"},
    )
    family_name = NameField(
        label="Last name",
        max_length=typed.NAME_MOST,
        widget=_text("", "family-name"),
        error_messages={"required": "Enter your last name"},
    )
    date_of_birth = DateOfBirthField(label="Date of birth", help_text="For example, 27 3 1985")
    national_insurance_number = PlainCharField(
        label="National Insurance number",
        help_text="It is on your payslip, P60, or letters about tax or pensions. For example, QQ 12 34 56 C",
        widget=_text(" nhsuk-input--width-10", "off"),
        error_messages={"required": "Enter your National Insurance number"},
    )

    @staticmethod
    def as_kept(values: dict[str, Any]) -> dict[str, Any]:
        """What was typed, as the form takes it to be shown again."""
        boxes = [values.get(f"date_of_birth_{place}") for place in range(len(PARTS))]
        return {**values, "date_of_birth": boxes} if any(boxes) else values

    def clean_national_insurance_number(self) -> str:
        number: str = self.cleaned_data["national_insurance_number"]
        try:
            return typed.national_insurance_number(number)
        except ValueError as error:
            raise forms.ValidationError(NINO_WORDS[typed.nino_fault(number)]) from error

    def details(self) -> Details:
        """What was given, where each of it was right."""
        given = self.cleaned_data
        names = {"given_name": given["given_name"], "family_name": given["family_name"]}
        return Details(nino=given["national_insurance_number"], date_of_birth=given["date_of_birth"], **names)


class AskForm(PageForm):
    organisation = PlainCharField(
        label="Where do you work?",
        help_text="The name of your organisation, or its ODS code. For example, Northfield Hospital or RX1",
        max_length=200,
        widget=_text("", "organization"),
        error_messages={"required": "Enter where you work"},
    )
    name = NameField(
        label="Your full name",
        help_text="So that they know who asks",
        max_length=typed.NAME_MOST,
        widget=_text("", "name"),
        error_messages={"required": "Enter your full name"},
    )

    def clean_organisation(self) -> Organisation:
        try:
            return asking.find(self.cleaned_data["organisation"])
        except Refused as refused:
            raise forms.ValidationError(ORGANISATION_WORDS[refused.reason]) from refused

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not asking.is_name(name):
            raise forms.ValidationError("Enter your name with letters and spaces only")
        return name
