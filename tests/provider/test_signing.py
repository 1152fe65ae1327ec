"""The ring of signing keys: what is published, what signs, what is refused."""

import base64
import hashlib
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat, PublicFormat

from provider import signing
from tests.provider import rings
from tests.provider.rings import ec_key, rsa_key

CLAIMS = {"iss": "https://issuer.example/oidc", "aud": "one", "sub": "999900000001", "sid": "s"}


@pytest.fixture(autouse=True)
def _issuer(settings):
    settings.ISSUER = "https://issuer.example/oidc"


@pytest.fixture
def ring(settings, tmp_path):
    def given(**keys):
        settings.SIGNING_KEYS = rings.write(tmp_path, **keys)

    return given


def thumbprint(jwk, *members):
    text = json.dumps({name: jwk[name] for name in members}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def test_every_key_is_published_by_its_thumbprint_and_nothing_of_its_private_half(ring):
    ring(old=rsa_key(), curve=ec_key(), new=rsa_key(1))
    one, curve, two = signing.published()
    assert [key["kid"] for key in (one, two)] == [thumbprint(key, "e", "kty", "n") for key in (one, two)]
    assert curve["kid"] == thumbprint(curve, "crv", "kty", "x", "y")
    assert set(one) == set(two) == {"kty", "use", "kid", "n", "e"}
    assert set(curve) == {"kty", "use", "kid", "crv", "x", "y", "alg"}
    assert {key["use"] for key in (one, curve, two)} == {"sig"}
    assert one["n"] != two["n"]


@pytest.mark.parametrize(("alg", "name"), [("RS256", "first"), ("PS256", "first"), ("ES256", "curve")])
def test_the_first_key_of_its_sort_signs_and_the_token_says_which(ring, alg, name):
    ring(first=rsa_key(), second=rsa_key(1), curve=ec_key(), other=ec_key(1))
    token = signing.sign(CLAIMS, alg=alg)
    [key] = [one for one in signing.ring() if one.name == name]
    assert jwt.get_unverified_header(token) == {"alg": alg, "kid": key.kid, "typ": "JWT"}
    assert jwt.decode(token, jwt.PyJWK(key.jwk, algorithm=alg).key, algorithms=[alg], audience="one") == CLAIMS


def test_without_a_curve_nothing_is_signed_by_it(ring):
    ring(first=rsa_key())
    assert signing.algorithms() == ["RS256", "PS256"]
    assert not signing.can_sign("ES256")
    assert not signing.can_sign("HS256")
    with pytest.raises(signing.BadKeys):
        signing.signer("ES256")


def test_no_key_is_an_empty_ring_and_a_space_or_a_comma_too_many_is_no_key(ring, settings):
    settings.SIGNING_KEYS = ""
    assert signing.ring() == ()
    ring(first=rsa_key())
    settings.SIGNING_KEYS = f" {settings.SIGNING_KEYS} ,"
    assert [one.name for one in signing.ring()] == ["first"]


def test_the_files_are_read_once(ring, tmp_path):
    ring(first=rsa_key())
    before = signing.published()
    (tmp_path / "first.pem").unlink()
    assert signing.published() == before


SECRET = b"-----BEGIN PRIVATE KEY-----\nnot-to-be-told\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"weak": rsa_key(bits=1024)}, "1024 bits"),
        ({"curve": ec_key()}, "no RSA key"),
        ({"first": rsa_key(), "curve": ec_key(curve=ec.SECP384R1)}, "neither RSA nor EC on P-256"),
        ({"first": rsa_key(), "again": rsa_key()}, "'again' stands there twice"),
        ({"first": rsa_key(), "edwards": ed25519.Ed25519PrivateKey.generate()}, "neither RSA nor EC"),
        ({"first": SECRET}, "holds no private key"),
        ({"first": b""}, "holds no private key"),
        ({"first": rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)}, "no private"),
        ({"f": rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))}, "password"),
    ],
)
def test_a_ring_that_is_of_no_use_is_refused_in_words_that_tell_nothing_of_a_key(ring, keys, words):
    ring(**keys)
    with pytest.raises(signing.BadKeys, match=words) as bad:
        signing.ring()
    assert "not-to-be-told" not in str(bad.value)
    assert bad.value.__cause__ is None


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("key.pem", "written name:path"),
        ("a b:/key.pem", "written name:path"),
        ("first:", "written name:path"),
        ("first:/no/such/file.pem", "can't be read"),
        ("first:/", "can't be read"),
    ],
)
def test_a_ring_that_is_not_written_as_one_is_refused(settings, setting, words):
    settings.SIGNING_KEYS = setting
    with pytest.raises(signing.BadKeys, match=words):
        signing.ring()


