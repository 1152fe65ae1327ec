"""Somebody of the Registration Authority at a browser, and what they do to a person's profile there."""

import json
from copy import copy

from tests.browser.walk import Walk, plug_in
from tests.desk.door.admins import PASSWORD
from tests.portal import manage

MAKE = """
from django.contrib.auth.models import Group
from desk.door import invitations
from careid.people.models import Organisation
rx1 = Organisation.objects.get(code="RX1")
for email, group in {admins}.items():
    token = invitations.invite(email=email, groups=[Group.objects.get(name=group)], actor="command:invite_admin")
    rx1.staff.add(invitations.account(email))
    print(invitations.address(token))
"""


def invite(portal, admins):
    """An operator's part, once for all: their links by address."""
    done = manage(portal.environment, "shell", "-v0", "-c", MAKE.format(admins=json.dumps(admins)))
    return dict(zip(admins, done.split(), strict=True))


class Desk(Walk):
    """An admin, signed in with a passkey through the invitation."""

    def __init__(self, context, portal, email, link):
        super().__init__(context.new_page(), portal, (email, ""))
        self.page.set_default_timeout(10_000)
        plug_in(self.page)()
        self.page.goto(link)
        self.page.get_by_label("Choose a password").fill(PASSWORD)
        self.page.get_by_label("Type the password again").fill(PASSWORD)
        self.press()
        self.press("Create a passkey")
        self.page.wait_for_selector("#user-tools")

    def prove(self):
        """The second factor, once more."""
        self.at("desk-second-factor")
        self.press("Use your passkey")

    def person(self, email):
        """Their page, found as one is on the phone."""
        self.open("/admin/")
        self.page.get_by_label("User id, reference, family name").fill(email)
        self.press("Find")
        self.page.get_by_role("heading", name="What stops them from adding").wait_for()
        return self.page

    def begin(self, email, verb):
        """The page of a verb, by its button or link on the person's."""
        self.person(email).get_by_role("link", name=verb).first.click()
        return self.page.wait_for_selector("#content-main form") and self.page

    def do(self, whose, verb, reason, **fields):
        """All of it: what is typed, the reason, the button. Returns what the desk says."""
        page = self.begin(whose, verb)
        for name, value in fields.items():
            page.locator(f"#id_{name}").fill(value)
        page.get_by_label("Reason").select_option(label=reason)
        page.locator(".submit-row input").click()
        return self.said()

    def said(self):
        return self.page.locator(".messagelist li").inner_text()

    def tab_to(self, selector):
        """By the Tab key, until this has the focus."""
        for _ in range(80):
            if self.page.evaluate("(selector) => !!document.activeElement?.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no focus on {selector}")

    def in_another(self, context):
        """The same admin in another context, which has the session's cookie."""
        other = copy(self)
        other.page = context.new_page()
        return other
