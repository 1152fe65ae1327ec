"""What an authorization request may hold: no fault of it is told to an address that is not the client's."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider import pkce, requests
from provider.requests import Asked, Error, NoRedirect

BACK = "https://service.example.nhs.uk/back?tenant=7&x="
CHALLENGE = pkce.of("v" * 43)


@dataclass
class Registered:
    redirect_uris: list = field(default_factory=lambda: [BACK, "https://service.example.nhs.uk/other"])
    scopes: list = field(default_factory=lambda: ["openid", "profile", "selectedrole"])
    needs_pkce: bool = False
    token_endpoint_auth_method: str = "client_secret_post"


CLIENTS = {
    "one": Registered(),
    "held to it": Registered(needs_pkce=True),
    "public": Registered(token_endpoint_auth_method="none"),
}
USUAL = {"client_id": "one", "redirect_uri": BACK, "response_type": "code", "scope": "openid"}


def read(*more, **fields):
    pairs = {name: value for name, value in (USUAL | fields).items() if value is not None}
    return requests.read([*pairs.items(), *more], CLIENTS.get)


def error(*more, **fields):
    with pytest.raises(Error) as no:
        read(*more, **fields)
    assert no.value.redirect_uri == fields.get("redirect_uri", BACK)
    return no.value.error


def page(*more, **fields):
    with pytest.raises(NoRedirect) as no:
        read(*more, **fields)
    return no.value.reason


def test_a_plain_request_asks_for_what_it_says():
    assert read() == Asked(client_id="one", redirect_uri=BACK)


def test_parameters_and_scopes_may_come_in_any_order():
    asked = requests.read(list(reversed((USUAL | {"scope": "profile openid"}).items())), CLIENTS.get)
    assert asked.scopes == ("profile", "openid")


@pytest.mark.parametrize("client_id", [None, "", "two", "ONE", "one ", "one\0", "x" * 121, "\ufffd"])
def test_a_client_that_is_not_known_gets_a_page(client_id):
    assert page(client_id=client_id) == "client"


def test_a_client_id_or_a_redirect_address_that_is_given_twice_gets_a_page():
    assert page(("client_id", "one")) == "client"
    assert page(("redirect_uri", BACK)) == "redirect"


@pytest.mark.parametrize(
    "address",
    [
        None, "", "https://service.example.nhs.uk/back", BACK + "1", BACK.upper(), BACK + "#x", BACK + "\0", BACK + "/", "https://SERVICE.example.nhs.uk/back?tenant=7&x=",
        "https://service.example.nhs.uk:443/back?tenant=7&x=", "https://service.example.nhs.uk@evil.example/", "//evil.example", "javascript:alert(1)", BACK + " ", "https://service.example.nhs.uk/./back?tenant=7&x=",
    ],
)  # fmt: skip
def test_a_redirect_address_is_the_clients_byte_for_byte_or_gets_a_page(address):
    assert page(redirect_uri=address) == "redirect"


def test_what_else_is_wrong_is_not_told_to_an_address_that_is_not_the_clients():
    assert page(redirect_uri="https://evil.example/", response_type=None, state="x" * 3_000) == "redirect"


@pytest.mark.parametrize("name", sorted(requests.KNOWN))
def test_a_parameter_that_is_given_twice_is_refused(name):
    first = () if name in USUAL else ((name, "a"),)
    assert error(*first, (name, "b")) == "invalid_request"


def test_one_that_is_given_twice_is_refused_though_one_of_them_is_empty():
    assert error(("state", ""), ("state", "a")) == "invalid_request"


def test_a_state_that_is_given_twice_is_not_told():
    with pytest.raises(Error) as no:
        read(("state", "a"), ("state", "b"))
    assert no.value.state is None


def test_what_is_not_known_is_ignored_and_so_is_what_is_empty():
    asked = read(
        ("foo", "1"),
        ("foo", "2"),
        ("resource", "\0"),
        display="popup",
        ui_locales="cy en",
        claims="{",
        claims_locales="",
        nonce="",
        request="",
    )
    assert asked == Asked(client_id="one", redirect_uri=BACK)


@pytest.mark.parametrize("value", ["x" * 2_048, "a+b/c=&d%20é\n\r\t\"'<>;# ?", "漢" * 500, " ", "%00"])
def test_a_state_stands_as_it_came_and_goes_back_so(value):
    asked = read(state=value)
    assert asked.state == value
    told = requests.address(asked.redirect_uri, code="c", state=asked.state)
    assert parse_qs(urlsplit(told).query)["state"] == [value]
    assert told.isascii()
    assert told.isprintable()


def test_a_state_that_is_too_long_is_refused_and_not_told():
    with pytest.raises(Error) as no:
        read(state="x" * 2_049)
    assert (no.value.error, no.value.state) == ("invalid_request", None)


@pytest.mark.parametrize("name", ["state", "nonce", "login_hint", "acr_values", "id_token_hint", "display"])
@pytest.mark.parametrize("odd", ["\0", "\ufffd", chr(0xDC80)])
def test_what_is_not_text_is_refused(name, odd):
    assert error(**{name: f"a{odd}"}) == "invalid_request"


def test_every_fault_is_told_with_its_state():
    with pytest.raises(Error) as no:
        read(response_type="token", state="as it came")
    assert no.value.state == "as it came"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "CODE"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"request": "e30"}, "request_not_supported"),
        ({"request_uri": "https://x.example/"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "OpenID"}, "invalid_scope"),
        ({"scope": "xopenid"}, "invalid_scope"),
        ({"nonce": "x" * 2_049}, "invalid_request"),
    ],
)
def test_each_fault_has_its_name(fields, told):
    assert error(**fields) == told


def test_response_mode_query_is_the_one_there_is():
    assert read(response_mode="query")


def test_scopes_that_are_not_known_or_that_the_client_has_not_are_left_out():
    assert read(scope="openid email profile  profile memberships").scopes == ("openid", "profile")


@pytest.mark.parametrize(
    "prompt", ["none login", "login none", "login login", "none none", "consent", "create", "Login", "none\tlogin"]
)
def test_prompt_with_a_word_that_is_not_known_or_twice_or_none_with_another_is_refused(prompt):
    assert error(prompt=prompt) == "invalid_request"


def test_prompt_asks_for_no_page_or_for_a_sign_in_anew():
    assert read(prompt="none").is_silent
    assert read(prompt="login").is_anew
    assert read(prompt="select_account login").is_anew
    assert not read().is_anew


@pytest.mark.parametrize("age", ["-1", "+1", "1.0", "x", " 1", "1e3", "٣", "0x1", "9" * 19, "1_000"])
def test_max_age_is_plain_digits(age):
    assert error(max_age=age) == "invalid_request"


def test_max_age_may_be_none_at_all():
    assert read(max_age="0").max_age == 0
    assert read().max_age is None


@pytest.mark.parametrize("client_id", ["held to it", "public"])
def test_pkce_is_asked_of_who_is_held_to_it_and_of_every_public_client(client_id):
    assert error(client_id=client_id) == "invalid_request"
    asked = read(client_id=client_id, code_challenge=CHALLENGE, code_challenge_method="S256")
    assert asked.code_challenge == CHALLENGE


@pytest.mark.parametrize(
    "fields",
    [
        {"code_challenge": CHALLENGE},  # whose method is plain then (RFC 7636, 4.3)
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "s256"},
        {"code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE[:-1], "code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE + "A", "code_challenge_method": "S256"},
        {"code_challenge": "+" * 43, "code_challenge_method": "S256"},
        {"code_challenge": "é" * 43, "code_challenge_method": "S256"},
    ],
)
def test_a_challenge_that_is_no_challenge_of_s256_is_refused_of_anybody(fields):
    assert error(**fields) == "invalid_request"


def test_a_request_stands_the_same_after_it_was_kept():
    asked = read(state="s", nonce="n", prompt="login", max_age="5", acr_values="a b", login_hint="x", id_token_hint="h")
    assert Asked.of(asked.kept()) == asked


def test_what_is_told_stands_after_the_query_that_is_registered():
    assert requests.address(BACK, code="c") == f"{BACK}&code=c"
    assert requests.address("https://a.example/?", code="c") == "https://a.example/?code=c"
    assert requests.address("https://a.example/", code="c", state=None) == "https://a.example/?code=c"


TEXT = st.text(max_size=60)
NAMES = st.sampled_from([*sorted(requests.KNOWN), "client_id", "redirect_uri"]) | TEXT


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(NAMES, st.sampled_from(["one", BACK, "code", "openid", "none"]) | TEXT), max_size=12))
def test_whatever_comes_is_read_or_refused(pairs):
    told = outcome(pairs)
    assert told is None or told.startswith(tuple(CLIENTS["one"].redirect_uris))


def outcome(pairs):
    """Where the answer would go to; None where it is a page."""
    try:
        return requests.address(requests.read(pairs, CLIENTS.get).redirect_uri, code="c")
    except NoRedirect:
        return None
    except Error as no:
        return requests.address(no.redirect_uri, error=no.error, state=no.state)
