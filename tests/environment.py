"""Loaded before Django's settings: the tests' own Postgres, keys made for this run, and no picture to read."""

import base64
import os
import secrets
from pathlib import Path

from demo import postgres


def key(name):
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


ENVIRONMENT = {
    "DEBUG": "off",
    "CAREID_DEMO": "on",  # over plain http, and with files from where they stand
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright keeps an event loop in this thread
    "SECRET_KEY": secrets.token_urlsafe(48),
    "CAREID_KEYS": key("k1"),
    "CAREID_INDEX_KEYS": key("i1"),
    "CAREID_SEAL_KEYS": key("s1"),
    "CAREID_ORIGIN": "http://localhost",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CAREID_CAPTCHA": "never",
    "CAREID_ADMIN_APP": "off",  # this and the next may stand in the demo of the same folder
    "NHSNET_DEMO_PORT": "",
    "CAREID_ENVIRONMENT": "test",
    "CAREID_OPERATOR": "Example Trust",
    "CAREID_PRIVACY_CONTACT": "privacy@careid.example",
    "CAREID_APPLY_URL": "https://apply.careid.example/",
    "CAREID_SERVICE_DESK": "01632 960100",
    "CAREID_SECURITY_CONTACT": "security@careid.example",
    "DEFAULT_FROM_EMAIL": "Care ID <no-reply@careid.example>",
    "EMAIL_URL": "memorymail://",
    "NHSNET_TENANT_ID": "5f8e2c1a-3b4d-4e6f-8a9b-0c1d2e3f4a5b",
    "NHSNET_CLIENT_ID": "0f1e2d3c-4b5a-4968-8776-655443322110",
    "NHSNET_CLIENT_SECRET": secrets.token_urlsafe(32),
    "NHSNET_AUTHORITY": "https://login.nhsnet.example",
    "DATABASE_URL": postgres.use(Path(__file__).resolve().parent.parent / ".cache" / "postgres"),
}
os.environ.update(ENVIRONMENT)
