"""The names that passkeys are shown by, from FIDO's metadata file as it comes."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from authenticators.passkey import names
from tests.authenticators.passkey import fake as passkey

OURS, THEIRS = "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "11111111-2222-4333-8444-555555555555"
ENTRIES = [
    {"aaguid": THEIRS.upper(), "metadataStatement": {"description": "  Theirs,\nnew "}},
    {"aaguid": OURS, "metadataStatement": {"description": "Longer"}},
    {"aaid": "x"},
]
IRREGULAR = [
    {"aaguid": THEIRS},
    {"aaguid": 7, "metadataStatement": {"description": "x"}},
    {"aaguid": "not one", "metadataStatement": {"description": "x"}},
    {"aaguid": THEIRS, "metadataStatement": None},
    {"aaguid": THEIRS, "metadataStatement": {"description": ["x"]}},
]


@pytest.fixture
def kept(settings, tmp_path):
    settings.PASSKEY_NAMES = str(tmp_path / "kept.json")
    return tmp_path / "kept.json"


@pytest.fixture
def refresh(tmp_path):
    def run(text):
        (tmp_path / "blob").write_text(text)
        out = io.StringIO()
        call_command("refresh_passkey_names", str(tmp_path / "blob"), stdout=out)
        return out.getvalue()

    return run


@pytest.mark.parametrize("signed", [True, False])
def test_names_of_fidos_file_are_kept_beside_ours_which_stay_as_they_are(signed, kept, refresh):
    payload = json.dumps({"entries": ENTRIES})
    said = refresh(f"h.{passkey.b64(payload.encode())}.s" if signed else payload)
    assert said == f"{len(json.loads(names.OURS.read_text())) + 1} names of passkey providers.\n"
    assert names.provider({"aaguid": THEIRS}) == "Theirs, new"
    assert names.provider({"aaguid": OURS}) == "Google Password Manager"


def test_entries_that_are_irregular_are_left_out_and_counted(kept, refresh):
    assert "5 entries of the file have none that can be read" in refresh(json.dumps({"entries": ENTRIES + IRREGULAR}))
    assert names.provider({"aaguid": THEIRS}) == "Theirs, new"


def test_a_process_that_has_read_the_names_before_sees_the_new_ones(kept, refresh):
    code = "from authenticators.passkey import names\nprint(names.provider({'aaguid': input()}), flush=True)\n" * 2
    other = subprocess.Popen([sys.executable, "-c", f"import django; django.setup()\n{code}"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "careid.settings", "CAREID_PASSKEY_NAMES": str(kept)})  # fmt: skip
    with other:
        assert ask(other) == "Passkey"
        refresh(json.dumps({"entries": ENTRIES}))
        assert ask(other) == "Theirs, new"


def ask(process):
    process.stdin.write(f"{THEIRS}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_where_the_place_cannot_be_written_nothing_changes_and_the_setting_is_named(settings, refresh):
    settings.PASSKEY_NAMES = "/proc/names.json"
    with pytest.raises(CommandError, match="CAREID_PASSKEY_NAMES") as refused:
        refresh(json.dumps({"entries": ENTRIES}))
    assert refused.value.returncode == 2


@pytest.mark.parametrize("text", ["{", "[]", "7", "null", "[" * 100_000, json.dumps({THEIRS: {"x": 1}}), "\ufeff{}"])
def test_a_file_of_names_that_is_spoilt_shows_ours_and_is_written_anew(text, kept, refresh):
    kept.write_text(text)
    assert names.provider({"aaguid": OURS}) == "Google Password Manager"
    assert names.provider({"aaguid": THEIRS}) == "Passkey"
    refresh(json.dumps({"entries": ENTRIES}))
    assert names.provider({"aaguid": THEIRS}) == "Theirs, new"


@pytest.mark.parametrize(
    "text", ["", "[]", "a.b.c", '{"entries": 7}', '{"entries": [{"aaguid": 1}]}', "\u00e9.\u00e9.\u00e9", "[" * 100_000]
)
def test_a_file_that_is_not_fidos_changes_nothing(text, kept, refresh):
    with pytest.raises(CommandError, match="not FIDO's metadata file") as refused:
        refresh(text)
    assert refused.value.returncode == 2
    assert not kept.exists()
