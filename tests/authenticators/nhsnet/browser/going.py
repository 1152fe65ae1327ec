"""Out to the stand-in sign-in and back, in a browser."""


def to_instructions(walk):
    walk.to_choose()
    walk.page.get_by_label("NHS.net Connect").check()
    walk.press()
    return walk.at("nhsnet")


def leave(walk):
    """Tick, and continue to the other site."""
    walk.at("nhsnet").get_by_label("Only I have access to this account").check()
    walk.press()
    walk.page.wait_for_url("http://127.0.0.1:*/**")


def choose(walk, account):
    walk.page.locator(f'button[value="{account}"]').click()


def reason(walk):
    walk.at("refused")
    assert "code=" not in walk.page.url
    assert "state=" not in walk.page.url
    return walk.page.locator("body").get_attribute("data-reason")


def links(walk):
    [(count,)] = walk.portal.query(
        "SELECT count(*) FROM authenticators_authenticator a JOIN careid_profile p ON p.id = a.profile_id WHERE p.email = %s AND a.kind = 'nhsnet'",
        walk.email,
    )
    return count
