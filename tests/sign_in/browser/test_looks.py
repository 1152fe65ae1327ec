"""The pages of signing in for a service, looked at."""

from tests.account.browser.entering import give, sign_in
from tests.browser import closely

IDLE = """UPDATE sign_in_session SET last_seen_at = now() - interval '31 minutes' WHERE profile_id =
    (SELECT id FROM careid_profile WHERE email = %s) RETURNING 1"""
LATE = "UPDATE sign_in_visit SET started_at = now() - interval '16 minutes' WHERE service = %s RETURNING 1"


def test_each_page_for_a_service_is_looked_at(walk, service):
    asks = service(needs_role=True)
    walk.open(asks.path(login_hint=walk.email))
    assert walk.at("sign-in").get_by_label("Email address").input_value() == walk.email
    closely.look(walk, "sign-in-service")
    walk.open(asks.path(acr_values="AAL3_ANY"))
    walk.at("sign-in-refused")
    closely.look(walk, "sign-in-refused-level")
    sign_in(walk, give(walk, "Work phone"))
    walk.open(asks.path(prompt="login"))
    walk.at("sign-in").get_by_text("Is that not you?").wait_for()
    closely.look(walk, "sign-in-service-here")
    walk.open(asks.path())
    walk.at("sign-in-refused")
    closely.look(walk, "sign-in-refused-no-role")
    assert walk.portal.query(IDLE, walk.email)
    walk.open("/sign-out/")
    walk.at("signed-out")
    closely.look(walk, "signed-out-idle")
    walk.open(asks.path())
    walk.at("sign-in")
    assert walk.portal.query(LATE, asks.name)
    walk.page.reload()
    walk.at("provider-error")
    closely.look(walk, "sign-in-over")
