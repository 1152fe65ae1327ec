"""What a service asks that sends somebody to sign out (OpenID Connect RP-Initiated Logout 1.0, 2)."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from provider import clients, requests, signing

ADDRESS: Final = "post_logout_redirect_uri"


@dataclass(frozen=True)
class Leaving:
    """`sid` is the session of a good hint. `back` is an address of the client's, with its state; empty for none.

    `query` asks for the same without the hint, so that this stands in none of our own addresses.
    """

    service: str = ""
    sid: str = ""
    back: str = ""
    query: str = ""


def read(given: QueryDict) -> Leaving:
    """What these parameters ask. A hint that is bad, or not of the client that is named, leads nobody anywhere.

    Nor does an address that is not the client's: the hint beside that is not heeded, and the person is asked.
    """
    try:
        hint = _hinted(given)
    except signing.BadToken:
        return Leaving()
    named, audience = _only(given, "client_id"), str(hint.get("aud", ""))
    if named and audience and named != audience:
        return Leaving()
    client, sid = clients.found(named or audience), str(hint.get("sid", ""))
    name = client.name if client else ""
    if not any(given.getlist(ADDRESS)):
        return Leaving(name, sid)
    address, state = _only(given, ADDRESS), _only(given, "state")
    if client is None or address not in client.post_logout_redirect_uris or not _fits(given, state):
        return Leaving(name)
    query = {"client_id": client.client_id, ADDRESS: address} | ({"state": state} if state else {})
    back = requests.address(address, state=state) if state else address
    return Leaving(name, sid, back, urlencode(query))


def _hinted(given: QueryDict) -> dict[str, Any]:
    """The claims of the hint, expired or not; none where there is none. Raises BadToken."""
    if not any(given.getlist("id_token_hint")):
        return {}
    return signing.verify(_only(given, "id_token_hint"))


def _only(given: QueryDict, name: str) -> str:
    """A parameter that is there once; empty where it is not, or is not text."""
    values = given.getlist(name)
    return values[0] if len(values) == 1 and not requests.ODD.search(values[0]) else ""


def _fits(given: QueryDict, state: str) -> bool:
    """Whether the state comes back as it came: there once at most, text, and not too long to arrive."""
    return given.getlist("state") in ([], [""], [state]) and len(state) <= requests.STATE_MOST
