"""A strict relying party of one's own, and somebody who can sign in as often as they like."""

from contextlib import suppress
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from provider import jobs, telling
from provider.models import Logout
from tests import kinds
from tests.provider.conformance.listening import listening
from tests.provider.conformance.suite import Party, jwk, key, registered

__all__ = ("badge", "hearing", "listener", "make_keyed", "make_party", "new_key", "party", "told")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def badge(person):
    """What they sign in with."""
    return kinds.way(kinds.again_and_again()).stored(person)


@pytest.fixture
def make_party(db):
    def make(method="client_secret_basic", **fields):
        row, secret = registered(method, **fields)
        return Party(row, secret)

    return make


@pytest.fixture
def party(make_party):
    return make_party()


@pytest.fixture
def make_keyed(db):
    """A party that proves itself by a key, which its row has unless it says where others are."""

    def make(alg="RS512", private=None, **fields):
        private = private or key("EC" if alg.startswith("ES") else "RSA")
        given = {"jwks": {"keys": [jwk(private)]}, "token_endpoint_auth_signing_alg": alg} | fields
        return Party(registered("private_key_jwt", **given)[0], private=private, alg=alg)

    return make


@pytest.fixture
def listener(settings):
    with listening() as found:
        settings.FETCH_INSIDE = [found.inside]
        yield found


@pytest.fixture
def new_key(tmp_path):
    """A file with one more key to sign with."""
    file = tmp_path / "next.pem"
    file.touch(mode=0o600)
    file.write_bytes(key(number=9).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


@pytest.fixture
def hearing(make_party, listener):
    """A party that listens for the end of sessions."""
    return make_party(backchannel_logout_uri=listener.address("/logout?of=mine"))


def tell():
    """What the worker does in the seconds after; who did not hear is told again later."""
    jobs.tell_due(0)
    for pk in Logout.objects.filter(state=Logout.State.DUE).values_list("pk", flat=True):
        with suppress(telling.TryLater):
            jobs.tell(logout_id=str(pk))


@pytest.fixture
def told(listener):
    """The logout tokens that were sent by now, once the worker has done what is due, each the only field of a form."""

    def told():
        tell()
        forms = [(headers["Content-Type"], parse_qsl(body)) for _, headers, body in listener.heard]
        assert [(sort, [name for name, _ in form]) for sort, form in forms] == [(FORM, ["logout_token"])] * len(forms)
        return [form[0][1] for _, form in forms]

    return told
