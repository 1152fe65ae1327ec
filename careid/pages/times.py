"""Times as people read them, in Europe/London: the hour that comes twice each October is told with its name."""

from calendar import month_name
from datetime import datetime, timedelta
from math import ceil

from django.utils import timezone
from django.utils.formats import date_format

from careid.errors import counted


def _zone(local: datetime) -> str:
    """` BST` or ` GMT` where the clock shows this time twice (PEP 495), else nothing."""
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f" {local.tzname()}" if twice else ""


def clock(at: datetime) -> str:
    """`10:55am`; `1:30am BST` where it comes twice."""
    local = timezone.localtime(at)
    return f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}{_zone(local)}"


def day(at: datetime) -> str:
    """`30 November 2026`."""
    local = timezone.localtime(at)
    return f"{local.day} {month_name[local.month]} {local.year}"


def moment(at: datetime) -> str:
    """`10:55am on 30 November 2026`."""
    return f"{clock(at)} on {day(at)}"


def soon(at: datetime) -> str:
    """`10:55am` today, `10:55am tomorrow`, else with its day."""
    away = timezone.localdate(at) - timezone.localdate()
    if away > timedelta(days=1) or away < timedelta():
        return moment(at)
    return clock(at) + (" tomorrow" if away else "")


def wait(seconds: int) -> str:
    """`in 30 seconds`, `in 15 minutes`, `in 8 hours`: rounded up."""
    unit, length = ("second", 1) if seconds <= 90 else ("minute", 60) if seconds <= 5400 else ("hour", 3600)
    return f"in {counted(ceil(seconds / length), unit)}"


def written(at: datetime, how: str) -> str:
    """In one of Django's formats that ends with the time, as lists have it: `29 November 2026, 14:25:07`."""
    local = timezone.localtime(at)
    return date_format(local, how) + _zone(local)
