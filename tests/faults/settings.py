"""The product's settings, but that a code lives for less than a minute: so that one can die within a round.

And it is noon, whenever this runs: nobody is reminded of a move before eight.
"""

from datetime import UTC, datetime, timedelta

from careid.settings import *  # noqa: F403  all of them

CODE_LIFE = timedelta(seconds=40)
CODE_WORTH_SENDING = timedelta(seconds=15)
TIME_ZONE = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
