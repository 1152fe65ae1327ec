"""The whole way in a real browser, each page looked at."""

import pyotp
import pytest

from tests.browser.conftest import Walk

# Whether what is seen of the focused element (of a radio or tick box, what its label draws) looks different without.
FOCUS_SHOWS = """() => {
    const one = document.activeElement;
    const style = getComputedStyle(one).opacity === "0"
        ? getComputedStyle(one.nextElementSibling, "::before") : getComputedStyle(one);
    const look = () => [
        style.outlineStyle === "none" ? "" : style.outline, style.boxShadow, style.backgroundColor, style.borderColor,
    ].join();
    const focused = look();
    one.blur();
    const plain = look();
    one.focus({ focusVisible: true });
    return focused !== plain;
}"""


def errors(page):
    return page.locator(".nhsuk-error-summary")


def test_a_person_adds_an_app_and_each_page_is_looked_at(walk):
    page = walk.page
    walk.open()
    walk.at("start")
    walk.look("start")
    walk.to_details()
    walk.at("details")
    walk.look("details")
    walk.details()
    walk.at("code")
    walk.look("code")
    walk.code()
    walk.at("choose")
    walk.look("choose")
    page.get_by_label("Authenticator app").check()
    walk.press()
    walk.at("totp")
    walk.look("totp")
    page.get_by_label("Only I have access to this app").check()
    walk.press()
    walk.at("totp-password")
    walk.look("totp-password")
    page.locator("#id_password").fill("lamp otter Tuesday window")
    page.locator("#id_confirm_password").fill("lamp otter Tuesday window")
    walk.press()
    walk.at("totp-app")
    walk.look("totp-app")
    box = page.locator("svg:has(path)").filter(visible=True).last.bounding_box()
    assert box["width"] >= 220
    page.get_by_label("Code that the app shows").fill(walk.app_code())
    walk.press()
    walk.at("done")
    walk.look("done")
    assert "National Care Records Service" in page.locator("main").inner_text()
    notice = walk.portal.wait_for_mail(walk.email, "added")
    assert "Authenticator app" in notice.get_content()
    [(state, events)] = walk.portal.query(
        """SELECT a.state, (SELECT count(*) FROM careid_event e WHERE e.authenticator_id = a.id AND e.name = 'authenticator.added')
           FROM authenticators_authenticator a JOIN careid_profile p ON p.id = a.profile_id WHERE p.email = %s""",
        walk.email,
    )
    assert (state, events) == ("active", 1)


