"""What `/metrics` tells of moves: a name, what it is, and the statement that asks it."""

from typing import Final

NOW: Final = {
    "careid_moves_running": (
        "Moves of services that run, those whose emails are stopped included.",
        "SELECT count(*) FROM moves_move WHERE state = 'running'",
    ),
    "careid_moves_stopped": (
        "Moves whose emails are stopped.",
        "SELECT count(*) FROM moves_move WHERE stopped AND state IN ('running', 'cancelled')",
    ),
    "careid_moves_calls_wanted": (
        "People of moves that run who wait for a call.",
        (
            "SELECT count(*) FROM moves_person JOIN moves_move m ON m.id = move_id "
            "WHERE call = 'wanted' AND m.state = 'running'"
        ),
    ),
    "careid_moves_mails_waiting": (
        "Emails of moves that wait to go out.",
        "SELECT count(*) FROM careid_mail WHERE state = 'queued' AND about <> '' AND about LIKE 'move:%'",
    ),
}
