"""`manage.py signing_keys`: a key is made, and changed for the next one, without a service noticing."""

import re
import stat
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command

from careid.finding import Amiss
from provider import findings, signing
from tests.provider import rings
from tests.provider.rings import ec_key, rsa_key


@pytest.fixture
def run(capsys, settings):
    def one(*words):
        call_command("signing_keys", *words)
        return capsys.readouterr().out

    settings.SIGNING_KEYS = ""
    return one


def settings_in(said):
    return re.findall(r"CAREID_SIGNING_KEYS=(\S+?),? (?=and restart|restart)", said)


def test_the_first_key_signs_at_once(run, tmp_path, settings):
    said = run("new", "one", "--folder", str(tmp_path))
    [settings.SIGNING_KEYS] = settings_in(said)
    assert signing.signer("RS256").name == "one"
    assert stat.S_IMODE((tmp_path / "one.pem").stat().st_mode) == 0o600
    assert "at once" in said


@time_machine.travel(datetime(2026, 11, 30, 10, 55, tzinfo=UTC), tick=False)
def test_the_next_one_is_published_first_then_signs_and_then_the_old_one_goes(run, tmp_path, settings):
    [settings.SIGNING_KEYS] = settings_in(run("new", "one", "--folder", str(tmp_path)))
    [settings.SIGNING_KEYS] = settings_in(run("new", "curve", "--ec"))
    said = run("new", "two")
    names = []
    for settings.SIGNING_KEYS in settings_in(said):
        names.append(([one.name for one in signing.ring()], signing.signer("RS256").name))
    assert names == [(["one", "curve", "two"], "one"), (["two", "one", "curve"], "two"), (["two", "curve"], "two")]
    assert "Not before 10:55am on 1 December 2026: " in said
    assert "Not before 11:05pm on 1 December 2026, and 12 hours and 10 minutes after step 2: " in said


def test_a_key_of_a_curve_is_on_p_256_and_needs_one_of_rsa_beside_it(run, tmp_path, settings):
    with pytest.raises(CommandError, match="RSA key first"):
        run("new", "curve", "--ec", "--folder", str(tmp_path))
    settings.SIGNING_KEYS = rings.write(tmp_path, one=rsa_key())
    [settings.SIGNING_KEYS] = settings_in(run("new", "curve", "--ec"))
    assert signing.signer("ES256").jwk["crv"] == "P-256"


def test_nothing_is_written_over_and_no_name_is_taken_twice(run, tmp_path, settings):
    settings.SIGNING_KEYS = rings.write(tmp_path, one=rsa_key())
    (tmp_path / "two.pem").write_text("kept")
    for name in ("one", "two", "a/b", "a,b", "", "x" * 41):
        with pytest.raises(CommandError):
            run("new", name)
    assert (tmp_path / "two.pem").read_text() == "kept"
    assert {path.name for path in tmp_path.iterdir()} == {"one.pem", "two.pem"}
    with pytest.raises(CommandError, match="can't be written"):
        run("new", "three", "--folder", str(tmp_path / "nowhere"))


def test_the_list_tells_each_key_and_what_it_is_for_and_nothing_of_a_private_half(run, tmp_path, settings):
    assert "is not set" in run("list")
    settings.SIGNING_KEYS = rings.write(tmp_path, one=rsa_key(), two=rsa_key(1), curve=ec_key())
    one, two, curve = run("list").splitlines()
    assert (one.split()[0], signing.ring()[0].kid in one) == ("one", True)
    assert re.search(r"RSA, 2048 bits, written on \d+ \w+ \d{4}, signs RS256 and PS256$", one)
    assert two.endswith("is published only")
    assert curve.endswith("signs ES256")


def test_a_ring_that_is_of_no_use_is_told_by_the_command_and_the_doctor(run, settings):
    settings.SIGNING_KEYS = "one:/no/such/file"
    with pytest.raises(CommandError, match="CAREID_SIGNING_KEYS: the file of key") as stopped:
        run("list")
    assert stopped.value.returncode == 2
    with pytest.raises(Amiss, match="CAREID_SIGNING_KEYS: the file"):
        findings.signing_keys()


def test_the_doctor_says_which_key_signs(settings, tmp_path):
    settings.SIGNING_KEYS = ""
    assert "no service" in findings.signing_keys()
    settings.SIGNING_KEYS = rings.write(tmp_path, one=rsa_key(), two=rsa_key(1))
    assert (
        findings.signing_keys() == f"one signs RS256 and PS256, two is published only; the issuer is {settings.ISSUER}"
    )


def test_the_doctor_names_a_client_whose_key_to_sign_with_is_gone(settings, tmp_path, relying):
    settings.SIGNING_KEYS = rings.write(tmp_path, one=rsa_key(), curve=ec_key())
    for alg in ("RS256", "PS256", "ES256"):
        relying(id_token_signed_response_alg=alg, client_id=alg.lower())
    assert "none that could not" in findings.client_keys()
    settings.SIGNING_KEYS = rings.write(tmp_path, one=rsa_key())
    with pytest.raises(Amiss, match=r"1 client can't be signed: es256 \(ES256\)$"):
        findings.client_keys()
