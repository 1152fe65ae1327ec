"""A service's tokens are signed by an algorithm whose key was taken away: it is told so, and nothing breaks."""

import pytest
from django.conf import settings

from provider.models import Code
from tests.provider import rings
from tests.provider.relying import told


@pytest.fixture
def with_keys(settings, tmp_path):
    def use(**keys):
        settings.SIGNING_KEYS = rings.write(tmp_path, **keys)

    return use


@pytest.fixture
def by_ec(relying, with_keys):
    """A client whose ID tokens an EC key signs, which is there at first."""
    with_keys(one=rings.rsa_key(), two=rings.ec_key())
    return relying(id_token_signed_response_alg="ES256")


@pytest.mark.parametrize("prompt", ["none", "login", None])
def test_a_request_whose_id_token_no_key_can_sign_goes_back_to_the_service_with_an_error(
    by_ec, here, with_keys, prompt
):
    with_keys(one=rings.rsa_key())
    answer = told(by_ec.authorize(here, prompt=prompt))
    assert (answer["error"], answer["state"], answer["iss"]) == (
        "temporarily_unavailable",
        "some state",
        settings.ISSUER,
    )
    assert not Code.objects.exists()


def test_a_request_that_waits_while_the_key_goes_is_told_to_the_service_too(by_ec, here, with_keys):
    assert by_ec.authorize(here, prompt="login").status_code == 302
    with_keys(one=rings.rsa_key())
    assert told(here.get(f"{settings.ISSUER_PATH}/authorize/continue"))["error"] == "temporarily_unavailable"


def test_a_code_whose_id_token_no_key_can_sign_is_told_in_json_and_is_good_once_there_is_one(by_ec, here, with_keys):
    code = by_ec.code(here)
    with_keys(one=rings.rsa_key())
    answer = by_ec.redeem(code)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Cache-Control"] == "no-store"
    with_keys(one=rings.rsa_key(), two=rings.ec_key())
    assert by_ec.redeem(code).status_code == 200
