"""What an admin types into Django's own forms comes in by the same door as all other text."""

from typing import Any, Final

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models

from careid.pages.forms import TOO_LONG, EmailField, NameField, PlainCharField, bounded
from careid.people import typed

DOMAINS_MOST: Final = 1_000  # characters of them all
DOMAIN_MOST: Final = 253  # RFC 1035, 2.3.4, less its dot at the end


class WebAddressField(forms.URLField):
    def to_python(self, value: Any) -> str:
        return str(super().to_python(bounded(self, value)) or "")


class WordsField(forms.CharField):
    """Some lines of text, each as one line of text is read elsewhere."""

    widget = forms.Textarea(attrs={"rows": 6, "cols": 70})
    default_error_messages = {
        "max_length": TOO_LONG,
        "line": f"Make paragraphs of {typed.TEXT_MOST} characters or fewer",
        "no_text": PlainCharField.default_error_messages["no_text"],
    }

    def to_python(self, value: Any) -> str:
        lines = bounded(self, value).splitlines()
        if any(len(line) > typed.TEXT_MOST for line in lines):
            raise forms.ValidationError(self.error_messages["line"])
        kept = [typed.composed(line) for line in lines]
        if not all(typed.is_text(line) for line in kept):
            raise forms.ValidationError(self.error_messages["no_text"])
        return str(super().to_python("\n".join(kept)) or "").strip()


class DomainField(PlainCharField):
    """A domain in ASCII."""

    def to_python(self, value: Any) -> str:
        host = super().to_python(value)
        try:
            return typed.domain(host) if host else ""
        except UnicodeError as error:
            raise forms.ValidationError("Enter domains like example.nhs.uk") from error


class DomainsField(SimpleArrayField):
    def to_python(self, value: Any) -> Any:
        return super().to_python(bounded(self, value, DOMAINS_MOST))


# By the columns of any model that an admin may edit: `formfield_overrides` of each.
TYPED: Final[dict[Any, dict[str, Any]]] = {
    models.CharField: {"form_class": NameField},
    models.EmailField: {"form_class": EmailField},
    models.URLField: {"form_class": WebAddressField, "assume_scheme": "https"},
    ArrayField: {"form_class": DomainsField, "base_field": DomainField(max_length=DOMAIN_MOST)},
}
