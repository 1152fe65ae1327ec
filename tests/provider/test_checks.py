"""Production does not start with signing keys that are weak, doubled or open to all, nor with an issuer that isn't one."""

import pytest

from provider import checks
from tests.provider import rings
from tests.provider.rings import ec_key, rsa_key


@pytest.fixture(autouse=True)
def _good(settings, tmp_path):
    settings.SIGNING_KEYS = rings.write(tmp_path, first=rsa_key(), curve=ec_key())
    settings.ISSUER_PATH, settings.ISSUER_ORIGIN = "/oidc", "https://careid.example.nhs.uk"
    settings.ALLOWED_HOSTS = ["careid.example.nhs.uk"]


def refused():
    return [one.msg for one in (*checks.unusable(), *checks.unsafe())]


def test_good_settings_pass():
    assert refused() == []


def test_without_a_key_the_provider_is_off_and_needs_nothing(settings):
    settings.SIGNING_KEYS, settings.ISSUER_ORIGIN = "", ""
    assert refused() == []


@pytest.mark.parametrize(
    "keys", [{"weak": rsa_key(bits=1024)}, {"first": rsa_key(), "again": rsa_key()}, {"c": ec_key()}]
)
def test_keys_that_are_of_no_use_are_refused_by_the_settings_name(settings, tmp_path, keys):
    settings.SIGNING_KEYS = rings.write(tmp_path, **keys)
    [words] = refused()
    assert words.startswith("CAREID_SIGNING_KEYS: ")
    assert len(checks.unusable()) == 1  # in the demo and the tests too


@pytest.mark.parametrize(("mode", "is_refused"), [(0o604, True), (0o602, True), (0o640, False), (0o400, False)])
def test_a_key_that_everybody_on_the_machine_may_read_is_refused_in_production(tmp_path, mode, is_refused):
    (tmp_path / "curve.pem").chmod(mode)
    assert bool(refused()) == is_refused
    assert checks.unusable() == []
    assert all("'curve'" in words and words.startswith("CAREID_SIGNING_KEYS: ") for words in refused())


@pytest.mark.parametrize(
    "path", ["/", "", "oidc", "/oidc/", "/a//b", "/../admin", "/.well-known", "/a b", "/<x>", "/ö", "/a?b", "/a\n"]
)
def test_a_path_that_is_none_is_refused(settings, path):
    settings.ISSUER_PATH = path
    [words] = refused()
    assert words.startswith("CAREID_ISSUER_PATH: ")


@pytest.mark.parametrize(
    "path", ["/oidc", "/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare", "/a-b_c.d"]
)
def test_a_path_as_the_fields_clients_know_it_is_taken(settings, path):
    settings.ISSUER_PATH = path
    assert refused() == []


@pytest.mark.parametrize(
    "origin",
    [
        "http://careid.example.nhs.uk",
        "https://other.example.nhs.uk",
        "https://Careid.example.nhs.uk",
        "https://careid.example.nhs.uk/path",
        "https://user@careid.example.nhs.uk",
        "careid.example.nhs.uk",
        "",
    ],
)
def test_an_origin_that_is_none_or_not_ours_is_refused(settings, origin):
    settings.ISSUER_ORIGIN = origin
    [words] = refused()
    assert words.startswith("CAREID_ISSUER_ORIGIN: ")


def test_an_origin_may_name_its_port_as_clients_write_it(settings):
    settings.ISSUER_ORIGIN = "https://careid.example.nhs.uk:443"
    assert refused() == []
