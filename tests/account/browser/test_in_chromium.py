"""My account in Chromium: by keyboard, without JavaScript, and when its time runs out."""


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
