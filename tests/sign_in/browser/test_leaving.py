"""Whoever does not want to sign in for a service goes back to it: by the keyboard, and without JavaScript."""

from tests.sign_in.browser.conftest import answers


def tab_to(page, words):
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").startswith(words):
            return
    raise AssertionError(f"Tab does not reach {words}")


def test_by_the_keyboard_alone_somebody_goes_back(walk, service):
    walk.open(service().path())
    walk.at("sign-in")
    tab_to(walk.page, "Go back to")
    walk.page.keyboard.press("Enter")
    walk.page.get_by_text("At the service").wait_for()
    assert "error=access_denied" in walk.page.url


def test_without_javascript_who_has_no_strong_enough_way_goes_back(walk, service, browser):
    path = service().path(acr_values="AAL3_ANY")
    context = browser.new_context(java_script_enabled=False)
    answers(context)
    page = context.new_page()
    page.goto(walk.portal.url + path)
    page.get_by_role("button", name="Go back to").click()
    page.get_by_text("At the service").wait_for()
    assert "error=unmet_authentication_requirements" in page.url
    context.close()
