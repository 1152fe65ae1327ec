"""An app in a real browser: the whole way, each page looked at."""

import time

import pyotp

from tests.authenticators.totp.walking import app_code
from tests.authenticators.totp.way import PASSWORD

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
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_confirm_password").fill(PASSWORD)
    walk.press()
    walk.at("totp-app")
    walk.look("totp-app")
    box = page.locator("svg:has(path)").filter(visible=True).last.bounding_box()
    assert box["width"] >= 220
    for width, height in ((1280, 800), (320, 640)):  # the picture and the box for its code are seen together
        page.set_viewport_size({"width": width, "height": height})
        picture, typed = (page.locator(one).bounding_box() for one in (".careid-qr", "#id_code"))
        top, foot = min(picture["y"], typed["y"]), max(one["y"] + one["height"] for one in (picture, typed))
        assert foot - top < height
    page.emulate_media(media="print")  # a sheet of paper lies about
    assert not page.locator(".careid-qr, #totp-key, #totp-uri").filter(visible=True).count()
    page.emulate_media(media="screen")
    page.get_by_label("Code that the app shows").fill(app_code(walk))
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


def test_each_page_tells_an_error(walk):
    walk.to_choose()
    page = walk.page
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
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_confirm_password").fill(PASSWORD)
    walk.press()
    walk.at("totp-app")
    page.get_by_label("Code that the app shows").fill("000000")
    walk.press()
    walk.look("totp-app-error")


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
    while page.evaluate("document.activeElement.value") != "totp":
        keys.press("ArrowDown")
    keys.press("Space")
    submit()
    walk.at("totp")
    tab_to("input[type=checkbox]")
    keys.press("Space")
    submit()
    walk.at("totp-password")
    for selector in ("#id_password", "#id_confirm_password"):
        tab_to(selector)
        keys.type(PASSWORD)
    keys.press("Enter")
    walk.at("totp-app")
    code = app_code(walk)
    tab_to("#id_code")
    keys.type(code)
    keys.press("Enter")
    walk.at("done")


def test_a_reload_a_second_tab_and_back_keep_the_same_key(walk):
    page = walk.to_last("totp")
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


def post(walk, path, **fields):
    """What a form of this page would post, without leaving the page."""
    token = walk.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    return walk.page.request.post(walk.portal.url + path, form={"csrfmiddlewaretoken": token, **fields})


def wrong_code(walk):
    totp = pyotp.TOTP(walk.page.locator("#totp-key").text_content().replace(" ", ""))
    near = {totp.at(time.time() + 30 * step) for step in range(-15, 16)}
    return next(f"{number:06}" for number in range(100) if f"{number:06}" not in near)


def test_too_many_wrong_codes_of_the_app(walk):
    page = walk.to_last("totp")
    for _ in range(3):
        code = wrong_code(walk)
        for _ in range(10):
            post(walk, "/authenticators/totp/app/", code=code)
        page.reload()
    walk.at("refused")
    assert page.locator("body").get_attribute("data-reason") == "no_more_keys"
    walk.look("refused-no-more-keys")
    walk.press("Start again")
    walk.at("start")
