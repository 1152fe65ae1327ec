"""Each page of why an account was not added, looked at: it takes longer."""

from tests.authenticators.nhsnet.browser.going import choose, leave, links, reason, to_instructions
from tests.authenticators.nhsnet.browser.test_sign_in import out
from tests.authenticators.nhsnet.browser.test_sign_in import reason as why_not

TOLD = {
    "cancel": "cancelled", "smartcard": "care_identity", "tenant": "wrong_tenant", "guest": "guest", "consent": "consent", "late": "too_late",
    "state": "state_unknown", "garbage": "unreachable", "clock": "clock", "forged": "verification_failed",
}  # fmt: skip


def test_each_outcome_has_a_page_to_look_at_and_a_way_on(walk):
    to_instructions(walk)
    for account, told in TOLD.items():
        leave(walk)
        choose(walk, account)
        assert reason(walk) == told
        walk.look(f"nhsnet-{told}")
        assert walk.page.locator("main .nhsuk-button").count() == 1
        if told == "consent":
            walk.open("/authenticators/nhsnet/")
        else:
            walk.page.get_by_role("button", name="Try again").click()
        if told == "verification_failed":
            break
    assert links(walk) == 0


def test_the_other_reasons_are_looked_at(walk):
    walk.to_choose()
    for told in ("already_yours", "linked_elsewhere", "not_in_beta", "no_second_step", "limit"):
        walk.open(f"/authenticators/nhsnet/problem/{told}/")
        assert reason(walk) == told
        walk.look(f"nhsnet-{told}")


SIGNING_IN = {
    "another": "not_registered", "smartcard": "care_identity", "tenant": "wrong_tenant", "guest": "guest", "second-step": "no_second_step", "conditional": "conditional_access",
    "consent": "consent", "late": "timed_out", "garbage": "unreachable", "clock": "clock", "unheard": "unknown",
}  # fmt: skip


def test_each_page_of_why_nobody_is_signed_in_is_looked_at(walk):
    for account, told in SIGNING_IN.items():
        walk.page.context.clear_cookies()  # a new visit, whose departures are counted anew
        out(walk)
        choose(walk, account)
        assert why_not(walk) == told
        walk.look(f"nhsnet-sign-in-{told}")
