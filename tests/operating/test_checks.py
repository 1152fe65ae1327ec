"""Production refuses to start with what is missing or unsafe, and says which setting it is.

The settings are read afresh from a given environment, as a process would; a few processes are started to hold that they
are asked.
"""

import base64
import os
import runpy
import secrets
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

from apply import user_ids
from careid.environment import Environment
from careid.limits import limits
from careid.serving import visitors
from demo import postgres
from operating import checks, reach
from tests.environment import OF_KINDS

ROOT = Path(__file__).parents[2]


def key(name):
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


HARDLY_RANDOM = f"x1:{'A' * 43}="  # 32 bytes of nothing: no key
GOOD = {
    "DEBUG": "off",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "CAREID_KEYS": key("k"),
    "CAREID_INDEX_KEYS": key("i"),
    "CAREID_ORIGIN": "https://careid.example.nhs.uk",
    "CAREID_TRUSTED_PROXIES": "1",
    "ALLOWED_HOSTS": "careid.example.nhs.uk",  # else a demo of this folder says where it is
    "EMAIL_URL": "smtp://localhost:25",
    "DATABASE_URL": "postgres://careid@localhost/careid",
    "CAREID_OPERATOR": "Example Trust",
    "CAREID_SERVICE_DESK": "01632 960100",
    "CAREID_SECURITY_CONTACT": "security@careid.example",
    "CAREID_PRIVACY_CONTACT": "privacy@careid.example",
    "CAREID_APPLY_URL": "https://apply.careid.example/",
}


def given(**changed):
    """The environment; None takes a setting out, and a setting's name stands for its value."""
    values = {**GOOD, **changed}
    return {name: GOOD.get(value, value) for name, value in values.items() if value is not None}


def read(**changed):
    with patch.dict(os.environ, given(**changed), clear=True):
        return SimpleNamespace(**vars(global_settings) | runpy.run_path(str(ROOT / "careid" / "settings.py")))


GUESSES = sorted(name for name, limit in limits.ALL.items() if limit.counts_guesses)  # those of the kinds too


@pytest.fixture
def refused(monkeypatch):
    """The settings that are refused, each with the words."""

    def check(settings):
        monkeypatch.setattr(checks, "settings", settings)
        monkeypatch.setattr(reach, "settings", settings)
        monkeypatch.setattr(visitors, "settings", settings)
        monkeypatch.setattr(user_ids, "settings", settings)
        return {found.msg.split(":")[0]: found.msg for found in (*checks.unusable(), *checks.unsafe())}

    return check


