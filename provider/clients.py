"""The clients of services: which one asks, and whether it is that one."""

import hmac
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from careid.limits import counting
from careid.serving import visitors
from careid.storing import crypto
from careid.storing.prepared import Prepared
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from provider import assertions, client_auth, client_keys
from provider.assertions import Proof, Rejected
from provider.client_auth import BadClient, Credentials
from provider.limits import BAD_CLIENT, BAD_CLIENT_ALL
from provider.registered import ID_MOST, Client
from provider.words import ClientRefused

TOO_MANY: Final = "Too many requests failed. Try again later."
_ONCE: Final = ("client_id", "client_secret", "client_assertion", "client_assertion_type")
_OF_ID: Final = Prepared(
    lambda client_id: Client.objects.select_related("service").filter(client_id=client_id).order_by(), "a client's id"
)
_USE: Final = """INSERT INTO provider_assertion (client_id, jti_hash, expires_at) VALUES (%s, %s, %s)
    ON CONFLICT DO NOTHING"""


def found(client_id: str) -> Client | None:
    """The client of this id, with its service, where it may sign people in; None else, whatever the id is."""
    client = _of_id(client_id)
    return client if client and client.is_on else None


def _of_id(client_id: str) -> Client | None:
    return _OF_ID.first(client_id) if is_id(client_id) else None


def is_id(text: str) -> bool:
    """Whether it can be a client's id."""
    return 0 < len(text) <= ID_MOST and text.isascii() and text.isprintable()


def authenticated(request: HttpRequest) -> Client:
    """The client that this POST proves to come from: at the token endpoint, introspection and revocation.

    Raises BadClient, which its view answers with. What is bad is counted by the address that it came from, and so it
    locks nobody else's client out: what is right is never counted. Not to be called within a transaction.
    """
    try:
        shown = _shown(request)
    except BadClient as bad:
        raise _counted(request, bad) from bad
    client = _of_id(shown.client_id)
    try:
        return _proved(client, shown)
    except Rejected as rejected:
        answer = BadClient(shown.description, headers=shown.headers)
        raise _counted(request, answer, client, rejected.reason) from rejected


def _shown(request: HttpRequest) -> Credentials:
    if any(len(request.POST.getlist(name)) > 1 for name in _ONCE):
        raise BadClient(client_auth.ONE_WAY)
    form = {name: request.POST[name] for name in _ONCE if name in request.POST}
    return client_auth.presented(request.META.get("HTTP_AUTHORIZATION", ""), form)


def _proved(client: Client | None, shown: Credentials) -> Client:
    """The client itself. Raises Rejected."""
    if client is None or not client.is_on:
        raise Rejected(ClientRefused.OFF)
    if shown.way != client.token_endpoint_auth_method:
        raise Rejected(ClientRefused.METHOD)
    if shown.assertion:
        _check_assertion(client, shown.assertion)
    elif not client.is_public and not is_secret(client, shown.secret):
        raise Rejected(ClientRefused.SECRET)
    return client


def is_secret(client: Client, secret: str) -> bool:
    """Whether it is the client's secret, or the one before while that still holds."""
    kept = [client.secret_hash]
    if client.old_secret_until and client.old_secret_until > timezone.now():
        kept.append(client.old_secret_hash)
    given = crypto.token_hash(secret)
    return any(one is not None and hmac.compare_digest(bytes(one), given) for one in kept)


def _check_assertion(client: Client, assertion: str) -> None:
    proof = assertions.verified(
        assertion,
        client_id=client.client_id,
        alg=client.token_endpoint_auth_signing_alg,
        keys=client_keys.of(client, kid=assertions.kid_of(assertion)),
        audiences=audiences(),
        now=timezone.now().timestamp(),
    )
    if not _is_first_use(client, proof):
        raise Rejected(ClientRefused.REPLAYED)


def audiences() -> frozenset[str]:
    """What an assertion may be meant for: the issuer or the token endpoint, with the port of https or without."""
    origin = settings.ISSUER_ORIGIN.removesuffix(":443")
    origins = {settings.ISSUER_ORIGIN, origin} | ({f"{origin}:443"} if origin.startswith("https://") else set())
    return frozenset(f"{one}{settings.ISSUER_PATH}{end}" for one in origins for end in ("", "/access_token"))


def _is_first_use(client: Client, proof: Proof) -> bool:
    """Keep the `jti` for as long as the assertion is good. Of two at once, one is the first."""
    jti_hash = crypto.token_hash(proof.jti)
    with connection.cursor() as cursor:
        cursor.execute(_USE, [client.pk, jti_hash, datetime.fromtimestamp(proof.until, UTC)])
        return bool(cursor.rowcount)


def _counted(
    request: HttpRequest, bad: BadClient, client: Client | None = None, reason: ClientRefused | None = None
) -> BadClient:
    """What to answer, once it is counted: as long as not too many came from there, a client's own is an event."""
    visitor = visitors.read(request)
    of_client = [(BAD_CLIENT_ALL, str(client.pk))] if client else []
    verdict = counting.hit((BAD_CLIENT, visitor.address), *of_client, room=visitor.room)
    if verdict.locked:
        retry = {"Retry-After": str(verdict.seconds)}
        return BadClient(TOO_MANY, error="temporarily_unavailable", status=429, headers=retry)
    if client and reason:
        record(
            EventName.CLIENT_REFUSED,
            outcome="refused",
            reason=reason,
            actor=actors.SYSTEM,
            details={"client": client.client_id},
        )
    return bad
