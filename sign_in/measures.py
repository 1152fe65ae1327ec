"""What `/metrics` tells of who is here: a name, what it is, and the statement that asks it."""

from typing import Final

NOW: Final = {
    "careid_sessions_open": (
        "Sessions of people that were not ended yet.",
        "SELECT count(*) FROM sign_in_session WHERE ended_at IS NULL",
    ),
    "careid_session_longest_idle_seconds": (
        "How long nothing was done in the open session that was used longest ago.",
        "SELECT now() - min(last_seen_at) FROM sign_in_session WHERE ended_at IS NULL",
    ),
}
