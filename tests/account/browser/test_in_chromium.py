"""My account in Chromium: looked at, by keyboard, without JavaScript, and when its time runs out."""

import pytest

from tests.account.browser.entering import enter, give, sign_in


@pytest.fixture
def phone(walk):
    """What they signed in with, here and elsewhere; they have two more."""
    phone = give(walk, "Work phone")
    give(walk, "", hours=20)
    give(walk, "Tablet_without_a_space_on_the_3rd_floor", state="suspended", reason="lost")
    enter(walk, phone, browser="Firefox on Android", network="198.51.100.0/24")
    sign_in(walk, phone)
    return phone


def test_each_page_of_it_is_looked_at(walk, phone):
    walk.open("/account/")
    walk.at("account")
    walk.look("account")
    walk.page.get_by_role("link", name="Not me").click()
    walk.at("account-not-me")
    walk.look("account-not-me")
    walk.open(f"/account/{phone}/remove/")
    walk.at("account-remove")
    walk.look("account-remove")
    walk.open(f"/account/{phone}/name/")
    walk.at("account-name")
    walk.look("account-name")
    walk.open("/account/add/")
    walk.look("account-add")
    walk.open("/")
    walk.at("start").get_by_text("is signed in here").wait_for()
    walk.look("start-signed-in")
    walk.open("/account/")
    walk.press("Add another")
    walk.at("choose")
    walk.look("choose-signed-in")


def test_by_keyboard_alone_somebody_signs_out_elsewhere(walk, phone):
    walk.open("/account/")
    for _ in range(60):
        walk.page.keyboard.press("Tab")
        if walk.page.evaluate("document.activeElement.innerText").startswith("Sign out there"):
            break
    walk.page.keyboard.press("Enter")
    walk.at("account")
    assert walk.page.get_by_role("button", name="Sign out there").count() == 0


def test_it_is_warned_of_in_time_can_be_put_off_and_loses_nothing_that_was_typed(walk, phone):
    page = walk.page
    page.clock.install()
    walk.open(f"/account/{phone}/name/")
    page.get_by_label("Give it a name").fill("Ward phone")
    page.clock.fast_forward(1_690_000)  # of 30 minutes
    page.get_by_text("We will sign you out in less than 2 minutes").wait_for()
    walk.press("Stay signed in")
    page.get_by_text("You can stay signed in for").wait_for(state="attached")
    assert page.get_by_label("Give it a name").input_value() == "Ward phone"
    page.clock.fast_forward(1_810_000)
    walk.at("signed-out")


def test_without_javascript_somebody_names_and_removes(walk, phone, browser, browser_context_args):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    context.add_cookies(walk.page.context.cookies())
    page = context.new_page()
    page.goto(f"{walk.portal.url}/account/")
    page.get_by_role("link", name="Change its name").first.click()
    page.get_by_label("Give it a name").fill("Ward phone")
    page.get_by_role("button", name="Save the name").click()
    page.get_by_role("link", name="Remove it").first.click()
    assert "This is your last one" in page.content()
    page.get_by_role("button", name="Remove it now").click()
    assert "you are signed out" in page.content()
    context.close()
