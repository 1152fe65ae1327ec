"""Production refuses to start with what is missing or unsafe, and says which setting it is."""

import base64
import os
import secrets
import subprocess
import sys

import pytest


def key(name):
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


GOOD = {
    "DEBUG": "off",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "CAREID_KEYS": key("k"),
    "CAREID_INDEX_KEYS": key("i"),
    "CAREID_ORIGIN": "https://careid.example.nhs.uk",
    "EMAIL_URL": "smtp://localhost:25",
    "DATABASE_URL": "postgres://careid@localhost/careid",
}


def check(**changed):
    environment = {"PATH": os.environ["PATH"], **GOOD, **changed}
    given = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"], env=given, capture_output=True, text=True, check=False
    )


def test_good_settings_pass():
    done = check()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "on"),
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("CAREID_KEYS", None),
        ("CAREID_KEYS", "k:c2hvcnQ="),
        ("CAREID_INDEX_KEYS", None),
        ("CAREID_INDEX_KEYS", "that of CAREID_KEYS"),
        ("CAREID_ORIGIN", None),
        ("CAREID_ORIGIN", "http://careid.example.nhs.uk"),
        ("ALLOWED_HOSTS", "*"),
        ("CAREID_CAPTCHA", "never"),
        ("CAREID_LIMITS", "off"),
        ("CAREID_LIMITS", "on"),
        ("EMAIL_URL", "consolemail://"),
        ("CAREID_METRICS_TOKEN", "short"),
        ("CAREID_TRUSTED_NETWORKS", "everywhere"),
        ("DATABASE_URL", "sqlite:///x"),
    ],
)
def test_what_is_missing_or_unsafe_is_refused_by_its_name(name, value):
    done = check(**{name: GOOD["CAREID_KEYS"] if value == "that of CAREID_KEYS" else value})
    assert done.returncode != 0
    assert f"{name}: " in done.stderr
    assert value is None or "Traceback" not in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text(GOOD["CAREID_KEYS"] + "\n")
    assert check(CAREID_KEYS=None, CAREID_KEYS_FILE=str(file)).returncode == 0
