"""The forms of the door, and their words."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from authenticators.totp.forms import PasswordField
from careid.pages.forms import PageForm, PlainCharField
from careid.trail import actors
from careid.trail.names import EventName
from desk.door import guessing, trail
from desk.door.invitations import desk_name
from enrolment.forms import SixDigitsField

NOT_THESE = "That name and password do not go together"
NAME_TYPED_MOST = 254


class SignInForm(PageForm):
    username = PlainCharField(
        label="Email address or name",
        max_length=NAME_TYPED_MOST,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "class": "nhsuk-input"}
        ),
        error_messages={"required": "Enter your email address or name"},
    )
    password = PasswordField(
        label="Password", autocomplete="current-password", error_messages={"required": "Enter your password"}
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Put whose name and password these are into `user`. counting.Locked where no more are judged from here."""
        name, password = (self.cleaned_data.get(field) for field in ("username", "password"))
        if name and password:
            self.user = self._judge(desk_name(name), password)
        return self.cleaned_data

    def _judge(self, name: str, password: str) -> User:
        """Count the try, then judge it, then forgive it: a hundred at once are all counted before one is judged."""
        guessing.count(self.request, name=name)
        found = authenticate(self.request, username=name, password=password)
        if not (isinstance(found, User) and found.is_staff):
            guessing.refused("not_of_the_desk" if found else "password", name=name)
            raise ValidationError(NOT_THESE)
        guessing.forgive(self.request, name=name)
        return found


class ChoosePasswordForm(PageForm):
    password = PasswordField(
        label="Choose a password",
        autocomplete="new-password",
        help_text="12 characters or more, like three words that do not belong together",
        error_messages={"required": "Enter a password"},
    )
    confirm_password = PasswordField(
        label="Type the password again",
        autocomplete="new-password",
        error_messages={"required": "Type the password again"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password

    def clean_confirm_password(self) -> str:
        again: str = self.cleaned_data["confirm_password"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError("The two passwords are not the same")
        return again


class CodeForm(PageForm):
    code = SixDigitsField(
        label="Code that the app shows",
        help_text="It has 6 numbers and changes every 30 seconds",
        error_messages={"required": "Enter the code that your app shows"},
    )


class ChangePasswordForm(PasswordChangeForm):
    """Django's, with our fields and an event. A wrong old password counts as a wrong one at the door does."""

    old_password = PasswordField(label="Old password", autocomplete="current-password")
    new_password1 = PasswordField(label="New password", autocomplete="new-password", help_text="12 characters or more.")
    new_password2 = PasswordField(label="New password again", autocomplete="new-password")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Judge the old password. counting.Locked where no more are judged."""
        name = self.user.get_username()
        guessing.count(self.request, name=name)
        try:
            old: str = super().clean_old_password()
        except ValidationError:
            guessing.refused("old_password", name=name)
            raise
        guessing.forgive(self.request, name=name)
        return old

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> User:
        user: User = super().save(*args, **kwargs)
        details = {"admin": user.pk}
        trail.note(EventName.ADMIN_PASSWORD_CHANGED, admin=user.pk, actor=actors.admin(user.pk), details=details)
        return user
