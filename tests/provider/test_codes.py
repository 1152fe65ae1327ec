"""A code is taken once, by the client that it was given to, and what comes of it dies with the sign-in."""

import json
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators import actions
from careid.errors import Refused
from careid.trail.models import Event
from provider import access, codes, pkce, signing
from provider.models import Code, Logout, Token
from provider.requests import Asked
from sign_in import sessions
from sign_in.models import Session
from tests.threads import at_once

VERIFIER = "v" * 43


@pytest.fixture
def given(here):
    """`given(rp, …)`: a code of whoever is here, as if they had been asked."""

    def give(rp, *, acr="AAL2_ANY", role="", sign_in=None, **asked):
        usual = {"client_id": rp.row.client_id, "redirect_uri": rp.redirect_uri, "nonce": "n", "scopes": ("openid",)}
        asked = Asked(**usual | {"code_challenge": pkce.of(VERIFIER)} | asked)
        sign_in = sign_in or here.session_row.newest
        return codes.issue(client=rp.row, sign_in=sign_in, asked=asked, acr=acr, role=role)

    return give


def redeem(rp, code, **more):
    usual = {"client": rp.row, "code": code, "redirect_uri": rp.redirect_uri, "verifier": VERIFIER}
    return codes.redeem(**usual | more)


def refused(rp, code, **more):
    with pytest.raises(Refused) as no:
        redeem(rp, code, **more)
    return no.value.reason


def id_claims(token, rp):
    [key] = [one for one in signing.published() if one["kid"] == jwt.get_unverified_header(token)["kid"]]
    alg = jwt.get_unverified_header(token)["alg"]
    return jwt.decode(token, jwt.PyJWK(key, alg).key, algorithms=[alg], audience=rp.row.client_id)


def test_a_code_gives_an_access_token_and_an_id_token_that_says_who_signed_in_and_how(rp, given, here, person):
    told = redeem(rp, given(rp, scopes=("openid", "profile"), role="555021935107"))
    made = here.session_row.newest
    assert access.found(told.access_token).sign_in_id == made.pk
    assert (told.scopes, told.expires_in) == (("openid", "profile"), 600)
    claims = id_claims(told.id_token, rp)
    assert {claims.pop(name) and name for name in ("iat", "exp", "jti", "at_hash")}
    assert claims == {
        "iss": settings.ISSUER,
        "aud": rp.row.client_id,
        "azp": rp.row.client_id,
        "sub": person.user_id,
        "uid": person.user_id,
        "sid": str(here.session_row.pk),
        "auth_time": int(made.at.timestamp()),
        "nonce": "n",
        "acr": "AAL2_ANY",
        "amr": [made.amr],
        "authentication_assurance_level": "2",
        "id_assurance_level": "3",
        "idassurancelevel": "3",
        "selected_roleid": "555021935107",
    }


def test_what_was_not_asked_is_not_in_the_id_token(rp, given):
    claims = id_claims(redeem(rp, given(rp, nonce=None)).id_token, rp)
    assert not {"nonce", "selected_roleid"} & set(claims)


def test_a_client_that_registers_another_algorithm_gets_its_id_token_so(relying, given):
    rp = relying(id_token_signed_response_alg="ES256")
    token = redeem(rp, given(rp)).id_token
    assert jwt.get_unverified_header(token)["alg"] == "ES256"
    assert id_claims(token, rp)["aud"] == rp.row.client_id


def test_neither_a_code_nor_a_token_stands_in_the_database(rp, given):
    code = given(rp)
    token = redeem(rp, code).access_token
    assert len(code) == len(token) == 43
    rows = json.dumps([list(map(str, row)) for model in (Code, Token, Event) for row in model.objects.values_list()])
    assert code not in rows
    assert token not in rows


def test_a_code_that_comes_again_is_refused_and_ends_what_it_gave_and_tells_once(rp, given, caplog):
    code = given(rp)
    token = redeem(rp, code).access_token
    assert [refused(rp, code), refused(rp, code)] == ["invalid_grant"] * 2
    assert access.found(token) is None
    [event] = Event.objects.filter(name="code.replayed")
    assert (event.outcome, event.details) == ("refused", {"client": rp.row.client_id})
    assert [record.levelname for record in caplog.records if record.name == "provider.codes"] == ["ERROR"]
    assert code not in caplog.text


def test_a_used_code_ends_what_it_gave_though_another_client_sends_it(rp, relying, given):
    code = given(rp)
    token = redeem(rp, code).access_token
    assert refused(relying(), code) == "invalid_grant"
    assert access.found(token) is None


def test_another_clients_try_gives_nothing_and_leaves_the_code_to_whom_it_was_given(rp, relying, given):
    code, other = given(rp), relying()
    assert refused(other, code, redirect_uri=rp.redirect_uri) == "invalid_grant"
    assert Token.objects.count() == 0
    assert redeem(rp, code).access_token


@pytest.mark.parametrize(
    "wrong",
    [
        {"verifier": "w" * 43},
        {"verifier": ""},
        {"verifier": "short"},
        {"verifier": "é\0"},
        {"redirect_uri": "https://other.example/"},
        {"redirect_uri": ""},
        {"redirect_uri": "\0"},
    ],
)
def test_a_wrong_verifier_or_address_uses_the_code_up(rp, given, wrong):
    code = given(rp)
    assert refused(rp, code, **wrong) == "invalid_grant"
    assert refused(rp, code) == "invalid_grant"
    assert not Token.objects.exists()
    assert not Event.objects.filter(name="code.replayed").exists()  # nothing had come of it