def manage(*arguments, **changed):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **given(**changed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_good_settings_pass(refused):
    assert refused(read()) == {}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", "on", "is on"),
        ("CAREID_DEMO", "on", "this is the demo"),
        ("SECRET_KEY", None, "is not set"),
        ("SECRET_KEY", "short", "is shorter than 40"),
        ("SECRET_KEY", "a" * 60, "hardly random"),
        ("CAREID_KEYS", None, "no key"),
        ("CAREID_KEYS", "k:c2hvcnQ=", "not 32 bytes"),
        ("CAREID_INDEX_KEYS", None, "no key"),
        ("CAREID_INDEX_KEYS", "CAREID_KEYS", "shares a key with CAREID_KEYS"),
        ("CAREID_SEAL_KEYS", "s:c2hvcnQ=", "not 32 bytes"),
        ("CAREID_SEAL_KEYS", "CAREID_KEYS", "shares a key with CAREID_KEYS"),
        ("CAREID_SEAL_KEYS", "CAREID_INDEX_KEYS", "shares a key with CAREID_INDEX_KEYS"),
        ("CAREID_METRICS_TOKEN", "short", "is shorter than 32"),
        ("CAREID_METRICS_TOKEN", "SECRET_KEY", "shares a key with SECRET_KEY"),
        *((name, "SECRET_KEY", "shares a key with SECRET_KEY") for name in OF_KINDS if name.endswith("_SECRET")),
        ("CAREID_ORIGIN", None, "is not set"),
        ("CAREID_ORIGIN", "http://careid.example.nhs.uk", "is not https"),
        ("CAREID_ORIGIN", "https://careid.example.nhs.uk/path", "is not https://host alone"),
        ("ALLOWED_HOSTS", "*", "wildcard"),
        ("ALLOWED_HOSTS", "careid.example.nhs.uk,.nhs.uk", "wildcard"),
        ("ALLOWED_HOSTS", "other.example.nhs.uk", "lacks the origin's host"),
        ("CAREID_CAPTCHA", "never", "leaves the picture test out"),
        ("CAREID_CAPTCHA", "maybe", "neither always nor never"),
        ("CAREID_PROOF_GUESSES", "999", "too little work"),
        ("CAREID_USER_ID_RANGE", "555500000000", "is not first-last"),
        ("CAREID_USER_ID_RANGE", "555500000009-555500000001", "the lower stands first"),
        ("CAREID_LIMITS", "off", "must begin with enforce"),
        ("CAREID_LIMITS", "on", "write enforce"),
        *(("CAREID_LIMITS", f"enforce,{one}=shadow", "enforce the wrong codes") for one in (GUESSES[0], GUESSES[-1])),
        ("EMAIL_URL", "consolemail://", "does not send"),
        ("EMAIL_URL", "filemail:///tmp/mail", "does not send"),
        ("EMAIL_URL", "dummymail://", "does not send"),
        ("DEFAULT_FROM_EMAIL", "careid@localhost", "names no address of ours"),
        ("CAREID_TRUSTED_NETWORKS", "everywhere", "does not appear to be"),
        ("CAREID_TRUSTED_NETWORKS", "0.0.0.0/0", "trusts more than hospitals"),
        ("CAREID_TRUSTED_NETWORKS", "0.0.0.0/1,128.0.0.0/1", "trusts more than hospitals"),
        ("CAREID_TRUSTED_NETWORKS", ",".join(f"{n}.0.0.0/8" for n in range(5)), "trusts more than hospitals"),
        ("CAREID_TRUSTED_NETWORKS", "10.0.0.0/8,::/0", "trusts more than hospitals"),
        ("CAREID_RELATED_ORIGINS", "http://other.example.nhs.uk", "is not https://host alone"),
        ("CAREID_RELATED_ORIGINS", "https://other.example.nhs.uk,https://x.example/path", "is not https://host alone"),
        ("CAREID_RELATED_ORIGINS", "*", "is not https://host alone"),
        ("CAREID_ORIGIN", "https://user@careid.example.nhs.uk", "is not https://host alone"),
        ("CAREID_ORIGIN", "https://Careid.example.nhs.uk", "in small letters"),
        ("EMAIL_URL", "smtp://mail.example.nhs.uk:25", "sends codes in clear"),
        ("EMAIL_URL", "smtp://user:secret@8.8.8.8:25", "sends codes in clear"),
        *((f"CAREID_{name}", HARDLY_RANDOM, "hardly random") for name in ("KEYS", "INDEX_KEYS", "SEAL_KEYS")),
        ("CAREID_TRUSTED_PROXIES", "one", "is not a count"),
        ("CAREID_OPERATOR", None, "is empty"),
        ("CAREID_SERVICE_DESK", " ", "is empty"),
        ("CAREID_SECURITY_CONTACT", None, "is empty"),
        ("CAREID_PRIVACY_CONTACT", None, "is empty"),
        ("CAREID_APPLY_URL", None, "is empty"),
        ("CAREID_APPLY_URL", "http://apply.careid.example/", "does not begin with https://"),
    ],
)
def test_what_is_missing_or_unsafe_is_refused_by_its_name(name, value, words, refused):
    found = refused(read(**{name: value}))
    assert words in found[name]
    assert set(found) - {name} <= {"DEFAULT_FROM_EMAIL"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "smtp+tls://user:password@smtp.example.nhs.uk:587"),
        ("EMAIL_URL", "smtps://smtp.example.nhs.uk:465"),
        ("EMAIL_URL", "smtp://mailpit:1025"),
        ("EMAIL_URL", "smtp://relay.trust.internal:25"),
        ("EMAIL_URL", "smtp://10.1.2.3:25"),
        ("EMAIL_URL", "smtp://[::1]:25"),
        ("CAREID_TRUSTED_NETWORKS", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/32"),
        ("CAREID_RELATED_ORIGINS", "https://other.example.nhs.uk,https://x.example:8443"),
        ("CAREID_ORIGIN", "https://careid.example.nhs.uk:8443"),
    ],
)
def test_what_an_operator_may_well_write_is_taken(name, value, refused):
    assert refused(read(**{name: value})) == {}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "postgres://careid_run@db.example.nhs.uk/careid", "in clear"),
        ("DATABASE_URL", "postgres://careid_run@db1.example,db2.example/careid?sslmode=prefer", "in clear"),
        ("CAREID_REVEAL_NO_MATCH", "on", "tells strangers"),
        ("CAREID_HOLD_AFTER_CHANGE", "0", "works at once"),
        ("CAREID_HOLD_WHERE_ONE_STANDS", "0", "beside another works at once"),
        ("CAREID_ALLOW_RP_ID_CHANGE", "on", "switch it off"),
        ("CAREID_TRUSTED_PROXIES", "0", "counted for every visitor"),
        ("CAREID_TRUSTED_PROXIES", "4", "lets visitors choose"),
    ],
)
def test_what_is_doubtful_is_said_and_started_with(name, value, words, refused):
    settings = read(**{name: value})
    assert refused(settings) == {}
    [warning] = checks.doubtful()
    assert (warning.msg.split(":")[0], warning.is_serious()) == (name, False)
    assert words in warning.msg


