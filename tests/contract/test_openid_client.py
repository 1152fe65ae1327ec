"""panva's openid-client, the strictest there is, signs in here by each way of proving who it is."""

import json

import pytest
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.contract import node
from tests.contract.relying import AFTER, BACK
from tests.provider.conformance.suite import jwk


class Service:
    """openid-client in a process of its own."""

    def __init__(self, process, one):
        self.process, self.one = process, one

    def do(self, verb, **given):
        self.process.stdin.write(json.dumps({"do": verb} | given) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def register(self):
        """Discovery, in the name of this client."""
        fields, private = self.one.fields, self.one.private
        algorithm = ECAlgorithm if fields["token_endpoint_auth_signing_alg"] == "ES256" else RSAAlgorithm
        secret = {key: value for key, value in json.loads(algorithm.to_jwk(private)).items() if key != "key_ops"}
        given = {"id": self.one.id, "method": fields["token_endpoint_auth_method"], "secret": self.one.secret}
        given |= {"jwk": secret, "alg": fields["token_endpoint_auth_signing_alg"], "kid": jwk(private)["kid"]}
        return self.do("register", client=given | {"signed": fields.get("id_token_signed_response_alg", "RS256")})

    def ask(self, someone, *, bare=False, **ask):
        """Where the browser is in the end: at the service's own address."""
        given = {"redirect_uri": BACK, "scope": "openid profile email", **ask}
        return someone.go(self.do("begin", ask=given, bare=bare)["url"], BACK)

    def sign_in(self, someone, **ask):
        return self.do("finish", callback=self.ask(someone, **ask))


@pytest.fixture(scope="module")
def process(ours):
    with node.running("openid_client.mjs", ours.issuer) as (process, _):
        yield process


@pytest.fixture
def service(ours, process):
    def service(name):
        made = Service(process, ours.clients[name])
        assert made.register()["issuer"] == ours.issuer
        return made

    return service


WAYS = ("Basic", "Post", "Public", "RS256", "RS384", "RS512", "PS256", "ES256")


@pytest.mark.parametrize("way", WAYS)
def test_it_signs_in_by_each_way_of_proving_who_it_is(service, someone, way):
    given = service(way).sign_in(someone)
    assert given["claims"]["sub"] == given["userinfo"]["sub"]
    assert given["userinfo"]["email"] == someone.email
    assert given["claims"]["acr"] == "AAL2_ANY"


def test_without_pkce_and_nonce_too_where_it_may(service, someone):
    assert service("Post").sign_in(someone, bare=True)["claims"]["sub"]


@pytest.mark.parametrize("signed", ["Signed PS256", "Signed ES256"])
def test_it_takes_an_id_token_of_another_algorithm_that_it_has_registered(service, someone, signed):
    assert service(signed).sign_in(someone)["claims"]["sub"]


def test_the_ring_of_prompt_max_age_and_levels(service, someone):
    post = service("Post")
    assert post.do("finish", callback=post.ask(someone, prompt="none"))["refused"]["error"] == "login_required"
    first = post.sign_in(someone)["claims"]
    assert post.sign_in(someone, prompt="none")["claims"]["auth_time"] == first["auth_time"]
    again = post.sign_in(someone, max_age=0, acr_values="AAL2_OR_AAL3_ANY")["claims"]
    assert (again["sid"], again["auth_time"] >= first["auth_time"]) == (first["sid"], True)
    refused = post.do("finish", callback=post.ask(someone, prompt="none", acr_values="AAL3_ANY"))["refused"]
    assert refused["error"] == "unmet_authentication_requirements"


def test_introspection_revocation_and_the_end_of_a_session(service, someone):
    post = service("RS512")
    given = post.sign_in(someone)
    told = post.do("introspect")
    assert (told["active"], told["sub"], told["client_id"]) == (True, given["claims"]["sub"], post.one.id)
    assert post.do("revoke") == {}
    assert post.do("introspect") == {"active": False}
    assert post.do("userinfo", sub=given["claims"]["sub"])["refused"]["status"] == 401
    ended = post.do("end", ask={"post_logout_redirect_uri": AFTER, "state": "mine"})["url"]
    assert someone.go(ended, AFTER) == f"{AFTER}?state=mine"
    assert post.do("finish", callback=post.ask(someone, prompt="none"))["refused"]["error"] == "login_required"


def test_all_that_was_given_is_dead_once_what_they_signed_in_with_is_revoked(service, someone):
    post = service("Post")
    given = post.sign_in(someone)
    assert post.do("introspect")["active"] is True
    callback = post.ask(someone, prompt="none")
    someone.stop("revoke", given["claims"]["sub"])
    assert post.do("userinfo", sub=given["claims"]["sub"])["refused"]["status"] == 401
    assert post.do("introspect") == {"active": False}
    assert post.do("finish", callback=callback)["refused"]["error"] == "invalid_grant"
    assert post.do("finish", callback=post.ask(someone, prompt="none"))["refused"]["error"] == "login_required"


def test_a_code_that_is_used_twice_is_told_in_the_words_of_the_standard(service, someone):
    post = service("Post")
    callback = post.ask(someone)
    assert post.do("finish", callback=callback)["claims"]
    assert post.do("finish", callback=callback)["refused"]["error"] == "invalid_grant"
