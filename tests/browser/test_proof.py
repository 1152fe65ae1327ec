"""The details without seeing the picture: the browser does a piece of work instead."""

from playwright.sync_api import expect

from tests.browser.walk import Walk


def tab_to(page, selector):
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def status(page):
    return page.locator("#proof-status")


def test_the_keyboard_alone_passes_without_the_picture(walk):
    page, keys = walk.page, walk.page.keyboard
    walk.to_details()
    walk.at("details")
    tab_to(page, "#id_email")
    keys.type(walk.email)
    tab_to(page, "#id_national_insurance_number")
    keys.type("QQ 12")
    tab_to(page, "button[data-proof]")
    page.evaluate("""() => {
        globalThis.said = [];
        const status = document.getElementById("proof-status");
        new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
    }""")
    keys.press("Enter")
    expect(status(page)).to_contain_text("Done")
    assert status(page).get_attribute("role") == "status"
    assert [words.split()[0].rstrip(".") for words in page.evaluate("said")] == ["Checking", "Done"]
    assert page.evaluate("document.activeElement.matches('button[data-proof]')"), "the focus went elsewhere"
    walk.look("details-proof")
    tab_to(page, "main form button[type=submit]:not([tabindex])")
    keys.press("Enter")
    walk.at("details")
    expect(status(page)).to_contain_text("Done")
    walk.look("details-proof-kept")
    tab_to(page, "#id_national_insurance_number")
    keys.press("Control+A")
    keys.type(walk.number)
    keys.press("Enter")
    walk.at("code")
    [(spent, pictures)] = walk.portal.query(
        """SELECT (SELECT count(*) FROM enrolment_spentproof WHERE id = picture), 1 FROM enrolment_attempt
           WHERE profile_id = (SELECT id FROM careid_profile WHERE email = %s)""",
        walk.email,
    )
    assert (spent, pictures) == (1, 1)


def test_one_that_is_used_up_is_told_in_words_and_pressed_again(walk):
    page = walk.page
    walk.to_details()
    walk.at("details")
    page.get_by_label("Email address").fill(walk.email)
    page.get_by_label("National Insurance number").fill(walk.number)
    page.locator("#id_captcha_1").fill("half")
    walk.press("I cannot see the picture")
    expect(status(page)).to_contain_text("Done")
    assert page.locator("#id_captcha_1").input_value() == ""
    page.evaluate("document.getElementById('id_proof').value += '1'")
    walk.press()
    walk.at("details")
    assert "check has run out" in page.locator(".nhsuk-error-summary").inner_text()
    walk.look("details-proof-error")
    walk.press("I cannot see the picture")
    expect(status(page)).to_contain_text("Done")
    walk.press()
    walk.at("code")


def test_where_it_can_not_be_had_the_page_says_what_else_to_do(walk):
    page = walk.page
    walk.to_details()
    walk.at("details")
    page.route("**/details/proof/", lambda route: route.fulfill(status=429, body="<p>locked"))
    walk.press("I cannot see the picture")
    expect(status(page)).to_contain_text("did not work")
    walk.look("details-proof-failed")


def test_without_javascript_there_is_no_button_and_the_registration_authority_is_named(browser, portal, someone):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    try:
        walk = Walk(context.new_page(), portal, someone)
        walk.to_details()
        page = walk.at("details")
        expect(page.get_by_role("button", name="I cannot see the picture")).to_be_hidden()
        page.get_by_text("Help with the picture", exact=True).click()
        assert "needs JavaScript" in page.locator("details").inner_text()
        expect(page.get_by_role("link", name="Find your Registration Authority").first).to_be_visible()
    finally:
        context.close()