def test_one_name_twice_is_refused(ring, settings):
    ring(first=rsa_key(), second=rsa_key(1))
    settings.SIGNING_KEYS = settings.SIGNING_KEYS.replace("second:", "first:")
    with pytest.raises(signing.BadKeys, match="twice"):
        signing.ring()


def test_what_shows_a_key_shows_nothing_of_its_private_half(ring):
    ring(first=rsa_key())
    assert str(rsa_key().private_numbers().d) not in repr(signing.ring())
    assert "private" not in repr(signing.ring()).lower()


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
def test_a_hint_is_taken_by_every_published_key_expired_or_not(ring, settings, alg):
    ring(first=rsa_key(), curve=ec_key())
    token = signing.sign(CLAIMS | {"exp": 1_000, "iat": 400}, alg=alg)
    ring(new=rsa_key(1), first=rsa_key(), curve=ec_key())
    assert signing.verify(token, audience="one")["sid"] == "s"
    assert signing.verify(token)["aud"] == "one"
    assert signing.verify(signing.sign(CLAIMS | {"iat": time.time() + 5}, alg=alg))  # by a machine whose clock is ahead


def forged(ring):
    """Each is somebody's try to name another person, or to use what was not made for this."""
    ring(first=rsa_key(), curve=ec_key())
    one = signing.ring()[0]
    good = signing.sign(CLAIMS, alg="RS256")
    head, body, signature = good.split(".")
    other = base64.urlsafe_b64encode(json.dumps(CLAIMS | {"sub": "999900000002"}).encode()).decode().rstrip("=")
    pem = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    hs256 = {"alg": "HS256", "typ": "JWT", "kid": one.kid}
    public = base64.urlsafe_b64encode(json.dumps(hs256).encode()).decode().rstrip("=") + f".{body}"
    import hmac

    mac = base64.urlsafe_b64encode(hmac.digest(pem, public.encode(), "sha256")).decode().rstrip("=")
    return {
        "another person's": f"{head}.{other}.{signature}",
        "unsigned": jwt.encode(CLAIMS, "", algorithm="none", headers={"kid": one.kid}),
        "signed with what is public": f"{public}.{mac}",
        "a stranger's key": jwt.encode(CLAIMS, rsa_key(7), algorithm="RS256", headers={"kid": one.kid}),
        "a key that is unknown": jwt.encode(CLAIMS, rsa_key(7), algorithm="RS256", headers={"kid": "x"}),
        "no kid": jwt.encode(CLAIMS, rsa_key(), algorithm="RS256"),
        "another algorithm": jwt.encode(CLAIMS, rsa_key(), algorithm="RS512", headers={"kid": one.kid}),
        "the key of a curve for RSA": jwt.encode(CLAIMS, rsa_key(7), headers={"kid": signing.ring()[1].kid}, algorithm="RS256"),
        "a logout token": signing.sign(CLAIMS, alg="RS256", typ="logout+jwt"),
        "another issuer's": signing.sign(CLAIMS | {"iss": "https://other.example"}, alg="RS256"),
        "another client's": signing.sign(CLAIMS | {"aud": "two"}, alg="RS256"),
        "of several clients": signing.sign(CLAIMS | {"aud": ["one", "two"]}, alg="RS256"),
        "nobody's": signing.sign({"iss": CLAIMS["iss"], "aud": "one"}, alg="RS256"),
        "nothing": "",
        "dots": "..",
        "rubbish": "a.b.c",
        "odd signs": "é\ud800.\x00.x",
        "nested": base64.urlsafe_b64encode(b"[" * 5_000).decode() + ".x.x",
        "long": good + "x" * 10_000,
    }  # fmt: skip


def test_no_forged_hint_is_taken(ring):
    for what, token in forged(ring).items():
        with pytest.raises(signing.BadToken):
            pytest.fail(f"{what} is taken: {signing.verify(token, audience='one')}")
