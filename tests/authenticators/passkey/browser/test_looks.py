"""Each page of signing in with a passkey looked at: at both widths, by axe, and with letters that stand further apart."""

from authenticators.passkey.proving import OF_BROWSER
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
