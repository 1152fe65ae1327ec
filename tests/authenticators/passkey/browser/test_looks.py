"""Each page of signing in with a passkey looked at: at both widths, by axe, and with letters that stand further apart."""

from authenticators.passkey.proving import OF_BROWSER
from tests.authenticators.passkey.walking import sign_in
from tests.browser import closely


def test_each_page_is_looked_at(walk):
    walk.open("/sign-in/")
    walk.at("sign-in")
    closely.look(walk, "sign-in-with-passkey")
    for reason in sorted(OF_BROWSER):
        walk.open(f"/sign-in/passkey/?reason={reason}")
        walk.at("sign-in-passkey")
        closely.look(walk, f"sign-in-passkey-{reason}")


def test_each_page_of_a_refusal_is_looked_at(walk):
    walk.open("/sign-in/")
    walk.page.evaluate(
        "() => { const form = document.getElementById('passkey-sign-in'); form.elements.credential.value = '{}'; form.submit(); }"
    )
    walk.at("sign-in-refused")
    [visit] = [cookie["value"] for cookie in walk.page.context.cookies() if cookie["name"].endswith("careid-visit")]
    for reason in ("wrong", "timed_out", "unknown_passkey", "count_went_back"):
        walk.portal.query(
            "UPDATE sign_in_visit SET refused = %s WHERE token_hash = sha256(%s) RETURNING 1", reason, visit.encode()
        )
        walk.page.reload()
        walk.page.locator(f'body[data-reason="{reason}"]').wait_for()
        closely.look(walk, f"sign-in-refused-{reason}")


def test_one_that_was_just_added_is_tried_where_nothing_else_is_asked_for(walk):
    walk.to_done("passkey")
    walk.press("Try it now")
    page = walk.at("sign-in")
    assert page.get_by_label("Email address").count() == 0
    closely.look(walk, "sign-in-passkey-alone")
    sign_in(walk)
    walk.at("sign-in-works")
    page.locator("main").get_by_role("button", name="Sign out").click()
    walk.at("signed-out")
    walk.open("/sign-in/")
    sign_in(walk)
    walk.at("account")
