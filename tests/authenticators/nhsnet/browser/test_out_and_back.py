"""Out to a sign-in on another site and back, in a real browser: CSP, SameSite, keyboard, axe at both widths."""

import requests

from tests.authenticators.nhsnet.browser.going import choose, leave, links, reason, to_instructions
from tests.browser.walk import Walk


def test_an_account_is_added_and_each_page_is_looked_at(walk):
    to_instructions(walk)
    walk.look("nhsnet")
    walk.press()
    walk.look("nhsnet-error")
    leave(walk)
    choose(walk, "works")
    page = walk.at("done")
    walk.look("nhsnet-done")
    assert page.url.endswith("/done/")
    assert "NHS.net Connect account added" in page.locator("h1").inner_text()
    words = page.locator("main").inner_text()
    assert "amina.okafor@northfield.example.org" in words
    assert "device" not in words
    assert "NHS.net Connect" in walk.portal.wait_for_mail(walk.email, "added").get_content()
    assert links(walk) == 1
    page.go_back()
    choose(walk, "works")  # once more, with a state that is spent
    walk.at("done")
    page.goto(walk.portal.url + "/authenticators/nhsnet/")
    walk.at("done")
    assert links(walk) == 1
    walk.press("Remove it")
    walk.at("undo")
    walk.press("Remove it now")
    assert "You removed" in walk.at("done").locator("h1").inner_text()
    walk.look("nhsnet-removed")


def test_the_keyboard_alone_is_enough(walk):
    to_instructions(walk)
    keys = walk.page.keyboard
    walk.page.get_by_label("Only I have access to this account").focus()
    keys.press("Space")
    keys.press("Tab")
    keys.press("Enter")
    walk.page.wait_for_url("http://127.0.0.1:*/**")
    keys.press("Tab")
    keys.press("Enter")
    walk.at("done")


def test_a_reload_on_the_way_back_and_a_second_tab_give_one_link(walk):
    to_instructions(walk)
    back = []
    walk.page.on("request", lambda request: back.append(request.url) if "/callback/" in request.url else None)
    tab = walk.page.context.new_page()
    second = Walk(tab, walk.portal, (walk.email, walk.number))
    second.open("/authenticators/nhsnet/")
    leave(walk)
    leave(second)
    choose(walk, "works")
    done = walk.at("done").url
    walk.page.goto(back[0])
    assert walk.at("done").url == done
    walk.page.reload()
    choose(second, "another")
    assert second.at("done").url == done
    assert links(walk) == 1


def test_another_browser_is_told_and_adds_nothing(walk, browser):
    to_instructions(walk)
    leave(walk)
    back = requests.post(walk.page.url, {"account": "works"}, timeout=60, allow_redirects=False).headers["Location"]
    context = browser.new_context(viewport={"width": 320, "height": 900})
    try:
        other = Walk(context.new_page(), walk.portal, ("", ""))
        other.page.goto(back)
        assert reason(other) == "state_unknown"
        other.look("nhsnet-another-browser")
        other.page.get_by_role("button", name="Start again").click()
        other.at("start")
    finally:
        context.close()
    assert links(walk) == 0
    walk.page.goto(back)
    walk.at("done")


def test_it_works_without_javascript(browser, portal, someone):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    try:
        walk = Walk(context.new_page(), portal, someone)
        to_instructions(walk)
        leave(walk)
        choose(walk, "works")
        walk.at("done")
    finally:
        context.close()


def test_outside_the_beta_it_is_not_offered_and_says_so(walk):
    walk.portal.query(
        "UPDATE careid_profile SET organisation_id = (SELECT id FROM careid_organisation WHERE code = 'RX2') WHERE email = %s RETURNING id",
        walk.email,
    )
    walk.to_choose()
    assert walk.page.get_by_label("NHS.net Connect").count() == 0
    walk.open("/authenticators/nhsnet/")
    assert reason(walk) == "not_in_beta"
    walk.page.get_by_role("button", name="Add something else").click()
    walk.at("choose")
