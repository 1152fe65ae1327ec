"""Access tokens: opaque, of 256 bits, found by their hash. Each is dead once its sign-in, or its client, is."""

from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from careid.storing import crypto
from careid.storing.prepared import Prepared
from provider.models import Client, Token

WITH: Final = ("client", "sign_in__profile__organisation", "sign_in__authenticator", "sign_in__session")
WITHOUT: Final = ("client__jwks", "client__fetched_jwks", "sign_in__authenticator__material")  # large, and not asked
_BY_HASH: Final = Prepared(
    lambda token: Token.objects.select_related(*WITH).defer(*WITHOUT).filter(token_hash=token), b"a token's"
)


def found(token: str) -> Token | None:
    """The token's row with its client, sign-in and person, in one statement; None where it is good for nothing."""
    row, now = _BY_HASH.first(crypto.token_hash(token)), timezone.now()
    if row is None or row.revoked_at or now >= row.expires_at or not row.client.is_on or row.sign_in.is_over(now):
        return None
    return row


def revoke(*, client: Client, token: str) -> None:
    """End a token of this client (RFC 7009, 2); nothing happens to another's, or where there is none."""
    rows = Token.objects.filter(token_hash=crypto.token_hash(token), client=client, revoked_at=None)
    rows.update(revoked_at=timezone.now())


def introspection(*, client: Client, token: str) -> dict[str, Any]:
    """What a client may know of a token of its own (RFC 7662, 2.2); of any other, that it is not active."""
    row = found(token)
    if row is None or row.client_id != client.pk:
        return {"active": False}
    made = row.sign_in
    return {
        "active": True,
        "iss": settings.ISSUER,
        "sub": made.profile.user_id,
        "client_id": client.client_id,
        "scope": " ".join(row.scopes),
        "token_type": "Bearer",
        "iat": int(row.made_at.timestamp()),
        "exp": int(row.expires_at.timestamp()),
        "acr": row.acr,
        "auth_time": int(made.at.timestamp()),
        "sid": str(made.session_id),
    }
