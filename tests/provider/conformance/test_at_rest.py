"""What a thief of the database finds of a sign-in to a service, and what the trail tells of it: no secret."""

import json

from django.conf import settings

from careid.trail.models import Event
from provider.models import Request
from tests.provider.conformance import checks
from tests.test_secrets_at_rest import dump


def test_a_dump_of_the_whole_database_holds_no_code_token_state_or_secret(make_party, make_keyed, badge):
    by_secret, by_key = make_party(), make_keyed()
    by_key.browser = by_secret.browser
    code = by_secret.code(badge)
    waiting = dump()
    given = checks.tokens(by_secret, by_secret.redeem(code))
    assertion = by_key.assertion()
    checks.tokens(by_key, by_key.redeem(by_key.code(), client_assertion=assertion))
    checks.userinfo(by_secret, given)
    by_secret.post("introspection_endpoint", {"token": given.access})
    by_secret.redeem(code)  # once more
    after = dump()
    cookies = [
        one.value for name, one in by_secret.browser.client.cookies.items() if one.value and name != settings.WAY_COOKIE
    ]
    secrets = [code, given.access, given.id_token, assertion, by_secret.secret, by_secret.asked["state"], *cookies]
    for copy in (waiting, after):
        assert [secret for secret in secrets if secret.encode() in copy] == []
    assert b"PRIVATE KEY" not in after
    assert by_secret.row.client_id.encode() in after  # the dump does hold what is kept


def test_a_request_that_waits_is_sealed(party):
    party.follow(party.ask(state="a state to find", nonce="a nonce to find", login_hint="who.ever@example.org"))
    assert Request.objects.count() == 1
    assert [word for word in (b"to find", b"who.ever") if word in dump()] == []


def test_the_trail_has_words_and_ids_alone(party, badge):
    code = party.code(badge, state="a state to find", nonce="a nonce to find", login_hint=badge.profile.email)
    given = checks.tokens(party, party.redeem(code))
    party.redeem(code)
    party.post("token_endpoint", {"grant_type": "authorization_code", "client_secret": "x", "code": code})
    told = json.dumps(list(Event.objects.values("name", "details", "reason")), default=str)
    assert "code.replayed" in told
    assert party.row.client_id in told
    found = [
        code,
        given.access,
        "to find",
        badge.profile.email,
        party.secret,
        settings.ISSUER,
        party.row.redirect_uris[0],
    ]
    assert [secret for secret in found if secret in told] == []