@pytest.mark.parametrize(
    "url", ["postgres:///careid", "postgres://a@db/careid", "postgres://a@d.example/c?sslmode=require"]
)
def test_a_database_nearby_or_over_tls_is_no_doubt(url, refused):
    assert refused(read(DATABASE_URL=url)) == {}
    assert checks.doubtful() == []


def test_no_secret_of_the_environment_is_left_out_of_the_comparison():
    settings = read()
    secret = {name for name in settings.env.asked if name.endswith(("_KEY", "_KEYS", "_SECRET", "_TOKEN"))}
    assert secret - {"CAREID_SIGNING_KEYS"} == set(settings.SECRETS)  # which names files


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAPTCHA_TEST_MODE", True),
        ("SESSION_COOKIE_SECURE", False),
        ("SESSION_COOKIE_HTTPONLY", False),
        ("SESSION_COOKIE_SAMESITE", "None"),
        ("SESSION_COOKIE_NAME", "sessionid"),
        ("CSRF_COOKIE_SECURE", False),
        ("CSRF_COOKIE_HTTPONLY", False),
        ("CSRF_COOKIE_SAMESITE", False),
        ("CSRF_COOKIE_NAME", "csrftoken"),
        ("ATTEMPT_COOKIE", "careid"),
    ],
)
def test_what_only_a_change_of_the_settings_themselves_could_weaken_is_refused_too(name, value, refused):
    settings = read()
    assert set(refused(SimpleNamespace(**{**vars(settings), name: value}))) == {name}


def test_the_demos_own_database_is_refused(tmp_path, refused):
    (tmp_path / "postgres").mkdir()
    settings = read(DATABASE_URL=postgres.url(tmp_path / "postgres"))
    assert refused(settings) == {}
    settings.DEMO_FOLDER = tmp_path
    assert set(refused(settings)) == {"DATABASE_URL"}


@pytest.mark.parametrize("host", ["", "/var", "localhost"])
def test_beside_a_demo_every_other_database_is_taken(host, tmp_path, refused):
    (tmp_path / "postgres").mkdir()
    settings = read(DATABASE_URL=f"postgres:///careid?host={host}")
    settings.DEMO_FOLDER = tmp_path
    assert refused(settings) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "garbage"),
        ("DATABASE_URL", "sqlite:///x"),
        ("DATABASE_URL", "postgres://careid:secret@localhost:port/careid"),
        ("DATABASE_POOL", "many"),
        ("EMAIL_URL", "garbage"),
        ("EMAIL_URL", "smtp://user:secret@mail:port"),
        ("PORT", "x"),
        ("PORT", "70000"),
        ("WEB_THREADS", "0"),
        ("WEB_WORKERS", "-1"),
        ("WORKER_JOBS", "1.5"),
        ("CAREID_KEEP_MAILS_DAYS", "abc"),
        ("CAREID_KEEP_ATTEMPTS_HOURS", "9" * 5_000),
        ("CAREID_PROOF_GUESSES", "٣"),
        ("DEBUG", "off course"),
        ("CAREID_REVEAL_NO_MATCH", "nope"),
    ],
)
def test_a_value_that_can_not_be_read_is_named_and_not_shown(name, value):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(**{name: value})
    assert str(refused.value).startswith(f"{name}: ")
    assert len(value) < 3 or value not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_so_is_one_that_is_read_in_the_librarys_own_way():
    with patch.dict(os.environ, {"CAREID_X": "abc"}), pytest.raises(ImproperlyConfigured, match=r"^CAREID_X: is not"):
        Environment().int("CAREID_X", default=1)


