"""Somebody at a browser who has forgotten the password of their app."""

from tests.authenticators.totp.people import shown
from tests.authenticators.totp.signing_in import Here
from tests.visitors import newest_code

NEW = "kettle violin March umbrella"  # made up for the tests
START, CODE, APP, NEXT = "/forgotten/", "/forgotten/code/", "/forgotten/app/", "/forgotten/password/"


class Forgetful(Here):
    def ask(self, email):
        return self.client.post(START, {"email": email})

    def mailed(self, code):
        return self.post(CODE, CODE, code=code)

    def app(self, code):
        return self.post(APP, APP, code=code)

    def choose(self, password=NEW, again=NEW):
        return self.post(NEXT, NEXT, password=password, confirm_password=again)

    def to_app(self, person):
        self.ask(person.email)
        answer = self.mailed(newest_code())
        assert answer.url == APP
        return answer

    def to_password(self, app):
        self.to_app(app.profile)
        answer = self.app(shown(app))
        assert answer.url == NEXT, answer.content.decode()
        return answer
