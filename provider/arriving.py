"""What every authorization request asks of Postgres, in one statement: its count, who is here, which client asks."""

from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Func, JSONField, Subquery
from django.http import HttpRequest

from careid.limits import counting
from careid.people.services import Service
from careid.serving import visitors
from careid.storing import crypto
from careid.storing.prepared import Prepared
from provider import clients
from provider.limits import AUTHORIZE
from provider.models import Client
from sign_in import browser, sessions
from sign_in.models import Session

# What `Session.why_dead` asks, and who judges the request; whatever else somebody asks is read then.
SESSION: Final = (
    *("last_seen_at", "ended_at", "ended_reason"),
    *("profile__user_id", "profile__state", "profile__reported_at"),
)
NEWEST: Final = tuple(f"newest__{name}" for name in ("visit_id", "at", "level", "acr"))
AUTHENTICATOR: Final = tuple(
    f"newest__authenticator__{name}" for name in ("kind", "state", "state_reason", "state_changed_at", "usable_from")
)
# What is read of a client before it has a code, in the order of its columns; any other is asked for when it is read.
FIELDS: Final = (
    *("id", "client_id", "is_on", "token_endpoint_auth_method", "redirect_uris", "scopes", "default_acr_values"),
    *("id_token_signed_response_alg", "needs_pkce", "needs_role"),
)


def client(request: HttpRequest, client_id: str) -> Client | None:
    """Count this request, and find the client of this id where it may sign people in. Raises `counting.Locked`.

    Whoever is here is found along with it, for `sessions.current`.
    """
    visitor, token = visitors.read(request), browser.token(request, settings.HERE_COOKIE)
    count = (AUTHORIZE, visitor.address)
    if not (token and clients.is_id(client_id)):
        counting.hit_or_lock(count, room=visitor.room)
        return clients.found(client_id)

    def ask(statement: str, values: list[Any]) -> tuple[Any, Session | None]:
        return _BOTH.beside(statement, values, crypto.token_hash(token), client_id)

    session = counting.hit_beside(count, ask, room=visitor.room)
    if session is None:
        return clients.found(client_id)
    sessions.keep_found(request, session)
    found = vars(session).pop("asking")
    return _made(*found) if found else None


def _made(*values: Any) -> Client:
    *fields, name = values
    client = Client.from_db(connection.alias, FIELDS, fields)
    client.service = Service(name=name)
    return client


def _both(token: Any, client_id: str) -> Any:
    asking = Client.objects.filter(client_id=client_id, is_on=True).order_by()
    row = Func(*FIELDS, "service__name", function="jsonb_build_array", output_field=JSONField())
    here = Session.objects.select_related("profile", "newest__authenticator").only(*SESSION, *NEWEST, *AUTHENTICATOR)
    return here.annotate(asking=Subquery(asking.values(row=row))).filter(token_hash=token)


_BOTH: Final = Prepared(_both, b"a token's", "a client's id")
