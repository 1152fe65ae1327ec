"""How often services may ask, and prove wrongly who they are: by address, so that nobody locks another's client."""

from datetime import timedelta
from typing import Final

from careid.limits.limits import HOUR, MINUTES_10, Limit

MINUTE: Final = timedelta(minutes=1)
AUTHORIZE: Final = Limit("provider_authorize", 300, MINUTES_10, shared=True)
BAD_CLIENT: Final = Limit("provider_bad_client", 60, MINUTE, shared=True)  # tokens and introspection
BAD_CLIENT_ALL: Final = Limit("provider_bad_client_all", 30, MINUTES_10, alarm=True)  # of one client, whoever tries
NOTES: Final = Limit("provider_notes", 60, HOUR, silent=True, shared=True)  # a level or a role that is not to be had
ALL: Final = (AUTHORIZE, BAD_CLIENT, BAD_CLIENT_ALL, NOTES)
