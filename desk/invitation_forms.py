"""What the desk asks before it invites one person."""

from typing import Any, Final

from django import forms
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from careid.pages.forms import EmailField, NameField, PlainCharField
from careid.people.models import Organisation
from careid.people.typed import NAME_MOST
from desk.filters import ORGANISATIONS_LISTED
from desk.scope import organisations
from desk.verb_forms import ReasonForm
from profiles import notes

OFF: Final = {"autocomplete": "off", "spellcheck": "false"}
NOT_THEIRS: Final = "Choose an organisation that you look after"


class InviteForm(forms.Form):
    """The organisation is chosen from those that the admin looks after, or typed where there are too many."""

    organisation = PlainCharField(
        label="Organisation",
        max_length=Organisation._meta.get_field("code").max_length,
        error_messages={"required": NOT_THEIRS, "max_length": NOT_THEIRS},
        widget=forms.TextInput(attrs={"size": 12, **OFF}),
    )
    given_name = NameField(
        label="Given name",
        max_length=NAME_MOST,
        error_messages={"required": "Enter their given name"},
        widget=forms.TextInput(attrs={"size": 40, **OFF}),
    )
    family_name = NameField(
        label="Family name",
        max_length=NAME_MOST,
        error_messages={"required": "Enter their family name"},
        widget=forms.TextInput(attrs={"size": 40, **OFF}),
    )
    email = EmailField(
        label="Email address",
        help_text="Their own, at work. Whoever reads its mail can use the link.",
        error_messages={"required": EmailField.default_error_messages["invalid"]},
        widget=forms.EmailInput(attrs={"size": 40, "autocomplete": "off"}),
    )
    note = PlainCharField(
        label="Note (optional)",
        required=False,
        help_text="One line for you and your colleagues, which the person does not see. Name nobody in it.",
        widget=forms.TextInput(attrs={"size": 60, "maxlength": notes.MOST, "autocomplete": "off"}),
    )

    clean_note = ReasonForm.clean_note

    def __init__(self, *args: Any, user: AbstractBaseUser | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs = organisations(user)
        found = list(self.theirs[: ORGANISATIONS_LISTED + 1])
        asked = self.fields["organisation"]
        if len(found) > ORGANISATIONS_LISTED:
            asked.help_text = "Its ODS code"
            return
        choices = [(one.code, str(one)) for one in found]
        asked.widget = forms.Select(choices=choices if len(choices) == 1 else [("", "Choose one"), *choices])

    def clean_organisation(self) -> Organisation:
        found = self.theirs.filter(code=self.cleaned_data["organisation"].upper()).first()
        if found is None:
            raise forms.ValidationError(NOT_THEIRS)
        return found
