"""A service that signs one person in by a provider, again and again: authorize, token, userinfo."""

import base64
import hashlib
import json
import re
import secrets
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.bench import peers
from tests.bench.browser import Browser

VERIFIER = secrets.token_urlsafe(48)
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def asking(client):
    """What a client asks the authorization endpoint for."""
    return {
        "client_id": client,
        "redirect_uri": peers.REDIRECT,
        "response_type": "code",
        "scope": "openid profile email",
        "state": "a state",
        "nonce": secrets.token_urlsafe(8),
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


class Relying:
    """`paths` are those of authorize, token and userinfo; `browser` is that of somebody who is signed in there."""

    def __init__(self, server, paths, client="bench", browser=None, **more):
        self.server, self.client, self.more = server, client, more
        self.authorize, self.token, self.userinfo = paths
        self.browser = browser or Browser(server.port, "10.249.0.7")
        self.backend = Browser(server.port, "10.249.9.7")

    def question(self, **changes):
        return f"{self.authorize}?{urlencode(asking(self.client) | self.more | changes)}"

    def code(self, **changes):
        back = self.browser.ask("GET", self.question(**changes))
        assert back.location.startswith(peers.REDIRECT), (back.status, back.location, back.body[:300])
        return parse_qs(urlsplit(back.location).query)["code"][0]

    def redeem(self, code):
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": peers.REDIRECT}
        asked |= {"code_verifier": VERIFIER, "client_id": self.client, "client_secret": peers.SECRET}
        return json.loads(self._ask("POST", self.token, urlencode(asked), FORM))

    def who(self, token):
        return json.loads(self._ask("GET", self.userinfo, None, {"Authorization": f"Bearer {token}"}))

    def flow(self):
        """One sign-in, by somebody who is signed in already: what the service is told."""
        given = self.redeem(self.code())
        assert given["id_token"].count(".") == 2
        return self.who(given["access_token"])

    def cost(self, do, count):
        """Processor seconds of the server for each time that this is done, on connections made anew: others had a turn."""
        self.browser.http.close()
        self.backend.http.close()
        before = self.server.processor_seconds()
        for _ in range(count):
            do()
        return (self.server.processor_seconds() - before) / count

    def _ask(self, method, path, body, headers):
        self.backend.http.request(method, path, body, {**self.backend.headers, **headers})
        response = self.backend.http.getresponse()
        said = response.read()
        assert response.status == 200, (path, response.status, said[:300])
        return said


def of_toolkit(server):
    relying = Relying(server, ("/o/authorize/", "/o/token/", "/o/userinfo/"))
    assert relying.browser.ask("GET", "/").status == 200
    return relying


def of_panva(server):
    """Its person signs in and agrees by its own pages of development, once."""
    relying = Relying(server, ("/auth", "/token", "/me"))
    browser = relying.browser
    answer = browser.ask("GET", relying.question())
    while not answer.location.startswith(peers.REDIRECT):
        if answer.location:
            answer = browser.ask("GET", peers.path_of(answer.location))
            continue
        page = answer.body.decode()
        action = unescape(re.search(r'<form[^>]* action="([^"]+)"', page)[1])
        prompt = re.search(r'name="prompt" value="(\w+)"', page)[1]
        answer = browser.ask("POST", peers.path_of(action), {"prompt": prompt, "login": "ama", "password": "any"})
    return relying