def test_a_verifier_without_a_challenge_is_refused(relying, given):
    rp = relying(needs_pkce=False)
    assert refused(rp, given(rp, code_challenge="")) == "invalid_grant"
    assert redeem(rp, given(rp, code_challenge=""), verifier="").access_token


@pytest.mark.parametrize("code", ["", "x", "é" * 50, "\0", "\ud800", "a" * 90_000])
def test_what_is_no_code_is_refused(rp, code):
    assert refused(rp, code) == "invalid_grant"


def test_a_code_is_good_for_a_minute_and_its_token_for_ten(rp, given):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        code, late = given(rp), given(rp)
        clock.shift(59)
        token = redeem(rp, code).access_token
        clock.shift(1)
        assert refused(rp, late) == "invalid_grant"
        clock.shift(598)
        assert access.found(token)
        clock.shift(1)
        assert access.found(token) is None


def ended(reason):
    def end(session, one):
        sessions.end(session=session, by="person", reason=reason)

    return end


def report(session, one):
    type(session.profile).objects.filter(pk=session.profile_id).update(reported_at=timezone.now())


def close(session, one):
    changed = {"state": "closed", "closed_reason": "leaver"}
    type(session.profile).objects.filter(pk=session.profile_id).update(**changed)


def stop_and_start(session, one):
    actions.suspend(authenticator=one, by="admin:1", reason="lost")
    actions.reinstate(authenticator=one, by="admin:1", reason="found")


OVER = {
    "revoked": lambda session, one: actions.revoke(authenticator=one, by="person", reason="lost"),
    "suspended": lambda session, one: actions.suspend(authenticator=one, by="admin:1", reason="lost"),
    "suspended and reinstated": stop_and_start,
    "reported": report,
    "closed": close,
    "signed out": ended("signed_out"),
    "another person": ended("another_person"),
}


@pytest.mark.parametrize("how", OVER)
def test_codes_tokens_and_introspection_are_dead_at_the_next_request_after_the_sign_in_is_over(rp, given, here, how):
    code, token = given(rp), redeem(rp, given(rp)).access_token
    assert access.introspection(client=rp.row, token=token)["active"]
    OVER[how](here.session_row, here.one)
    assert refused(rp, code) == "invalid_grant"
    assert access.found(token) is None
    assert access.introspection(client=rp.row, token=token) == {"active": False}


def test_a_session_that_stands_idle_ends_no_code_and_no_token(rp, given, here):
    code, token = given(rp), redeem(rp, given(rp)).access_token
    ended("idle")(here.session_row, here.one)
    assert access.found(token)
    assert redeem(rp, code).access_token


def test_after_twelve_hours_a_code_is_dead_whatever_its_own_minute_says(rp, given, here):
    made = here.session_row.newest
    made.at = timezone.now() - timedelta(hours=12) + timedelta(seconds=30)
    made.save()
    code, token = given(rp), redeem(rp, given(rp)).access_token
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert refused(rp, code) == "invalid_grant"
        assert access.found(token) is None


def test_a_client_that_is_switched_off_has_no_token(rp, given):
    token = redeem(rp, given(rp)).access_token
    rp.row.is_on = False
    rp.row.save()
    assert access.found(token) is None


def test_whoever_redeems_a_code_is_to_hear_when_that_session_is_over(rp, relying, given, here, person):
    other, made = relying(), here.session_row.newest
    for one in (rp, rp, other):
        redeem(one, given(one))
    rows = Logout.objects.order_by("made_at")
    assert [(row.client, row.session_id, row.profile, row.state) for row in rows] == [
        (one.row, here.session_row.pk, person, "listening") for one in (rp, other)
    ]
    assert {row.over_at for row in rows} == {made.at + timedelta(hours=12)}


def test_a_newer_sign_in_puts_the_end_off_and_an_older_one_does_not_bring_it_nearer(rp, given, here, person, signed_in):
    older = here.session_row.newest
    first, last = given(rp), given(rp)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        newer = signed_in(person, here, one=here.one).session_row.newest
        redeem(rp, given(rp, sign_in=newer))
    redeem(rp, first)
    redeem(rp, last)
    assert newer.session_id == older.session_id
    assert Logout.objects.get().over_at == newer.at + timedelta(hours=12)


def test_redeeming_takes_two_statements(rp, given):
    code = given(rp)
    redeem(rp, given(rp))
    with CaptureQueriesContext(connection) as asked:
        redeem(rp, code)
    assert len(asked) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_an_answer_and_it_is_dead_since_the_other_came_too(rp, given):
    code, answers = given(rp), []

    def one():
        try:
            answers.append(redeem(rp, code).access_token)
        except Refused as no:
            answers.append(no.reason)

    at_once([one] * 2, held=Code.objects.all())
    assert answers.count("invalid_grant") == 1
    [token] = [one for one in answers if one != "invalid_grant"]
    assert access.found(token) is None
    assert Token.objects.count() == 1


def test_of_a_clients_token_another_client_learns_nothing_and_ends_nothing(rp, relying, given):
    token, other = redeem(rp, given(rp)).access_token, relying()
    assert access.introspection(client=other.row, token=token) == {"active": False}
    access.revoke(client=other.row, token=token)
    assert access.found(token)
    access.revoke(client=rp.row, token=token)
    assert access.found(token) is None


def test_a_code_of_a_session_whose_row_is_gone_is_dead(rp, given, here):
    code = given(rp)
    Session.objects.filter(pk=here.session_row.pk).delete()
    assert refused(rp, code) == "invalid_grant"
    assert refused(rp, str(uuid4())) == "invalid_grant"
