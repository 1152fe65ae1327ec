"""`careid.pages.times`, for every template: nothing for a time that is not there, as with Django's own filters."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django import template

from careid.pages import times

register = template.Library()


def _filter(function: Callable[..., str]) -> None:
    @wraps(function)
    def told(at: datetime | int | None, *how: str) -> str:
        return function(at, *how) if at else ""

    register.filter(function.__name__, told)


for function in (times.clock, times.day, times.moment, times.soon, times.wait, times.written):
    _filter(function)
