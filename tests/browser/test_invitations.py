"""Inviting people at the desk, in Chromium, with a worker that runs: one of them, and a file."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.closely import look
from tests.desk.door.browser.desk import Desk, invite

MANAGER = "inviting.manager@example.nhs.uk"
LIST = "/admin/apply/invitation/"
HEADER = "email,given_name,family_name,organisation,note"


@pytest.fixture(scope="module")
def desk(browser, portal, browser_context_args):
    [(email, link)] = invite(portal, {MANAGER: "RA manager"}).items()
    context = browser.new_context(**browser_context_args)
    desk = Desk(context, portal, email, link)
    yield desk
    context.close()
    assert desk.complaints() == [], "the console complains"


def file(tmp_path, *lines, name="people.csv"):
    path = tmp_path / name
    path.write_text("\r\n".join([HEADER, *lines]), encoding="utf-8-sig")
    return path


def give(desk, path):
    desk.open(f"{LIST}file/")
    desk.page.get_by_label("CSV file").set_input_files(path)
    desk.press("Look at the file")
    return desk.page


def test_one_person_is_invited_by_keyboard_alone_and_their_email_comes(desk):
    desk.open(LIST)
    look(desk, "desk-invitations-empty")
    desk.tab_to("a[href$='invite/']")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector("#id_given_name")
    look(desk, "desk-invite-one")
    desk.tab_to("#id_given_name")
    for typed in ("Bea", "Newcomer", "bea@example.nhs.uk"):
        desk.page.keyboard.type(typed)
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".messagelist")).to_contain_text("Bea Newcomer was invited")
    look(desk, "desk-invitation")
    desk.portal.wait_for_mail("bea@example.nhs.uk")
    desk.open(LIST)
    look(desk, "desk-invitations")


def test_what_is_wrong_stands_beside_its_field(desk):
    desk.open(f"{LIST}invite/")
    desk.press("Send the invitation")
    expect(desk.page).to_have_title(re.compile("^Error: "))
    look(desk, "desk-invite-one-errors")


def test_a_file_is_looked_at_and_those_without_an_error_are_invited_and_the_page_says_when_it_is_done(desk, tmp_path):
    desk.open(f"{LIST}file/")
    look(desk, "desk-invite-file")
    page = give(
        desk, file(tmp_path, "cy@example.nhs.uk,Cy,Newcomer,RX1,", "nobody,Dee,Newcomer,RX1,", ",Eve,Newcomer,RX9,")
    )
    expect(page.get_by_role("table")).to_contain_text("email is not an email address")
    look(desk, "desk-invite-file-errors")
    desk.press("Invite the one without an error")
    expect(page.locator("#upload-progress")).to_contain_text("1 of 1", timeout=60_000)
    expect(page.get_by_role("heading", name="It is done")).to_be_visible(timeout=60_000)  # it looks again by itself
    look(desk, "desk-invite-file-done")
    desk.portal.wait_for_mail("cy@example.nhs.uk")


def test_a_file_of_another_sort_is_told_in_words_beside_its_field(desk, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(f"{HEADER.replace(',', ';')}\n", encoding="cp1252")
    expect(give(desk, path).locator(".errorlist")).to_contain_text("has its columns separated by semicolons")
    look(desk, "desk-invite-file-wrong")


def test_a_new_link_and_the_end_of_an_invitation_are_a_button_each(desk):
    desk.open(f"{LIST}?q=bea@")
    desk.page.locator("#result_list a").first.click()
    desk.page.get_by_role("link", name="Send a new link").click()
    desk.press("Send a new link")
    assert "A new link was sent" in desk.said()
    desk.page.get_by_role("link", name="Cancel the invitation").click()
    desk.page.get_by_label("Reason").select_option(label="Not needed any more")
    look(desk, "desk-invitation-cancel")
    desk.press("Cancel the invitation")
    assert "The invitation was cancelled" in desk.said()
    look(desk, "desk-invitation-cancelled")


def test_all_of_it_works_without_javascript(desk, browser, browser_context_args, tmp_path):
    state = desk.page.context.storage_state()
    context = browser.new_context(**browser_context_args, java_script_enabled=False, storage_state=state)
    plain = desk.in_another(context)
    page = give(plain, file(tmp_path, "fay@example.nhs.uk,Fay,Newcomer,RX1,"))
    plain.press("Invite this person")
    expect(page.locator("#upload-progress")).to_contain_text("1 of 1", timeout=60_000)
    context.close()


def test_a_file_over_5_mb_is_told_in_words(desk, tmp_path):
    line = f"person@example.nhs.uk,{'x' * 60},Newcomer,RX1,"
    page = give(desk, file(tmp_path, *[line] * 80_000))
    expect(page.get_by_role("heading", level=1)).to_have_text("That was too much at once")
    expect(page.locator("main")).to_contain_text("choose a file of 5 MB at most")
    desk.problems.clear()  # the console tells of the status
