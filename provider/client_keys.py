"""A client's keys: those it registered, or those at its address, kept in its row for all processes.

An address is asked after five minutes, or at once for a key that is not known; never more than once a minute, whoever
asks and whatever they send. While it is away the keys of the last time are good for a day.
"""

import json
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from careid.errors import Reason
from careid.fetching import outside
from careid.fetching.fetcher import Fault, Unreachable
from careid.storing import database
from provider import jwks
from provider.jwks import BadKeySet, Key
from provider.registered import Client

FRESH: Final = timedelta(minutes=5)
KEPT: Final = timedelta(days=1)
SECONDS: Final = 5.0  # for one fetch
# By the database's clock: whichever process, on whichever machine.
_CLAIM: Final = """UPDATE provider_client SET fetch_tried_at = clock_timestamp()
    WHERE id = %s AND (fetch_tried_at IS NULL OR fetch_tried_at < clock_timestamp() - interval '1 minute')"""


def of(client: Client, *, kid: str = "") -> list[Key]:
    """The keys that may have signed what this client sent. None where there are none to be had.

    `kid`: the key that was named. Fetches at most once a minute a client; while another process does, what is kept
    is used. The row given is brought up to date.
    """
    if not client.jwks_uri:
        return jwks.read(client.jwks, client.token_endpoint_auth_signing_alg)
    if not _is_fresh(client) or (kid and kid not in {key.kid for key in _kept(client)}):
        _fetch_in_turn(client)
    return _kept(client)


def _is_fresh(client: Client) -> bool:
    return client.fetched_at is not None and timezone.now() - client.fetched_at < FRESH


def _kept(client: Client) -> list[Key]:
    if client.fetched_at is None or timezone.now() - client.fetched_at > KEPT:
        return []
    return jwks.read(client.fetched_jwks, client.token_endpoint_auth_signing_alg)


def _fetch_in_turn(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [client.pk])
        mine = bool(cursor.rowcount)
    if mine:
        fetch(client)


def fetch(client: Client) -> Reason | None:
    """Ask the client's address for its keys and keep them in its row; returns why there are none, None where it went.

    What is kept stays where it went wrong. The database's connection is not held meanwhile.
    """
    address = client.jwks_uri
    database.let_go()
    fault: Reason | None = None
    try:
        found = {"fetched_jwks": _fetched(address, client.token_endpoint_auth_signing_alg)}
    except (Unreachable, BadKeySet) as error:
        fault, found = error.reason, {}
    now = timezone.now()
    values = {**found, **({} if fault else {"fetched_at": now}), "fetch_tried_at": now, "fetch_fault": fault or ""}
    if Client.objects.filter(pk=client.pk, jwks_uri=address).update(**values):
        vars(client).update(values)
    return fault


def _fetched(address: str, alg: str) -> dict[str, object]:
    answer = outside.call("GET", address, SECONDS, headers={"Accept": "application/jwk-set+json, application/json"})
    try:
        document = json.loads(answer.text)
    except (ValueError, RecursionError) as error:
        raise Unreachable(Fault.RUBBISH) from error
    if answer.status_code != 200:
        raise Unreachable(Fault.RUBBISH)
    return jwks.checked(document, alg=alg, strictly=False)
