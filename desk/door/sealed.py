"""What a session holds that a thief of the database must not read."""

import base64
import json
from typing import Any

from django.http import HttpRequest

from careid.storing import crypto


def keep(request: HttpRequest, name: str, value: dict[str, Any]) -> None:
    """Put something in the session, sealed."""
    sealed = crypto.seal(json.dumps(value).encode(), context=f"session|{name}")
    request.session[name] = base64.b64encode(sealed).decode()


def kept(request: HttpRequest, name: str) -> dict[str, Any]:
    """What `keep` put there; nothing where it is gone or was sealed with a key that is gone."""
    try:
        sealed = base64.b64decode(request.session.get(name, ""))
        value: dict[str, Any] = json.loads(crypto.open(sealed, context=f"session|{name}"))
    except ValueError:
        return {}
    return value
