"""A client in words: for a terminal and for the desk."""

from collections.abc import Iterator

from careid.errors import Reason
from careid.fetching.fetcher import Fault
from careid.pages import times
from provider import jwks
from provider.registered import Client

_FAULTS: dict[str, Reason] = {one.value: one for one in (*Fault, *jwks.Unfit)}


def keys(client: Client) -> str:
    """Where its keys are, and how the last look at their address went."""
    if not client.jwks_uri:
        return f"{len((client.jwks or {}).get('keys', []))} registered" if client.jwks else "none"
    if client.fetch_fault:
        last = times.moment(client.fetched_at) if client.fetched_at else "never"
        return f"{client.jwks_uri}: {fault(client)}; last fetched: {last}"
    when = f"fetched at {times.moment(client.fetched_at)}" if client.fetched_at else "not asked yet"
    return f"{client.jwks_uri}, {when}"


def fault(client: Client) -> str:
    """Why its keys could not be fetched the last time; empty where they were."""
    found = _FAULTS.get(client.fetch_fault)
    return found.words.rstrip(".") if found else client.fetch_fault


def lines(client: Client) -> Iterator[tuple[str, str]]:
    """What is registered, by the field's own names (RFC 7591), for an operator."""
    yield "service", client.name
    yield "client_id", client.client_id
    yield "state", "on" if client.is_on else "off"
    yield "token_endpoint_auth_method", client.token_endpoint_auth_method
    if client.token_endpoint_auth_method == Client.Authentication.KEY:
        yield "token_endpoint_auth_signing_alg", client.token_endpoint_auth_signing_alg
        yield "keys", keys(client)
    if client.old_secret_until:
        yield "secret before", f"holds until {times.moment(client.old_secret_until)}"
    yield from ((name, "\n".join(getattr(client, name))) for name in ("redirect_uris", "post_logout_redirect_uris"))
    yield "backchannel_logout_uri", client.backchannel_logout_uri
    yield "scope", " ".join(client.scopes)
    yield "default_acr_values", client.default_acr_values
    yield "id_token_signed_response_alg", client.id_token_signed_response_alg
    yield "PKCE", "needed" if client.needs_pkce else "not needed"
    yield "role", "needed" if client.needs_role else "not needed"
    yield "made", times.moment(client.made_at)
