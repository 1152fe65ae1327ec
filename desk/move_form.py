"""What the desk asks of a move: its words, its days and the last part of its page's address."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from careid.pages.forms import PlainCharField, bounded
from desk.fields import WordsField
from desk.verb_forms import ReasonForm
from moves.models import Move
from profiles import notes

if TYPE_CHECKING:
    Form = forms.ModelForm[Move]
else:
    Form = forms.ModelForm  # generic for the type checker alone

DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")  # the first is what a browser's own field sends
YEARS_MOST: Final = 5  # from now on
NO_DAY: Final = "Enter a date, like 31/3/2027"
_SLUG_MOST: Final = Move._meta.get_field("slug").max_length or 60


class DayField(forms.DateField):
    """A day, by the browser's own field or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format=DAYS[0])
    default_error_messages = {"required": NO_DAY, "invalid": NO_DAY, "far": "Enter a date within the next 5 years"}

    def __init__(self, **more: Any) -> None:
        super().__init__(input_formats=DAYS, **more)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value if hasattr(value, "year") else bounded(self, value).strip())

    def validate(self, value: Any) -> None:
        super().validate(value)
        today = timezone.localdate()
        if value and not today - timedelta(days=366) <= value <= today + timedelta(days=366 * YEARS_MOST):
            raise forms.ValidationError(self.error_messages["far"])


class SlugField(PlainCharField):
    """Small letters, numbers and dashes; no number and no address of anybody, since it stands in the trail."""

    def to_python(self, value: Any) -> str:
        slug = super().to_python(value).lower()
        if slug != slugify(slug):
            raise forms.ValidationError("Use letters a to z, numbers and dashes")
        try:
            return notes.note(slug)
        except ValueError as error:
            raise forms.ValidationError("Leave long numbers out of the address") from error


class MoveForm(Form):
    slug = SlugField(
        label="Address of its page",
        required=False,
        max_length=_SLUG_MOST,
        help_text="The last part, such as new-sign-in. Leave it empty, and it is made from the title. "
        "It cannot be changed once the move is started.",
        widget=forms.TextInput(attrs={"size": 40, "spellcheck": "false"}),
    )
    what_changes = WordsField(
        label="What changes",
        max_length=2000,
        help_text="Begin with what people will do from now on. Everybody can read this.",
    )
    who_is_affected = WordsField(label="Who is affected", max_length=2000)
    whom_to_ask = WordsField(label="Whom to ask", max_length=2000, help_text="A team, with its phone number or email.")
    starts_on = DayField(label="The new way works from")
    ends_on = DayField(label="Last day of the old way", help_text="The old way works to the end of this day.")

    class Meta:
        model = Move
        fields = ()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if "slug" in self.fields and not data.get("slug") and data.get("title"):
            data["slug"] = self._from_title(data["title"])
        if starts and (ends or self.instance.ends_on) and starts > (ends or self.instance.ends_on):
            self.add_error("starts_on", "The new way has to work before the last day of the old way is over")
        if ends and ends < timezone.localdate():
            self.add_error("ends_on", "Enter a date that is not over")
        return data

    def _from_title(self, title: str) -> str:
        """The title as an address; empty, with a word about it, where it makes none."""
        try:
            slug = notes.note(slugify(title)[:_SLUG_MOST].strip("-"))
        except ValueError:
            slug = ""
        if not slug:
            self.add_error("slug", "Enter an address for its page, such as new-sign-in")
        return slug


class NoteForm(forms.Form):
    """A line for the trail."""

    note = ReasonForm.base_fields["note"]

    clean_note = ReasonForm.clean_note

    def __init__(self, *args: Any, reasons: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class DateForm(NoteForm):
    ends_on = DayField(label="New last day of the old way")
    field_order = ("ends_on", "note")
