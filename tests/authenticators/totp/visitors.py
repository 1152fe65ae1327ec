"""A visitor with an app on their phone."""

from dataclasses import dataclass

from tests import visitors
from tests.authenticators.totp import way


@dataclass
class Visitor(visitors.Visitor):
    kind: str = "totp"

    def reach_app(self, person):
        self.reach(person, "totp")
        return self.key()

    def key(self):
        return way.key(self.last_page())

    def app_code(self, code):
        return self.finish(code=code)