def test_a_setting_that_is_there_and_empty_is_its_default():
    settings = read(PORT="", CAREID_KEEP_MAILS_DAYS=" ", DEBUG="")
    assert (settings.PORT, settings.KEEP_MAILS.days, settings.DEBUG) == (8000, 90, False)


def test_a_misspelt_setting_is_pointed_out(monkeypatch):
    settings = read(CAREID_KEEP_MAIL_DAYS="9", CAREID_KEYS_FIL="x", CAREID_TEST_RUN="x", CAREID_QUERTZ="x")
    assert settings.UNKNOWN_SETTINGS == [
        "CAREID_KEEP_MAIL_DAYS: is not a setting; is CAREID_KEEP_MAILS_DAYS meant?",
        "CAREID_KEYS_FIL: is not a setting; is CAREID_KEYS meant?",
        "CAREID_QUERTZ: is not a setting.",
    ]
    monkeypatch.setattr(checks, "settings", settings)
    assert [found.is_serious() for found in checks.unknown()] == [False] * 3


def test_every_setting_of_the_example_is_one():
    names = [line.split("=")[0].strip("# ") for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line]
    written = {name: "" for name in names if name.startswith("CAREID_") and name not in GOOD}
    assert len(written) > 10
    assert read(**written | {"CAREID_TRUSTED_PROXIES": "1"}).UNKNOWN_SETTINGS == []


def marked():
    """The settings of the example that stand beneath a comment which begins with the mark."""
    required = False
    for line in (ROOT / ".env.example").read_text().splitlines():
        if not line.startswith(" ") and line.startswith("#") and not line.startswith("#  "):
            required = line.startswith("# REQUIRED.")
        elif "=" in line and required and not line.startswith("#"):
            yield line.partition("=")[0]


def test_all_that_is_missing_is_said_at_once_and_the_example_marks_it(refused):
    missing = refused(read(**dict.fromkeys(GOOD) | {"DEBUG": "off", "CAREID_DEMO": "off"}))
    assert set(missing) == set(marked())
    assert len(missing) == 10


def test_every_command_is_ended_by_a_value_that_can_not_be_read(tmp_path):
    done = manage("import_profiles", str(tmp_path), CAREID_KEEP_MAILS_DAYS="abc")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "CAREID_KEEP_MAILS_DAYS: is not a whole number from 1 to 100000.\n"


def test_the_worker_refuses_what_the_web_refuses_and_to_leave_the_trail_unsealed():
    done = manage("worker", SECRET_KEY=None, CAREID_SERVCE_DESK="x")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "Warning: CAREID_SERVCE_DESK: is not a setting; is CAREID_SERVICE_DESK meant?",
        "SECRET_KEY: is not set. (careid.SECRET_KEY)",
        "CAREID_SEAL_KEYS: is not set: the worker seals the trail with it, and the web does not have it.",
    ]


def test_check_deploy_refuses_too_and_a_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text(GOOD["CAREID_KEYS"] + "\n", encoding="utf-8-sig")  # as Windows' editor saves it
    done = manage("check", "--deploy", CAREID_KEYS=None, CAREID_KEYS_FILE=str(file), CAREID_CAPTCHA="never")
    assert done.returncode == 1
    assert "CAREID_CAPTCHA: leaves the picture test out" in done.stderr
    assert "CAREID_KEYS" not in done.stderr


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("postgres://careid@%2Fvar%2Frun%2Fpostgresql/careid", "/var/run/postgresql"),
        ("postgres://careid@%2Fone,%2Ftwo/careid", "/one,/two"),
        ("postgres://careid@db1:5432,db2:5433/careid", "db1,db2"),
        ("postgres://careid@[::1]:5432/careid", "::1"),
    ],
)
def test_the_databases_address_is_read_as_libpq_reads_it(address, host):
    assert read(DATABASE_URL=address).DATABASES["default"]["HOST"] == host
