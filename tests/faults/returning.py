"""Somebody who has added an authenticator comes back, in another browser, and signs in with it."""

import re
import time

from tests import kinds
from tests.faults.ledger import Proof, SignedIn
from tests.faults.person import Person

PAUSE = 12  # seconds before a proof that was right by their own clock is tried again
TRIES_MOST = 4  # one less than what locks it
SESSION = "careid-session"
WAYS = "/sign-in/"


class Returning(Person):
    """Signs in with what this person has added. `honest` is False for one who types what is wrong."""

    def __init__(self, person, serial, *, honest=True, eager=False):
        super().__init__(serial, kind=person.kind, town=person.town, ledger=person.ledger, honest=honest, eager=eager)
        self.address, self.held, self.here, self.ends = person.address, person.held, WAYS, person.ledger.returned
        self.posted = False
        self.comes_from = f"10.250.{serial % 250}.7"

    def _on(self, page):
        found = re.search(r'<body[^>]* data-page="([a-z-]+)"', page)
        name = found.group(1) if found else ""
        if self.posted and name.startswith("sign-in"):
            self.posted = False
            return self._send("GET", "/account/")  # of ten presses, or of a line that broke, one may have let them in
        if name == "sign-in":
            return self._prove_on(page, WAYS)
        if name.startswith("sign-in-") and self.here in kinds.proving(self.kind):
            return self._prove_on(page, self.here)
        act = getattr(self, f"_{name.replace('-', '_')}", None)
        return act(page) if act else self._send("GET", WAYS)

    def _prove_on(self, page, path):
        """A page of their kind: the last one judges."""
        answer, holder = kinds.proving(self.kind)[path], kinds.Holder(self.address, self.held)
        visit = {"visit": self._field(page, "visit")}
        if path != list(kinds.proving(self.kind))[-1]:
            return self._post(page, path, visit | answer(page, self.town.url, holder))
        self.wrong += 1
        if self.wrong > TRIES_MOST:
            self.ended = "gave up" if self.honest else "refused"
            return page
        if not self.honest:
            return self._post(page, path, visit | kinds.way(self.kind).disproof(page, self.town.url, holder))
        if self.wrong > 1:
            time.sleep(PAUSE)
        fields = answer(page, self.town.url, holder)
        self.posted = True
        self.ledger.tries.append(Proof(time.time(), self.address, self.kind))
        return self._post(page, path, visit | fields)

    def _sign_in_refused(self, page):
        if 'data-reason="on_hold"' in page:
            self.ended = "held"
            return page
        return self._send("GET", WAYS)

    def _account(self, page):
        token = self.cookies.get(SESSION, "")
        self.ledger.signed_in.append(SignedIn(time.time(), self.address, self.kind, token))
        self.ended = "signed in"
        return page
