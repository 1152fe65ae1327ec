"""The Registration Authority and a person side by side, each in a browser of their own: coming on file, and a move."""

import pytest

from tests.apply.browser import rows
from tests.apply.browser.test_in_chromium import fill, prove
from tests.browser import closely
from tests.desk.browser.test_moves import day, opened, send
from tests.desk.door.browser.desk import Desk, invite
from tests.portal import manage

AGENT, OTHER, OPERATOR = "side.agent@example.nhs.uk", "side.other@example.nhs.uk", "side.operator@example.nhs.uk"
SERVICE = "Records of the Riverside"
MADE = f"""
from django.contrib.auth.models import User
from careid.people.services import Service
Service.objects.create(name="{SERVICE}")
User.objects.filter(email="{OPERATOR}").update(is_superuser=True)
"""


@pytest.fixture(scope="module")
def desks(browser, portal, browser_context_args):
    links = invite(portal, {AGENT: "RA agent", OTHER: "RA manager", OPERATOR: "Auditor"})
    manage(portal.environment, "shell", "-v0", "-c", MADE)
    contexts = [browser.new_context(**browser_context_args) for _ in links]
    yield [Desk(context, portal, *link) for context, link in zip(contexts, links.items(), strict=True)]
    for context in contexts:
        context.close()


def ask_for(desk, email):
    desk.open("/admin/apply/invitation/")
    desk.page.get_by_role("link", name="Invite one person").click()
    for name, value in {"email": email, "given_name": "Bea", "family_name": "Newcomer"}.items():
        desk.page.locator(f"#id_{name}").fill(value)
    desk.page.locator(".submit-row input").first.click()
    assert "was invited" in desk.said()


def how_far(desk):
    desk.page.reload()
    return desk.page.locator(".field-how_far .readonly").inner_text()


def link_in(mail):
    return next(word for word in mail.get_content().split() if "/apply/" in word or "/move/" in word)


def check(desk):
    page = desk.page
    desk.open("/admin/apply/application/")
    page.locator("#result_list").get_by_role("link", name="Newcomer").last.click()  # the newest
    page.get_by_role("link", name="Record the identity check").click()
    for label in ("Face to face", "1 document with a photo, and 2 with the address", "Passport"):
        page.get_by_label(label, exact=True).check()
    for label in ("Council tax bill", "Bank or building society statement"):
        page.get_by_label(label, exact=True).check()
    page.locator(".submit-row input").click()
    assert desk.said() == "The check was recorded."


def approve(desk):
    page = desk.page
    desk.open("/admin/apply/application/")
    page.locator("#result_list").get_by_role("link", name="Newcomer").last.click()  # the newest
    page.get_by_role("link", name="Approve", exact=True).click()
    page.get_by_label("Bea Newcomer, as invited").check()
    page.locator(".submit-row input").click()
    assert "The profile was made" in desk.said()


def test_from_the_invitation_to_an_authenticator(desks, portal, walk):
    agent, other, _ = desks
    email, number = "side.newcomer@example.nhs.uk", rows.number()
    ask_for(agent, email)
    link = link_in(portal.wait_for_mail(email, "apply"))
    before = how_far(agent)
    prove(walk, email, link.removeprefix(portal.url))
    proved = how_far(agent)
    fill(walk.page, number)
    walk.press()
    walk.at("apply-sent")
    assert len({before, proved, how_far(agent)}) == 3
    check(agent)
    approve(other)
    assert "5555" in portal.wait_for_mail(email, "you have a profile now").get_content()
    walk.email, walk.number, walk.codes = email, number, len(portal.mails(email, "code"))
    walk.to_done()
    closely.look(agent, "side-invitation-approved")


def make_and_start(operator, walk, tmp_path):
    page = operator.page
    operator.open("/admin/moves/move/add/")
    page.locator("#id_service").select_option(label=SERVICE)
    words = {"title": "Codes by text end", "starts_on": day(-1), "ends_on": day(30)}
    words |= dict.fromkeys(("what_changes", "who_is_affected", "whom_to_ask"), "Ask the records desk, 01632 960200.")
    for name, value in words.items():
        page.locator(f"#id_{name}").fill(value)
    send(operator)
    file = tmp_path / "people.csv"
    columns = "email,given_name,family_name,organisation,way"
    file.write_text(
        f"{columns}\n{walk.email},Ama,Sample,RX1,two_factor\nside.unknown@example.nhs.uk,Ola,New,RX1,two_factor"
    )
    opened(operator, "Codes by text end").get_by_role("link", name="Load its people").click()
    page.locator("#id_file").set_input_files(file)
    send(operator)
    operator.press("Load all 2 people")
    page.get_by_role("heading", name="It is done").wait_for(timeout=60_000)
    opened(operator, "Codes by text end").get_by_role("link", name="Start the move").click()
    send(operator)
    assert "was started" in operator.said()


def help_and_note_the_call(agent):
    page = agent.page
    agent.open("/admin/")
    page.get_by_role("link", name="about a service that changes").click()
    page.locator("#result_list").get_by_role("link", name="Ama Sample").click()
    assert "Friday after 2pm" in page.locator("#content-main").inner_text()
    row = page.url
    page.get_by_role("link", name="Help them add an authenticator now").click()
    page.get_by_label("By video").check()
    page.locator(".submit-row input").click()
    link, code = page.locator("#assisted-link"), page.locator("#assisted-code")
    found = link.get_attribute("value") or link.inner_text(), code.inner_text()
    return row, *found


def test_from_a_move_to_a_call_and_what_it_leads_to(desks, portal, walk, tmp_path):
    agent, _, operator = desks
    make_and_start(operator, walk, tmp_path)
    stranger = portal.wait_for_mail("side.unknown@example.nhs.uk", "new way")
    assert "You need a Care Identity profile" in stranger.get_content()
    link = link_in(portal.wait_for_mail(walk.email, "new way"))
    walk.open(link.removeprefix(portal.url))
    page = walk.at("move")
    page.get_by_text("I want a call").click()
    page.get_by_label("When can we call you").fill("Friday after 2pm")
    walk.press("Ask for a call")
    page.get_by_text("You asked for a call").first.wait_for()
    row, assisted, code = help_and_note_the_call(agent)
    walk.open(assisted.removeprefix(portal.url))
    page.get_by_label("Code").fill(code)
    walk.press()
    walk.at("choose")
    walk.from_choose_to_last()
    walk.from_last_to_done()
    agent.page.goto(row)
    agent.page.locator("a[href$='/called/']").click()
    send(agent)
    assert agent.said() == "The call was noted."
    walk.open(link.removeprefix(portal.url))
    page.get_by_role("heading", name="You are ready").or_(
        page.get_by_role("heading", name="You are nearly ready")
    ).wait_for()
