"""Somebody at a browser who signs in with an app, as its pages' forms would."""

import re

from tests.authenticators.totp.people import shown
from tests.authenticators.totp.way import PASSWORD
from tests.visitors import Visitor

VISIT = re.compile(r'name="visit" value="([^"]+)"')


class Here(Visitor):
    """A browser. Each verb asks for the page that it posts first, as a person does."""

    def post(self, page, path, **fields):
        visit = VISIT.search(self.page(page))
        return self.client.post(path, {"visit": visit.group(1), **fields} if visit else fields)

    def type(self, email, password=PASSWORD):
        return self.post("/sign-in/", "/sign-in/", email=email, password=password)

    def prove(self, code):
        return self.post("/sign-in/totp/", "/sign-in/totp/", code=code)

    def sign_in(self, email, password, code):
        typed = self.type(email, password)
        return self.prove(code) if typed.status_code == 302 else typed

    def come_in(self, app):
        """Sign in with this app, everything right."""
        return self.sign_in(app.profile.email, PASSWORD, shown(app))

    def is_here(self):
        return self.client.get("/account/").status_code == 200
