"""The two providers under one hand: how each is started, and how somebody signs in there."""

import re
from contextlib import contextmanager
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests
import trustme
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from demo.provider import Provider
from demo.provider_http import session
from demo.provider_rules import Client
from demo.provider_server import running
from tests.contract import node

CLIENT = Client("portal", "a made-up secret of 32 characters", "https://portal.example.org/callback/")


class Peer:
    """A provider as its client meets it."""

    def __init__(self, http, issuer):
        self.http, self.issuer = http, issuer
        self.about = http.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()

    def choose(self, address):
        raise NotImplementedError

    def cancel(self, address):
        raise NotImplementedError

    def authorize(self, asked, do=None):
        """What comes back to the client, or the status of a page that sends nobody back."""
        answer = (do or self.choose)(f"{self.about['authorization_endpoint']}?{urlencode(asked)}")
        if not answer.headers.get("Location", "").startswith(f"{CLIENT.redirect_uri}?"):
            return answer.status_code
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def redeem(self, asked):
        return self.http.post(self.about["token_endpoint"], asked, timeout=5)


class StandIn(Peer):
    def choose(self, address, account="works"):
        page = self.http.get(address, timeout=5, allow_redirects=False)
        if page.status_code != requests.codes.ok:
            return page
        return self.http.post(address, {"account": account}, timeout=5, allow_redirects=False)

    def cancel(self, address):
        return self.choose(address, "cancel")


class OidcProvider(Peer):
    """Its pages of development: any name signs in, and agrees to what is asked."""

    def choose(self, address, press=None):
        self.http.cookies.clear()  # a session of its own each time
        press = press or self._agree
        answer = self.http.get(address, timeout=5, allow_redirects=False)
        while not (to := answer.headers.get("Location", "")).startswith(CLIENT.redirect_uri):
            if to:
                answer = self.http.get(urljoin(self.issuer, to), timeout=5, allow_redirects=False)
            elif "<form" in answer.text:
                answer = press(answer.text)
            else:
                break
        return answer

    def _agree(self, page):
        address = unescape(re.search(r'<form[^>]* action="([^"]+)"', page)[1])
        prompt = re.search(r'name="prompt" value="(\w+)"', page)[1]
        given = {"prompt": prompt, "login": "amina", "password": "any"}
        return self.http.post(address, given, timeout=5, allow_redirects=False)

    def _abort(self, page):
        address = unescape(re.search(r'href="([^"]+/abort)"', page)[1])
        return self.http.get(address, timeout=5, allow_redirects=False)

    def cancel(self, address):
        return self.choose(address, self._abort)


@contextmanager
def stand_in():
    provider = Provider(tenant="6c3b1c9e-0000-4000-8000-000000000001", client=CLIENT)
    with running(provider), session(provider.port) as http:
        yield StandIn(http, provider.issuer)


@contextmanager
def oidc_provider(folder):
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    with _started(ca.issue_cert("127.0.0.1")) as issuer, requests.Session() as http:
        http.trust_env = False
        http.verify = str(folder / "ca.pem")
        yield OidcProvider(http, issuer)


@contextmanager
def _started(cert):
    client = {
        "client_id": CLIENT.id,
        "client_secret": CLIENT.secret,
        "redirect_uris": [CLIENT.redirect_uri],
        "token_endpoint_auth_method": "client_secret_post",
    }
    given = {
        "jwk": RSAAlgorithm.to_jwk(generate_private_key(public_exponent=65537, key_size=2048), as_dict=True),
        "key": cert.private_key_pem.bytes().decode(),
        "cert": cert.cert_chain_pems[0].bytes().decode(),
        "client": client,
    }
    with node.running("oidc_provider.mjs", given) as (_, issuer):
        yield issuer
