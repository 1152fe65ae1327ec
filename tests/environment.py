"""Loaded before Django's settings: the tests' own Postgres, keys made for this run, and no picture to read."""

import base64
import os
import secrets
from importlib import import_module
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from demo import postgres

CACHE = Path(__file__).resolve().parent.parent / ".cache"
MAKERS = {"rsa": lambda: rsa.generate_private_key(65537, 2048), "ec": lambda: ec.generate_private_key(ec.SECP256R1())}

FOLDERS = sorted(Path(__file__).parent.glob("authenticators/*/environment.py"))
KINDS = [import_module(f"tests.authenticators.{file.parent.name}.environment") for file in FOLDERS]


def key(name):
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def signing_keys():
    """One of each sort, made once in this folder: web and worker processes read the files too."""
    folder = CACHE / "signing"
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MAKERS.items():
        if not (folder / f"{name}.pem").exists():
            mine = folder / f"{name}.{os.getpid()}"
            mine.touch(mode=0o600)
            mine.write_bytes(make().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            mine.rename(folder / f"{name}.pem")
    return ",".join(f"{name}:{folder / name}.pem" for name in MAKERS)


ENVIRONMENT = {
    "DEBUG": "off",
    "CAREID_DEMO": "on",  # over plain http, and with files from where they stand
    "CAREID_DEMO_MOCK": "off",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright keeps an event loop in this thread
    "SECRET_KEY": secrets.token_urlsafe(48),
    "CAREID_KEYS": key("k1"),
    "CAREID_INDEX_KEYS": key("i1"),
    "CAREID_SEAL_KEYS": key("s1"),
    "CAREID_SIGNING_KEYS": signing_keys(),
    "CAREID_ORIGIN": "http://localhost",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CAREID_CAPTCHA": "never",
    "CAREID_ADMIN_APP": "off",  # which may stand in the demo of the same folder
    "CAREID_ENVIRONMENT": "test",
    "CAREID_OPERATOR": "Example Trust",
    "CAREID_PRIVACY_CONTACT": "privacy@careid.example",
    "CAREID_APPLY_URL": "https://apply.careid.example/",
    "CAREID_SERVICE_DESK": "01632 960100",
    "CAREID_SECURITY_CONTACT": "security@careid.example",
    "DEFAULT_FROM_EMAIL": "Care ID <no-reply@careid.example>",
    "EMAIL_URL": "memorymail://",
    "DATABASE_URL": postgres.use(CACHE / "postgres"),
}
OF_KINDS = {name: value for kind in KINDS for name, value in kind.SETTINGS.items()}
ENVIRONMENT |= OF_KINDS
os.environ.update(ENVIRONMENT)
