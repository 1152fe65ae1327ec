"""The demo's settings: one file, read by `careid.settings` beneath the environment."""

import base64
import os
import secrets
import sys
from pathlib import Path
from typing import Final
from urllib.parse import quote

from demo import pem, postgres

BASE: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = BASE / ".demo"
FILE: Final = FOLDER / "env"
POSTGRES: Final = FOLDER / "postgres"
TENANT: Final = "00000000-0000-4000-8000-000000000001"  # made up, like the client's
CLIENT: Final = "00000000-0000-4000-8000-000000000002"
ADMIN_PASSWORD: Final = "CAREID_DEMO_ADMIN_PASSWORD"  # noqa: S105  the setting's name
SERVICE_PORT: Final = "CAREID_DEMO_SERVICE_PORT"
PASSWORD: Final = "CAREID_DEMO_PASSWORD"  # noqa: S105  likewise: of everybody who has an app from the start


def read() -> dict[str, str]:
    """What the file says; nothing where there is none yet."""
    lines = FILE.read_text().splitlines() if FILE.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write(port: int, sign_in: int, service: int) -> dict[str, str]:
    """Make the file or bring it up to this start: what it holds is kept, but for where the demo is."""
    values = _made_up() | read() | _where(port) | _sign_in(sign_in) | _service(service)
    fresh = FILE.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("# Made by `make demo`, for this folder's demo alone. Remove .demo to start afresh.\n")
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    fresh.replace(FILE)
    return values


def _made_up() -> dict[str, str]:
    return {
        "CAREID_DEMO": "on",
        "SECRET_KEY": secrets.token_hex(32),
        "CAREID_KEYS": f"d1:{_key()}",
        "CAREID_INDEX_KEYS": f"i1:{_key()}",
        "CAREID_SEAL_KEYS": f"s1:{_key()}",
        "CAREID_ENVIRONMENT": "demo",
        "CAREID_DEMO_MOCK": "on",  # services can sign people in without a proof: `demo.kinds`
        "CAREID_ADMIN_APP": "on",  # whoever has nothing to keep a passkey on can sign in
        "DEFAULT_FROM_EMAIL": "Care ID demo <no-reply@careid.example.org>",
        "CAREID_OPERATOR": "Example NHS Trust (made up)",
        "CAREID_SERVICE_DESK": "01632 960100 (made up), every day, 8am to 8pm",
        "CAREID_PRIVACY_CONTACT": "privacy@careid.example.org",
        "CAREID_SECURITY_CONTACT": "security@careid.example.org",
        "CAREID_APPLY_URL": "https://apply.careid.example.org/",
        "CAREID_USER_ID_RANGE": "999910000001-999919999999",  # of who comes on file here
        ADMIN_PASSWORD: secrets.token_urlsafe(12),
        PASSWORD: secrets.token_urlsafe(12),
        "NHSNET_CLIENT_SECRET": secrets.token_urlsafe(32),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _where(port: int) -> dict[str, str]:
    return {
        "PORT": str(port),
        "CAREID_ORIGIN": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": postgres.url(POSTGRES),
        "EMAIL_URL": f"filemail:///{quote(str(FOLDER / 'mail'))}",
    }


def _sign_in(port: int) -> dict[str, str]:
    """The stand-in NHS.net sign-in: see `demo.provider_http` for how its name is found."""
    return {
        "NHSNET_DEMO_PORT": str(port),
        "NHSNET_TENANT_ID": TENANT,
        "NHSNET_CLIENT_ID": CLIENT,
        "NHSNET_AUTHORITY": "https://login.nhsnet.example",
    }


def _service(port: int) -> dict[str, str]:
    """What services rely on, and where the sample one is: on plain http, on this machine."""
    return {
        SERVICE_PORT: str(port),
        "CAREID_SIGNING_KEYS": f"demo:{pem.kept(FOLDER / 'signing.pem')}",
        "CAREID_FETCH_INSIDE": f"localhost:{port}",
    }


def use_database() -> None:
    """Have the demo's own Postgres run while this process lives, where that is the database in use."""
    chosen, own = os.environ.get("DATABASE_URL"), postgres.url(POSTGRES)
    if chosen == own:
        postgres.use(POSTGRES)
    elif chosen and chosen == read().get("DATABASE_URL"):
        sys.exit("This folder was moved or copied since its demo last started: run `make demo` in it once.")
