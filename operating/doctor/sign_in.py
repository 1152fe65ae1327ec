"""NHS.net Connect, asked through its own command: this ground floor may not know the kinds."""

from contextlib import suppress
from io import StringIO
from typing import Final

from django.conf import settings
from django.core.management import call_command

from operating.doctor.finding import Amiss

COMMAND: Final = "nhsnet_check"


def works() -> str:
    if not settings.NHSNET_CLIENT_ID:
        return "not set up, and not offered"
    said = StringIO()
    with suppress(SystemExit):  # which is what its last line says
        call_command(COMMAND, stdout=said, no_color=True)
    lines = said.getvalue().splitlines()
    if wrong := [line.removeprefix("WRONG").strip() for line in lines if line.startswith("WRONG")]:
        raise Amiss("; ".join(wrong), do=f"manage.py {COMMAND} says all that it asked")
    return f"answers; manage.py {COMMAND} says more"
