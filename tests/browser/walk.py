"""The portal as it runs (`tests/portal.py`), and a real Chromium."""

import os
from pathlib import Path

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from authenticators.registry import KINDS
from tests import kinds, logged, migrated
from tests import portal as processes
from tests.browser import chromium
from tests.environment import ENVIRONMENT
from tests.fakes import smtp
from tests.portal import ROOT, Portal

SCREENSHOTS = Path(os.environ.get("CAREID_SCREENSHOTS", ROOT / ".cache" / "screenshots"))
DATABASE = f"careid_browser_{os.environ.get('CAREID_TEST_RUN', 'parts')}"  # two runs beside each other have one each
WALKERS = 120
PEOPLE = WALKERS + 30  # the others sign in to services (tests/contract)
RULES = {"rules": {"target-size": {"enabled": True}}}  # WCAG 2.2, 2.5.8: off in axe unless it is asked for
expect.set_options(timeout=30_000)  # on a busy machine


@pytest.fixture(scope="session")
def browser_type_launch_args(playwright):
    return {"executable_path": chromium.find(playwright.chromium.executable_path), "args": [*chromium.ARGS]}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    database = ENVIRONMENT["DATABASE_URL"].replace("/careid?", f"/{DATABASE}?")
    with psycopg.connect(ENVIRONMENT["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {migrated.template()}")
    with smtp.running() as sink, (tmp_path_factory.mktemp("log") / "portal.log").open("w+") as log:
        logged.FILES.append(log.name)
        environment = processes.environment(database=database, email_url=sink.url)
        processes.fill(environment, processes.people(tmp_path_factory.mktemp("people") / "people.csv", PEOPLE))
        children = [processes.start(name, processes.of_role(name, environment), log) for name in processes.COMMANDS]
        url = environment["CAREID_ORIGIN"]
        try:
            processes.wait_until_it_answers(url, log)
            for kind in processes.BESIDE:
                processes.wait_until_it_answers(kind.answers(environment), log)
            yield Portal(url, sink, database, environment)
        finally:
            processes.end(*children)


@pytest.fixture
def someone():
    """The next person of the file, for this test alone."""
    serial = next(_serials)
    return processes.address(serial), processes.number(serial)


_serials = iter(range(WALKERS))


class Walk:
    """A person at a browser: each verb does what its page asks."""

    def __init__(self, page, portal, someone):
        self.page, self.portal = page, portal
        self.email, self.number = someone
        self.codes, self.kind = 0, ""
        self.problems = []
        page.on(
            "console",
            lambda message: self.problems.append(message.text) if message.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def complaints(self):
        """What the console said, but for the status of an answer and the font that is not ours."""
        expected = ("Failed to load resource", "assets.nhs.uk")
        return [problem for problem in self.problems if not any(words in problem for words in expected)]

    def at(self, name):
        self.page.wait_for_selector(f'body[data-page="{name}"]', timeout=30_000)
        return self.page

    def press(self, name="Continue"):
        self.page.get_by_role("button", name=name, exact=True).click()

    def open(self, path="/"):
        self.page.goto(self.portal.url + path)

    def details(self, *, email=None, number=None, picture=None):
        self.at("details")
        self.page.get_by_label("Email address").fill(email or self.email)
        self.page.get_by_label("National Insurance number").fill(number or self.number)
        self.page.locator("#id_captcha_1").fill(
            picture or self.portal.picture(self.page.locator('input[name="captcha_0"]').input_value())
        )
        self.press()

    def code(self):
        self.at("code")
        self.codes += 1
        self.page.get_by_label("Code from the email").fill(self.portal.code(self.email, self.codes))
        self.press()

    def to_details(self):
        self.open()
        self.page.get_by_role("button", name="Start now").or_(self.page.get_by_role("link", name="Start now")).click()

    def to_choose(self):
        self.to_details()
        self.details()
        self.code()
        self.at("choose")

    def to_last(self, kind=None):
        """The last page of a kind."""
        self.to_choose()
        return self.from_choose_to_last(kind)

    def from_choose_to_last(self, kind=None):
        self.kind = kind or kinds.some_kind()
        self.page.get_by_label(KINDS[self.kind].title).check()
        self.press()
        return kinds.walking(self.kind).to_last(self)

    def to_done(self, kind=None):
        self.to_last(kind)
        return self.from_last_to_done()

    def from_last_to_done(self):
        kinds.walking(self.kind).finish(self)
        return self.at("done")

    def look(self, name):
        """What a designer and a screen reader would: a picture at both widths, no overflow, no finding of axe."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width, axe in ((320, Axe()), (1280, Axe("null"))):  # the second finds the script in the page
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, (
                f"{name} is wider than {width} px"
            )
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
            said = len(self.problems)
            found = axe.run(self.page, options=RULES)
            del self.problems[said:]  # its own: it reads the imports of stylesheets by ways that the policy forbids
            assert found.violations_count == 0, f"{name} at {width} px: {found.generate_report()}"


AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in(page):
    """Chromium's virtual authenticators: returns what plugs one in, and returns its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")

    def plug(transport="internal", **more):
        options = AUTHENTICATOR | {"transport": transport} | more
        return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    plug.session = session
    return plug


@pytest.fixture
def authenticator(page):
    return plug_in(page)


@pytest.fixture
def walk(page, portal, someone):
    walk = Walk(page, portal, someone)
    yield walk
    assert walk.complaints() == [], "the console complains"
