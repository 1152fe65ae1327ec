"""What every form of the journey shares: NHS.UK's look, taught once in templates/django/forms."""

from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from careid.people import typed

TOO_LONG: Final = "Use %(limit_value)d characters or fewer"


class PageForm(forms.Form):
    """Rendered by `{{ form }}`: each field by django/forms/field.html, and one that nobody has filled in only once."""

    heading = ""  # the field whose label is the page's heading
    hints: dict[str, str] = {}  # beneath each of a field's choices, by value
    never_the_same: frozenset[str] = frozenset()  # fields that differ from page to page before anybody fills them in
    default_renderer = TemplatesSetting
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def render(self, *_: Any, **__: Any) -> SafeString:
        fields = (*self.hidden_fields(), *self.visible_fields())
        return format_html_join("", "{}", ((self._shown(field),) for field in fields))

    __str__ = __html__ = render

    def _shown(self, field: BoundField) -> SafeString:
        if self.is_bound or field.name in self.never_the_same or field.value():
            return _rendered(field)
        choices = tuple(getattr(field.field, "choices", ()))
        like_it = (type(self), field.name, choices, tuple(self.hints.items()))
        if like_it not in _BLANK:
            _BLANK[like_it] = _rendered(field)
        return _BLANK[like_it]


_BLANK: Final[dict[tuple[Any, ...], SafeString]] = {}  # as many as there are fields: choices are ours, not visitors'


def _rendered(field: BoundField) -> SafeString:
    return field.as_widget() if field.is_hidden else field.as_field_group()


class PlainCharField(forms.CharField):
    """A line of text, its length looked at first, without the marks that can't be seen; what is no text is refused."""

    default_error_messages = {
        "max_length": TOO_LONG,
        "no_text": "Use letters, numbers and signs that can be seen",
    }
    as_kept = staticmethod(typed.one_line)

    def to_python(self, value: Any) -> str:
        line = self.as_kept(bounded(self, value))
        if not typed.is_text(line):
            raise forms.ValidationError(self.error_messages["no_text"])
        return str(super().to_python(line) or "")


class NameField(PlainCharField):
    """What a person, an organisation, a service or an authenticator is called: composed, as a file's names are."""

    as_kept = staticmethod(typed.composed)


class EmailField(PlainCharField):
    """One email address, in the form that is compared; blank where none is needed."""

    default_error_messages = {"invalid": "Enter an email address, like name@example.com"}
    widget = forms.EmailInput

    def to_python(self, value: Any) -> str:
        address = super().to_python(value)
        try:
            return typed.email_address(address) if address else ""
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"]) from error


def bounded(field: forms.Field, value: Any, most: int = 0) -> str:
    """What came for a field, before anything else is done to it. ValidationError where it is far over the field's most.

    Four times the most is let through, as in `typed.bounded`: the field's own validator counts what is kept.
    """
    most = most or getattr(field, "max_length", 0) or typed.LINE_MOST
    try:
        return typed.bounded(str(value or ""), most)
    except ValueError as error:
        words = field.error_messages.get("max_length", TOO_LONG)
        raise forms.ValidationError(words, "max_length", {"limit_value": most}) from error
