"""What `/metrics` tells of services: a name, what it is, and the statement that asks it."""

from typing import Final

NOW: Final = {
    "careid_service_requests_waiting": (
        "Requests of services that wait for their person.",
        """SELECT count(*) FROM provider_request
           WHERE ended_at IS NULL AND at > now() - interval '15 minutes'""",
    ),
    "careid_access_tokens": (
        "Access tokens of services that are not past their time.",
        "SELECT count(*) FROM provider_token WHERE expires_at > now()",
    ),
    "careid_logouts_due": (
        "Services that are being told that somebody is signed out.",
        "SELECT count(*) FROM provider_logout WHERE state = 'due'",
    ),
    "careid_logout_oldest_due_seconds": (
        "How long ago the session ended of which a service has waited longest to hear.",
        "SELECT now() - min(over_at) FROM provider_logout WHERE state = 'due'",
    ),
    "careid_logouts_failed_5m": (
        "Services that did not hear, given up in the last five minutes.",
        """SELECT count(*) FROM provider_logout
           WHERE state = 'failed' AND settled_at > now() - interval '5 minutes'""",
    ),
}
