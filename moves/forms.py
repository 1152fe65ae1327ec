"""What people of a move may answer, in words."""

from typing import Final

from django import forms

from careid.pages.forms import PageForm, PlainCharField
from moves.models import Person

WHEN_MOST: Final = 200
Answer = Person.Answer
WORDS: Final[dict[str, str]] = {
    Answer.NO_MFA: "I have MFA and do not want it",
    Answer.NO_LONGER_MFA: "I no longer need MFA access",
    Answer.NO_LONGER_ACCESS: "I no longer need access",
    Answer.NO_PHONE: "I do not want to use a phone or a tablet",
    Answer.NO_INVITATION: "I had no invitation",
}
HINTS: Final[dict[str, str]] = {
    Answer.NO_MFA: "MFA is the new way to sign in. We will send you no more emails about it",
    Answer.NO_LONGER_MFA: "You have another way to sign in. We will send you no more emails about this",
    Answer.NO_LONGER_ACCESS: "We will send you no more emails about this",
    Answer.NO_PHONE: "We will show you what else there is",
    Answer.NO_INVITATION: "We will show you how to go on without it",
}


class AnswerForm(PageForm):
    hints = dict(HINTS)
    answer = forms.ChoiceField(
        label="What is right for you?",
        choices=tuple(WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer", "invalid_choice": "Choose one of these answers"},
    )


class CallForm(PageForm):
    when = PlainCharField(
        label="When can we call you, and on which number?",
        help_text="For example, Tuesday or Thursday after 2pm, 01632 960001",
        max_length=WHEN_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "nhsuk-input"}),
        error_messages={
            "required": "Say when we can call you, and on which number",
            "max_length": f"Use {WHEN_MOST} characters or fewer",
        },
    )
