"""What `/metrics` tells of who is on the way to a profile: a name, what it is, and the statement that asks it."""

from typing import Final

NOW: Final = {
    "careid_invitations_live": (
        "Invitations whose link leads on.",
        """SELECT count(*) FROM apply_invitation
           WHERE state IN ('sent', 'opened', 'proved') AND expires_at > now()""",
    ),
    "careid_applications_waiting": (
        "Applications that wait to be decided.",
        "SELECT count(*) FROM apply_application WHERE state = 'waiting'",
    ),
    "careid_application_oldest_waiting_seconds": (
        "How long the application that waits longest has waited.",
        "SELECT now() - min(submitted_at) FROM apply_application WHERE state = 'waiting'",
    ),
    "careid_files_under_way": (
        "Files of the desk whose lines are being taken.",
        "SELECT count(*) FROM careid_upload WHERE state = 'taken'",
    ),
}
