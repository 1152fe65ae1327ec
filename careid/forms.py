"""What every form of the journey shares: NHS.UK's look, taught once in templates/django/forms."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from careid import people


class PageForm(forms.Form):
    """Rendered by `{{ form }}`."""

    heading = ""  # the field whose label is the page's heading
    hints: dict[str, str] = {}  # beneath each of a field's choices, by value
    default_renderer = TemplatesSetting
    use_required_attribute = False
    template_name = "django/forms/page.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class PlainCharField(forms.CharField):
    """Text without the marks that can't be seen; NUL bytes are refused in words."""

    default_error_messages = {"null_characters_not_allowed": "Use letters, numbers and signs that can be seen"}

    def to_python(self, value: Any) -> str:
        return people.one_line(super().to_python(value) or "")
