"""What every form of the journey shares: NHS.UK's look, taught once in templates/django/forms."""

from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from careid.people.typed import one_line


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
    """Text without the marks that can't be seen; NUL bytes are refused in words."""

    default_error_messages = {"null_characters_not_allowed": "Use letters, numbers and signs that can be seen"}

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")
