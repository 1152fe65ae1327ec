"""The three forms of adding an app, and their words."""

from typing import Any, Final

from django import forms

from authenticators.totp import passwords
from careid.pages.forms import PageForm
from careid.people.models import Profile
from enrolment.forms import SixDigitsField

PASSWORD_WORDS: Final = {
    "short": "Your password must be 12 characters or more",
    "long": "Your password must be 256 characters or fewer",
    "common": "This password is on a list of common passwords. Try three words that do not belong together",
    "repeated": "This password repeats itself. Try three words that do not belong together",
    "personal": "This password is mostly your name, email address or organisation. Choose something else",
    "nino": "Your password must not contain your National Insurance number",
}
CODE_WORDS: Final = {
    "wrong": "That is not the code your app shows now. Wait for the next one and type that",
    "email_code": "That is the code from the email. Open your authenticator app and type the code it shows",
    "fast": "Your phone's clock is about {minutes} fast. Set it to the right time, then type the newest code",
    "slow": "Your phone's clock is about {minutes} slow. Set it to the right time, then type the newest code",
    "new_key": "That was the tenth wrong code, so the QR code is new. Delete the old entry in your app, then scan it",
}
PASSWORD_ATTRS: Final = {
    "autocapitalize": "none",
    "spellcheck": "false",
    "class": "nhsuk-input nhsuk-password-input__input nhsuk-js-password-input-input",
}


class TickForm(PageForm):
    sole_access = forms.BooleanField(
        label="Only I have access to this app",
        error_messages={"required": "Tick the box if only you have access to the app"},
    )


class PasswordField(forms.CharField):
    """A password in the form that is hashed. No `maxlength`: a browser would cut what was pasted, and say nothing."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, **PASSWORD_ATTRS})
        super().__init__(strip=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return passwords.normal(super().to_python(value) or "")
        except ValueError as error:
            raise forms.ValidationError(PASSWORD_WORDS["long"]) from error


class PasswordForm(PageForm):
    password = PasswordField(
        label="Create a password",
        autocomplete="new-password",
        help_text="12 characters or more. Spaces count too",
        error_messages={"required": "Enter a password"},
    )
    confirm_password = PasswordField(
        label="Type the password again",
        autocomplete="new-password",
        error_messages={"required": "Type the password again"},
    )

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile = profile

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if reason := passwords.fault(password, self.profile):
            raise forms.ValidationError(PASSWORD_WORDS[reason])
        return password

    def clean_confirm_password(self) -> str:
        again: str = self.cleaned_data["confirm_password"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise forms.ValidationError("The two passwords are not the same")
        return again


class AppCodeForm(PageForm):
    code = SixDigitsField(
        label="Code that the app shows",
        help_text="It has 6 numbers and changes every 30 seconds",
        error_messages={"required": "Enter the code that your app shows"},
    )
