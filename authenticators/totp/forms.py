"""The forms of adding an app and of signing in with it, and their words."""

from typing import Any, Final

from django import forms

from authenticators.totp import passwords
from authenticators.totp.proving import Typed
from careid.pages.forms import PageForm, PlainCharField
from careid.people.models import Profile
from careid.people.typed import email_address
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
WRONG_WORDS: Final = {
    "wrong": "The email address, password or code is not right. Type all three again. Each code works once",
    "fast": "Your phone's clock is about {minutes} fast. Set it to the right time, then type all three again",
    "slow": "Your phone's clock is about {minutes} slow. Set it to the right time, then type all three again",
    "waited": "We keep what you type for 5 minutes and one try. Type your email address and password again",
}
FORGOTTEN_WORDS: Final = {
    "wrong": "That is not the newest code we emailed",
    "expired": "That code has run out. Send yourself a new one below",
    "spent": "5 wrong codes. Send yourself a new one below",
    "wrong_app": "That is not a code that your app shows now. Wait for the next one and type that",
    "five_apps": "5 wrong codes from the app. To try again, send yourself a new code by email",
    "gone": "Your profile or your app has changed meanwhile. To try again, send yourself a new code by email",
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


class MailedCodeForm(PageForm):
    code = SixDigitsField(
        label="Code from the email",
        help_text="It has 6 numbers",
        error_messages={"required": "Enter the code from the email"},
    )


class AddressForm(PageForm):
    """An address, of whoever it is: nothing here tells whether it is anybody's."""

    email = PlainCharField(
        label="Email address",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "class": "nhsuk-input"}),
        error_messages={"required": "Enter your email address"},
    )

    def clean_email(self) -> str:
        """Leave what was typed, once it is sure to be an address: `address` is the form that is compared."""
        written: str = self.cleaned_data["email"]
        try:
            self.address = email_address(written)
        except ValueError as error:
            raise forms.ValidationError("Enter an email address, like name@example.com") from error
        return written


class SignInForm(AddressForm):
    """An address and a password."""

    password = PasswordField(
        label="Password",
        help_text="The one that goes with your authenticator app",
        autocomplete="current-password",
        error_messages={"required": "Enter your password"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username webauthn"  # a browser may offer another way in it

    def typed(self) -> Typed:
        """What waits for the code, where both were right."""
        return Typed(self.cleaned_data["email"], self.address, self.cleaned_data["password"])