def test_each_page_tells_an_error_in_a_summary_that_takes_the_focus(walk):
    page = walk.page
    walk.to_details()
    walk.at("details")
    walk.press()
    walk.look("details-error")
    assert page.title().startswith("Error: ")
    assert errors(page).locator("a").count() == 3
    assert page.evaluate("document.activeElement.classList.contains('nhsuk-error-summary')")
    errors(page).locator("a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_email"
    walk.details(picture="wrong")
    walk.at("details")
    walk.look("details-picture-error")
    assert page.get_by_label("Email address").input_value() == walk.email
    walk.details()
    walk.at("code")
    walk.page.get_by_label("Code from the email").fill("000000")
    walk.press()
    walk.at("code")
    walk.look("code-error")
    walk.press("Send another code")
    walk.look("code-too-soon")
    walk.code()
    walk.at("choose")
    walk.press()
    walk.look("choose-error")
    page.get_by_label("Authenticator app").check()
    walk.press()
    walk.at("totp")
    walk.press()
    walk.look("totp-error")
    page.get_by_label("Only I have access to this app").check()
    walk.press()
    walk.at("totp-password")
    page.locator("#id_password").fill("short")
    walk.press()
    walk.look("totp-password-error")
    page.locator("#id_password").fill("lamp otter Tuesday window")
    page.locator("#id_confirm_password").fill("lamp otter Tuesday window")
    walk.press()
    walk.at("totp-app")
    page.get_by_label("Code that the app shows").fill("000000")
    walk.press()
    walk.look("totp-app-error")


@pytest.mark.parametrize(
    "path",
    [
        "/problem/",
        "/expired/",
        "/help/accessibility/",
        "/help/cookies/",
        "/help/privacy/",
        "/help/services/",
        "/help/find-your-ra/?q=riverside",
        "/nothing/",
    ],
)
def test_the_pages_around_are_looked_at(path, page, portal):
    walk = Walk(page, portal, ("", ""))
    walk.open(path)
    walk.look(path.strip("/").replace("/", "-").partition("?")[0])
    if "q=" in path:
        assert "01632 960200" in page.locator("main").inner_text()


def test_the_lock_says_until_when(walk):
    for _ in range(6):
        walk.to_details()
        walk.details(number="PP999999D")
        walk.at("code")
    walk.to_details()
    walk.details(number="PP999999D")
    walk.at("locked")
    walk.look("locked")


def test_after_adding_it_is_named_undone_and_another_is_asked_for(walk):
    page = walk.to_done()
    page.get_by_label("Give it a name").fill("Work phone")
    walk.press("Save the name")
    assert "Work phone" in walk.at("done").locator("main").inner_text()
    page.go_back()
    page.goto(walk.portal.url + "/authenticators/totp/app/")
    walk.at("done")
    walk.press("Remove it now")
    walk.at("done")
    walk.look("done-removed")
    assert "added" not in page.locator("h1").inner_text().lower()
    walk.press("Add another")
    walk.code()
    walk.at("choose")


def test_the_keyboard_alone_is_enough(walk):
    page, keys = walk.page, walk.page.keyboard

    def tab_to(selector):
        for _ in range(60):
            keys.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                assert page.evaluate(FOCUS_SHOWS), f"nothing shows that {selector} has the focus"
                return
        raise AssertionError(f"Tab does not reach {selector}")

    def submit():
        tab_to("main form button:not([formnovalidate]):not(.nhsuk-password-input__toggle)")
        keys.press("Enter")

    walk.to_details()
    walk.at("details")
    answer = walk.portal.picture(page.locator('input[name="captcha_0"]').input_value())
    for selector, text in (
        ("#id_email", walk.email),
        ("#id_national_insurance_number", walk.number),
        ("#id_captcha_1", answer),
    ):
        tab_to(selector)
        keys.type(text)
    keys.press("Enter")
    walk.at("code")
    tab_to("#id_code")
    keys.type(walk.portal.code(walk.email))
    keys.press("Enter")
    walk.at("choose")
    tab_to("input[type=radio]")
    keys.press("Space")
    submit()
    walk.at("totp")
    tab_to("input[type=checkbox]")
    keys.press("Space")
    submit()
    walk.at("totp-password")
    for selector in ("#id_password", "#id_confirm_password"):
        tab_to(selector)
        keys.type("lamp otter Tuesday window")
    keys.press("Enter")
    walk.at("totp-app")
    code = walk.app_code()
    tab_to("#id_code")
    keys.type(code)
    keys.press("Enter")
    walk.at("done")


def test_it_works_without_javascript(browser, portal, someone):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    try:
        walk = Walk(context.new_page(), portal, someone)
        walk.to_details()
        walk.at("details")
        walk.page.get_by_label("Email address").fill(walk.email)
        before = walk.page.locator('input[name="captcha_0"]').input_value()
        walk.press("Show another picture")
        walk.at("details")
        assert walk.page.get_by_label("Email address").input_value() == walk.email
        assert walk.page.locator('input[name="captcha_0"]').input_value() != before
        walk.details()
        walk.code()
        walk.at("choose")
        walk.from_choose_to_app()
        walk.from_app_to_done()
    finally:
        context.close()


def test_another_picture_comes_without_losing_what_was_typed(walk):
    page = walk.page
    walk.to_details()
    walk.at("details")
    page.get_by_label("Email address").fill("half.typed")
    before = page.locator('input[name="captcha_0"]').input_value()
    walk.press("Show another picture")
    page.wait_for_function("before => document.querySelector('input[name=captcha_0]').value !== before", arg=before)
    assert page.get_by_label("Email address").input_value() == "half.typed"
    assert page.evaluate("document.activeElement.id") == "id_captcha_1"


def test_a_reload_a_second_tab_and_back_keep_the_same_key(walk):
    page = walk.to_app()
    key = page.locator("#totp-key").text_content()
    page.reload()
    assert page.locator("#totp-key").text_content() == key
    tab = page.context.new_page()
    tab.goto(walk.portal.url + "/")
    tab.goto(walk.portal.url + "/authenticators/totp/app/")
    assert tab.locator("#totp-key").text_content() == key
    page.go_back()
    walk.at("totp-password")
    page.go_forward()
    assert walk.at("totp-app").locator("#totp-key").text_content() == key


def test_one_signed_in_to_the_admin_enrols_in_the_same_browser(walk):
    walk.to_details()
    walk.at("details")
    admin = walk.page.context.new_page()
    admin.goto(walk.portal.url + "/admin/")
    admin.locator("#id_username").fill("admin")
    admin.locator("#id_password").fill("made up for the tests")
    admin.get_by_role("button", name="Continue").click()
    admin.get_by_label("Code that the app shows").fill(pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").now())
    admin.get_by_role("button", name="Sign in").click()
    admin.wait_for_selector("#user-tools")
    walk.details()  # the token was rotated by the sign-in: shown again, nothing lost
    walk.at("details")
    assert walk.page.get_by_label("Email address").input_value() == walk.email
    walk.details()
    walk.code()
    walk.at("choose")
    admin.goto(walk.portal.url + "/admin/")
    admin.wait_for_selector("#user-tools")


def test_two_minutes_before_the_end_the_page_says_so_and_gives_more_time(walk):
    walk.page.clock.install()
    walk.to_details()
    walk.details()
    page = walk.at("code")
    page.get_by_label("Code from the email").fill("12")
    page.clock.run_for(13 * 60 * 1000 + 5000)
    stay = page.get_by_role("button", name="Stay on this page")
    stay.wait_for(state="visible")
    walk.look("timeout")
    stay.click()
    stay.wait_for(state="hidden")
    assert page.get_by_label("Code from the email").input_value() == "12"
