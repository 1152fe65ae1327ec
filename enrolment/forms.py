"""The forms of the journey up to the code, and their words."""

from typing import Any, Final

from django import forms
from django.conf import settings

from careid.pages.forms import PageForm, PlainCharField
from careid.people import typed
from careid.serving.visitors import Visitor
from enrolment import email_codes, picture, proof
from enrolment.attempts import Typed

CODE_WORDS: Final = {
    "wrong": "That is not the newest code we emailed",
    "few_left": "That is not the newest code we emailed. You have {left} left",
    "expired": "That code has run out. Send yourself a new one below",
    "spent": "5 wrong codes. Send yourself a new one below",
    "too_soon": "You can ask for another code in {wait}. Check your junk folder meanwhile",
    "no_more": "We have sent 4 codes, which is the most for one visit. If none has come, start again",
}
NINO_WORDS: Final = {
    "": "Enter a National Insurance number in the correct format: 2 letters, 6 numbers, then A, B, C or D",
    "last_letter": "Your National Insurance number ends with a letter: A, B, C or D. Type that too",
    "letter_for_number": "Type the number 0 (zero) and not the letter O, and the number 1 and not I or L",
}
PICTURE_WORDS: Final = {
    "wrong": "Those are not the letters and numbers in the picture. Try this new picture",
    "elsewhere": "That picture was not for this browser, or your cookies have gone. Try this new picture",
    "gone": "5 minutes had passed, or the picture was used already. Try this new picture",
}


class DetailsForm(PageForm):
    never_the_same = frozenset({"captcha"})
    email = PlainCharField(
        label="Email address",
        help_text="The one on your Care Identity profile, often your work address. We will send a code to it",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "class": "nhsuk-input"}),
        error_messages={"required": "Enter your email address"},
    )
    national_insurance_number = PlainCharField(
        label="National Insurance number",
        help_text="It is on your payslip, P60, or letters about tax or pensions. For example, QQ 12 34 56 C",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "nhsuk-input nhsuk-input--width-10"}
        ),
        error_messages={"required": "Enter your National Insurance number"},
    )
    captcha = picture.PictureField(
        label="Type the letters and numbers in the picture", help_text="Capital and small letters both work"
    )
    proof = PlainCharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, here: Visitor, browser: str, **kwargs: Any) -> None:
        """`here` is who asks, and `browser` the secret that picture and proof of work are bound to."""
        super().__init__(*args, **kwargs)
        self.here, self.browser = here, browser
        self.picture_failed = self.picture_gone = False
        self.picture_key: str | None = None
        self.proof_typed = str((self.data if self.is_bound else self.initial).get("proof", ""))
        self.proved = proof.solved(self.proof_typed, browser)
        if settings.CAPTCHA == "never":
            del self.fields["captcha"], self.fields["proof"]
        else:
            widget = self.fields["captcha"].widget
            widget.proved, widget.browser = bool(self.proved), browser

    def clean_email(self) -> str:
        """Leave what was typed, once it is sure to be an address."""
        address: str = self.cleaned_data["email"]
        try:
            typed.email_address(address)
        except ValueError as error:
            words = "Enter an email address in the correct format, like name@example.com"
            raise forms.ValidationError(words) from error
        return address

    def clean_national_insurance_number(self) -> str:
        try:
            return typed.national_insurance_number(self.cleaned_data["national_insurance_number"])
        except ValueError as error:
            fault = typed.nino_fault(self.cleaned_data["national_insurance_number"])
            raise forms.ValidationError(NINO_WORDS[fault]) from error

    def typed(self) -> Typed:
        """The details, where each of them was right."""
        return Typed(self.cleaned_data["email"], self.cleaned_data["national_insurance_number"], self.picture_key)

    def clean(self) -> dict[str, Any]:
        """Take the picture last, so that a slip in another field doesn't cost the picture."""
        self.errors.pop("proof", None)  # nobody sees that box: one that is too long is no proof, as below
        if "captcha" in self.cleaned_data:
            key, answer = self.cleaned_data["captcha"]
            if not (answer or self.proof_typed):
                self.add_error("captcha", "Type the letters and numbers in the picture")
            elif self.errors:
                self.fields["captcha"].widget.keep, self.fields["captcha"].widget.typed = key, answer
            elif answer:
                self._take_picture(key, answer)
            else:
                self._take_proof()
        return self.cleaned_data

    def _take_picture(self, key: str, answer: str) -> None:
        self.picture_key = key
        if (taken := picture.take(key, answer, here=self.here, browser=self.browser)) != "right":
            self.picture_failed, self.picture_gone = True, taken == "gone"
            self.add_error("captcha", PICTURE_WORDS[taken])

    def _take_proof(self) -> None:
        self.picture_key = self.proved.id if self.proved else None
        picture.check(self.here)  # as taking a picture does
        if not (self.proved and proof.spend(self.proved)):
            self.picture_failed, self.picture_gone = True, bool(self.proved)
            self.fields["captcha"].widget.proved = False
            self.add_error("captcha", "That check has run out. Press “I cannot see the picture” again")


class SixDigitsField(PlainCharField):
    """Six digits, typed with any spaces or dashes, or pasted with the words around them."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
        attrs["class"] = "nhsuk-input nhsuk-input--width-5 nhsuk-input--code"
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        digits = typed.code(super().clean(value), email_codes.DIGITS)
        if not digits:
            raise forms.ValidationError("Enter the code as 6 numbers, like 012 345")
        return digits


class CodeForm(PageForm):
    code = SixDigitsField(
        label="Code from the email",
        help_text="It has 6 numbers",
        error_messages={"required": "Enter the code from the email"},
    )
