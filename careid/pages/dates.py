"""A date in three boxes, as NHS.UK asks for one that is known by heart: the day, the month and the year."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone

from careid.pages.forms import bounded
from careid.people import typed

PARTS: Final = ("day", "month", "year")
PART_MOST: Final = 12  # characters of one box
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEARS_MOST: Final = 120


class DayMonthYear(forms.MultiWidget):
    """Its three boxes are named `_0`, `_1` and `_2`."""

    template_name = "django/forms/widgets/day_month_year.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__([forms.TextInput(attrs=_box(part)) for part in PARTS])

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if value else [None, None, None]


def _box(part: str) -> dict[str, str]:
    width = 4 if part == "year" else 2
    classes = f"nhsuk-input nhsuk-date-input__input nhsuk-input--width-{width}"
    return {"class": classes, "inputmode": "numeric", "autocomplete": f"bday-{part}", "spellcheck": "false"}


class DateOfBirthField(forms.Field):
    """A day in the past, of somebody who may live. A month may be typed by its name."""

    widget = DayMonthYear
    default_error_messages = {
        "required": "Enter your date of birth",
        "missing": "Your date of birth must have a %(parts)s",
        "not_real": "Your date of birth must be a real date, like 27 3 1985",
        "past": "Your date of birth must be in the past",
        "old": "Check the year of your date of birth",
    }

    def clean(self, value: Any) -> date:
        parts = [typed.compact(bounded(self, one, PART_MOST)) for one in value or ()]
        if not any(parts):
            raise self._wrong("required")
        missing = [name for name, part in zip(PARTS, parts, strict=True) if not part]
        if missing:
            raise self._wrong("missing", parts=" and a ".join(missing))
        born, today = self._date(*parts), timezone.localdate()
        if born >= today:
            raise self._wrong("past")
        if today.year - born.year > YEARS_MOST:
            raise self._wrong("old")
        return born

    def _date(self, day: str, month: str, year: str) -> date:
        month = str(MONTHS.index(month[:3].lower()) + 1) if month[:3].lower() in MONTHS else month
        try:
            if len(year) == 4 and all(part.isascii() and part.isdecimal() for part in (day, month, year)):
                return date(int(year), int(month), int(day))
        except ValueError:
            pass
        raise self._wrong("not_real")

    def _wrong(self, why: str, **words: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[why], why, words)
