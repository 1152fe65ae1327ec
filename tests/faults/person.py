"""Somebody at a browser: does what the page in front of them asks, and reloads where there is none."""

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import requests

from tests import kinds, portal
from tests.faults.ledger import NO_ANSWER, Answer, End, Proof, Told

PATIENCE = 150  # seconds for the whole visit
TEN = 10
WRONG_MOST = 3  # proofs, right by their own clock, before they take another kind
CODE_PATIENCE = 10  # seconds before they ask for another
NOBODY = "PP999999A"


class Gone(Exception):
    """No page came."""


class Person:
    """Adds one authenticator of this kind. `honest` is False for one who guesses: the details, or the proof."""

    def __init__(self, serial, *, kind, town, ledger, honest=True, eager=False):
        self.address, self.number = portal.address(serial), portal.number(serial)
        self.comes_from = f"10.{serial // 250 % 250}.{serial % 250}.7"
        self.kind, self.town, self.ledger, self.honest, self.eager = kind, town, ledger, honest, eager
        self.cookies, self.here = {}, "/details/"
        self.tried, self.wrong, self.ended = set(), 0, ""
        self.held, self.ends = None, ledger.ends

    def visit(self):
        give_up = time.monotonic() + PATIENCE
        page = ""
        while not self.ended and time.monotonic() < min(give_up, self.town.closes):
            time.sleep(random.uniform(0.05, 0.3))
            try:
                page = self._on(page) if page else self._send("GET", self.here)
            except (Gone, psycopg.Error):
                page = ""
                time.sleep(random.uniform(0.5, 1.5))
        self.ends.append(End(time.time(), self.address, self.ended or "gave up", self.here))

    def _on(self, page):
        """What this page asks for; the start again, where it is one without a way on."""
        found = re.search(r'<body[^>]* data-page="([a-z-]+)"', page)
        name = found.group(1) if found else ""
        kind = kinds.every_page().get(self.here)
        if kind and name.partition("-")[0] == kind:
            return self._add(page, self.here, kind)
        act = getattr(self, f"_{name.replace('-', '_')}", None)
        return act(page) if act else self._send("GET", "/details/")

    def _details(self, page):
        picture = self._field(page, "captcha_0")
        number = NOBODY if self.kind == "nobody" else self.number
        fields = {"email": self.address, "national_insurance_number": number}
        return self._post(page, "/details/", fields | {"captcha_0": picture, "captcha_1": self.town.picture(picture)})

    def _code(self, page):
        if self.kind == "nobody":
            self.wrong += 1
            self.ended = "refused" if self.wrong > WRONG_MOST else ""
            return self._post(page, "/code/", {"code": f"{random.randrange(10**6):06}"})
        give_up = time.monotonic() + CODE_PATIENCE
        while time.monotonic() < give_up:
            for code in reversed(self.town.post.codes[self.address]):
                if code not in self.tried:
                    answer = self._post(page, "/code/", {"code": code})
                    self.tried.add(code)
                    return answer
            time.sleep(0.1)
        if "We have sent 4 codes" in page:
            return self._send("GET", "/details/")
        return self._post(page, "/code/again/", {})

    def _choose(self, page):
        return self._post(page, "/authenticators/", {"kind": self.kind})

    def _add(self, page, path, kind):
        """A page of a kind."""
        answer = kinds.pages(kind)[path]
        if path != kinds.last_page(kind):
            return self._post(page, path, answer(page, self.town.url))
        self.wrong += 1
        if self.wrong > WRONG_MOST:
            return self._refused(page)
        if not self.honest:
            return self._post(page, path, kinds.way(kind).wrong(page, self.town.url))
        fields = answer(page, self.town.url)
        self.held = kinds.way(kind).held(page, fields)
        self._prove()
        return self._post(page, path, fields)

    def _refused(self, page):
        """One that won't do gives way to another kind, as the page says."""
        self.ended = "" if self.honest else "refused"
        self.kind = kinds.another_kind()
        return self._send("GET", "/authenticators/")

    def _locked(self, page):
        self.ended = "locked"
        return page

    def _done(self, page):
        made = re.search(r"/authenticators/([0-9a-f-]{36})/done/", self.here)
        if made and "nhsuk-panel" in page:
            self.ledger.told.append(Told(time.time(), self.address, self.kind, made.group(1)))
            self.ended = "added"
        if self.eager and made:
            for path, fields in ((self.here, {"name": "My own"}), ("/authenticators/another/", {})):
                self._post(page, path, fields)
        return page

    def _prove(self):
        self.ledger.proofs.append(Proof(time.time(), self.address, self.kind))

    def _field(self, page, name):
        return re.search(rf'name="{name}"[^>]* value="([^"]*)"', page).group(1)

    def _post(self, page, path, fields):
        fields = fields | {"csrfmiddlewaretoken": self._field(page, "csrfmiddlewaretoken")}
        if not self.eager:
            return self._send("POST", path, fields)
        with ThreadPoolExecutor(TEN) as pool:
            sent = [pool.submit(self._send, "POST", path, fields) for _ in range(TEN)]
        pages = []
        for one in sent:
            with suppress(Gone):
                pages.append(one.result())
        if not pages:
            raise Gone
        return self._send("GET", self.here)

    def _send(self, method, path, fields=None):
        """The page at the end of the redirects. Gone where there is none."""
        try:
            response = self._ask(method, path, fields)
            while response.is_redirect:
                path = response.headers["Location"]
                response = self._ask("GET", path)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            self._note(method, path, NO_ANSWER)
            raise Gone from None
        if response.status_code >= 500:
            raise Gone
        if "again" not in path:
            self.here = path
        return response.text

    def _ask(self, method, path, fields=None):
        # A line of its own for each request: one that was kept open might have died with a process.
        sent = {"Connection": "close", "Origin": self.town.url, "X-Forwarded-For": self.comes_from}
        response = requests.request(
            method,
            self.town.url + path,
            data=fields,
            cookies=dict(self.cookies),
            headers=sent,
            timeout=20,
            allow_redirects=False,
        )
        self.cookies.update(response.cookies.get_dict())
        self._note(method, path, response.status_code)
        return response

    def _note(self, method, path, status):
        self.ledger.answers.append(Answer(time.time(), self.address, f"{method} {path}", status))
