"""A software passkey answers the view's own challenge: each refusal one test."""

import html
import json
import re
from datetime import timedelta
from functools import partial

import cbor2
import pytest
import time_machine
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.passkey import keys
from authenticators.passkey.kind import KIND
from careid.trail.models import Event
from tests.authenticators.passkey import fake as passkey
from tests.threads import together
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
ADD, CREATE = "/authenticators/passkey/", "/authenticators/passkey/create/"
ORIGIN = "http://localhost"
UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80


@pytest.fixture
def at_create(visitor, person):
    """A visitor on the page of the ceremony."""
    return reach(visitor, person)


def reach(visitor, person, place="this_device"):
    visitor.verify(person)
    assert visitor.client.post(ADD, {"place": place, "sole_access": "on"}).url == CREATE
    return visitor


def options(visitor):
    page = visitor.client.get(CREATE).content.decode()
    return json.loads(html.unescape(re.search(r'id="passkey-options">(.*?)</script>', page, re.DOTALL).group(1)))


def post(visitor, credential, **more):
    return visitor.client.post(CREATE, {"credential": credential, "error": "", "elapsed_ms": "3000"} | more)


def answer(visitor, **wrong):
    return post(visitor, passkey.create(options(visitor), **({"origin": ORIGIN} | wrong)))


def assert_refused(response, reason, private=""):
    assert response.url == f"{ADD}problem/{reason}/"
    page = response.client.get(response.url)
    assert (page.status_code, f'data-reason="{reason}"' in page.content.decode()) == (422, True)
    assert not Authenticator.objects.exists()
    told = Event.objects.filter(name="ceremony.rejected")
    assert not private or told.latest("sequence").reason == private


def test_the_options_ask_for_what_we_need(at_create, person):
    asked = options(at_create)
    assert asked["rp"] == {"name": "Care Identity", "id": "localhost"}
    assert [one["alg"] for one in asked["pubKeyCredParams"]] == [-7, -8, -257]
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["attestation"] == "none"
    assert asked["timeout"] == 300_000
    assert passkey.unb64(asked["user"]["id"]) == bytes(person.user_handle)
    assert len(passkey.unb64(asked["challenge"])) == 32


@pytest.mark.parametrize(
    ("place", "attachment", "hints"),
    [("this_device", "platform", ["client-device"]), ("phone", "cross-platform", ["hybrid"]),
     ("security_key", "cross-platform", ["security-key"]), ("any", None, [])],
)  # fmt: skip
def test_the_place_becomes_hints_and_attachment(place, attachment, hints, visitor, person):
    asked = options(reach(visitor, person, place))
    assert asked["authenticatorSelection"].get("authenticatorAttachment") == attachment
    assert asked.get("hints", []) == hints


def test_a_passkey_is_added(at_create, person):
    response = answer(at_create, flags=UP | UV | BE | BS | AT, transports=["internal", "hybrid", "<b>"])
    one = Authenticator.objects.get()
    assert response.url == f"/authenticators/{one.pk}/done/"
    assert (one.kind, one.profile_id) == ("passkey", person.pk)
    assert one.details == {
        "place": "this_device", "landed": "this_device", "aaguid": "00000000-0000-0000-0000-000000000000", "transports": ["hybrid", "internal"],
        "attachment": "platform", "algorithm": -7, "backup_eligible": True, "backed_up": True, "rp_id": "localhost",
    }  # fmt: skip
    assert set(one.material) == {"public_key", "sign_count", "rp_id"}
    page = at_create.client.get(response.url).content.decode()
    assert "Passkey added" in page
    assert "It is not where you said" not in page


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
@pytest.mark.parametrize("fmt", ["none", "packed"])
def test_each_algorithm_passes_with_no_attestation_and_with_its_own(algorithm, fmt, at_create):
    assert answer(at_create, algorithm=algorithm, fmt=fmt).status_code == 302


REFUSALS = {
    "user not present": ({"flags": UV | AT}, "user_presence"),
    "user not verified": ({"flags": UP | AT}, "user_verification"),
    "backed up but not eligible": ({"flags": UP | UV | BS | AT}, "backup_flags"),
    "no credential data": ({"flags": UP | UV}, "malformed"),
    "another type": ({"client": {"type": "webauthn.get"}}, "type"),
    "another challenge": ({"client": {"challenge": passkey.b64(bytes(32))}}, "challenge"),
    "a challenge that is no text": ({"client": {"challenge": 7}}, "challenge"),
    "a challenge that is no character": ({"client": {"challenge": "\ud800"}}, "challenge"),
    "another origin": ({"origin": "http://localhost.evil.example"}, "origin"),
    "an origin with a port": ({"origin": "http://localhost:81"}, "origin"),
    "a frame of another origin": ({"client": {"crossOrigin": True}}, "cross_origin"),
    "crossOrigin that is no truth value": ({"client": {"crossOrigin": 0}}, "cross_origin"),
    "a top origin": ({"client": {"topOrigin": ORIGIN}}, "cross_origin"),
    "no type": ({"client": {"type": ...}}, "malformed"),
    "another RP ID": ({"rp_id": "evil.example"}, "rp_id"),
    "bytes behind the attestation": ({"behind": b"\x00"}, "malformed"),
    "bytes behind the authenticator data": ({"auth_behind": b"\x00"}, "attestation"),
    "a short credential id": ({"credential_id": bytes(15)}, "credential_id"),
    "a long credential id": ({"credential_id": bytes(1024)}, "credential_id"),
    "an unknown attestation": ({"fmt": "made-up"}, "attestation"),
    "another id than raw id": ({"whole": {"id": passkey.b64(bytes(32))}}, "malformed"),
    "another type of credential": ({"whole": {"type": "password"}}, "malformed"),
    "padding in the id": ({"whole": {"id": "AAAA" * 8 + "AA==", "rawId": "AAAA" * 8 + "AA=="}}, "malformed"),
    "no response": ({"whole": {"response": None}}, "malformed"),
    "a response of lists": ({"whole": {"response": {"clientDataJSON": [], "attestationObject": []}}}, "malformed"),
    "a statement beside no attestation": ({"statement": {"alg": -7}}, "attestation"),
    "a statement that is no map": ({"statement": []}, "attestation"),
    "a certificate": ({"fmt": "packed", "statement": {"alg": -7, "sig": b"x", "x5c": [b"x"]}}, "attestation"),
    "no certificates": ({"fmt": "packed", "statement": {"alg": -7, "sig": b"x", "x5c": []}}, "attestation"),
    "an attestation of a sort that nobody asked for": ({"fmt": "apple", "statement": {"x5c": [b"x"]}}, "attestation"),
    "an attachment that is no text": ({"attachment": []}, "malformed"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_must_be_refused_is_refused(case, at_create):
    wrong, private = REFUSALS[case]
    assert_refused(answer(at_create, **wrong), "verification_failed", private)


RSA_SMALL = passkey.new_key(passkey.RS256, 1024)
GOOD = passkey.new_key()[1]
GOOD_ED = passkey.new_key(passkey.EDDSA)[1]
GOOD_RSA = passkey.new_key(passkey.RS256)[1]
BAD_KEYS = {
    "a point off the curve": {**GOOD, -3: bytes(31) + b"\x01"},
    "a short coordinate": {**GOOD, -2: bytes(31)},
    "another curve": {**GOOD, -1: 2},
    "another type": {**GOOD, 1: 3},
    "a label more": {**GOOD, 4: 1},
    "a label fewer": {label: value for label, value in GOOD.items() if label != -3},
    "text for bytes": {**GOOD, -2: "x" * 32},
    "an algorithm not offered": {**GOOD, 3: -35},
    "an algorithm that is no number": {**GOOD, 3: "ES256"},
    "a 1024 bit modulus": RSA_SMALL[1],
    "an even modulus": {**GOOD_RSA, -1: GOOD_RSA[-1][:-1] + b"\x00"},
    "a modulus of 16384 bits": {**GOOD_RSA, -1: b"\xff" * 2048},
    "a modulus of 200000 bits": {**GOOD_RSA, -1: b"\xff" * 25_000},
    "an exponent that OpenSSL refuses with a long modulus": {**GOOD_RSA, -2: b"\x01" + bytes(8) + b"\x01"},
    "exponent 3": {**GOOD_RSA, -2: b"\x03"},
    "an even exponent": {**GOOD_RSA, -2: b"\x01\x00\x02"},
    "the neutral point": {**GOOD_ED, -2: b"\x01" + bytes(31)},
    "a point of order 2": {**GOOD_ED, -2: (keys.P - 1).to_bytes(32, "little")},
    "a point of order 4": {**GOOD_ED, -2: bytes(32)},
    "a point of order 8": {**GOOD_ED, -2: bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")},
    "the other of order 8": {**GOOD_ED, -2: bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")},
    "beyond the field": {**GOOD_ED, -2: (keys.P + 1).to_bytes(32, "little")},
    "a label twice": b"\xa6" + cbor2.dumps(GOOD)[1:] + cbor2.dumps(3) + cbor2.dumps(-7),
    "no map": cbor2.dumps([1, 2]),
    "an uncompressed point": b"\x04" + bytes(64),
    "nothing": b"",
    "not CBOR": b"\xff",
    "true for one": b"\xa5\xf5\x02" + cbor2.dumps(GOOD)[3:],
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_KEYS)
def test_a_bad_key_is_refused(case, at_create):
    bad = BAD_KEYS[case]
    response = post(at_create, passkey.create(options(at_create), origin=ORIGIN, cose=bad))
    assert_refused(response, "verification_failed", "key")


@pytest.mark.parametrize(
    "rubbish", ["", "{", "[]", "null", '"x"', "7", "{}", "[" * 50_000, "x" * 60_000, '{"id": 1}', "\x00", "\u202e"]
)
def test_rubbish_is_refused(rubbish, at_create):
    response = post(at_create, rubbish)
    assert response.url.startswith(f"{ADD}problem/")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("place", ["cut", "flip"])
def test_a_damaged_attestation_is_refused_wherever_it_is_damaged(place, at_create):
    for where in range(0, 160, 13):
        credential = json.loads(passkey.create(options(at_create), origin=ORIGIN))
        data = bytearray(passkey.unb64(credential["response"]["attestationObject"]))
        damaged = (
            bytes(data[: max(1, where)])
            if place == "cut"
            else bytes([*data[:where], data[where] ^ 0x80, *data[where + 1 :]])
        )
        credential["response"]["attestationObject"] = passkey.b64(damaged)
        response = post(at_create, json.dumps(credential))
        if not response.url.startswith(f"{ADD}problem/"):
            assert place == "flip"  # within the AAGUID or the credential id, which nothing protects without attestation
            return
        at_create.client.post(ADD, {"place": "any", "sole_access": "on"})
        if Event.objects.filter(name="limit.reached").exists():
            return


def test_a_packed_attestation_with_another_signature_is_refused(at_create):
    _, cose = passkey.new_key()
    other, _ = passkey.new_key()
    assert_refused(answer(at_create, fmt="packed", key=(other, cose)), "verification_failed", "attestation")


def test_a_challenge_is_shown_again_and_works_once(at_create):
    first = options(at_create)
    assert options(at_create) == first
    bad = passkey.create(first, origin="http://evil.example")
    good = passkey.create(first, origin=ORIGIN)
    post(at_create, bad)
    assert_refused(post(at_create, good), "challenge_expired")


def test_a_challenge_ends_after_five_minutes(at_create):
    made = passkey.create(options(at_create), origin=ORIGIN)
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1), tick=True):
        assert_refused(post(at_create, made), "challenge_expired")
        assert at_create.client.get(CREATE).url == f"{ADD}problem/challenge_expired/"


def test_a_newer_challenge_voids_the_older(at_create):
    made = passkey.create(options(at_create), origin=ORIGIN)
    at_create.client.post(ADD, {"place": "phone", "sole_access": "on"})
    assert_refused(post(at_create, made), "verification_failed", "challenge")


def test_another_attempts_challenge_is_refused(at_create, make_person):
    other = reach(Visitor(), make_person())
    made = passkey.create(options(other), origin=ORIGIN)
    assert_refused(post(at_create, made), "verification_failed", "challenge")


def test_a_credential_that_is_known_anywhere_is_refused(at_create, make_person):
    known = bytes(range(32))
    other = reach(Visitor(), make_person())
    assert answer(other, credential_id=known).status_code == 302
    Authenticator.objects.update(state="revoked", state_reason="lost")
    response = answer(at_create, credential_id=known)
    assert response.url == f"{ADD}problem/already_registered/"
    for page in (
        response.url,
        f"{ADD}problem/verification_failed/",
        f"{ADD}problem/limit/",
    ):  # by a stranger's link too
        told = at_create.client.get(page).content.decode()
        assert "data-credential-id" not in told  # it may be the one on file
        assert "It does not work" not in told
    assert Authenticator.objects.count() == 1


def test_live_passkeys_are_excluded_with_their_transports(person):
    first = reach(Visitor(), person)
    answer(first, credential_id=bytes(32), transports=["usb", "nfc"], attachment="cross-platform")
    second = Visitor()
    second.verify(person)
    second.client.post(ADD, {"place": "any", "sole_access": "on"})
    assert options(second)["excludeCredentials"] == [
        {"id": passkey.b64(bytes(32)), "type": "public-key", "transports": ["nfc", "usb"]}
    ]


def test_the_limit_is_checked_before_the_options(visitor, person):
    for serial in range(10):
        Authenticator.objects.create(
            profile=person,
            kind="passkey",
            external_id=str(serial),
            material={},
            details={"rp_id": "localhost"},
            added_by="person",
        )
    visitor.verify(person)
    response = visitor.client.post(ADD, {"place": "any", "sole_access": "on"})
    assert response.status_code == 403
    assert 'data-reason="limit"' in response.content.decode()


def test_options_are_limited_to_ten_in_a_quarter_of_an_hour(visitor, person):
    visitor.verify(person)
    statuses = [visitor.client.post(ADD, {"place": "any", "sole_access": "on"}).status_code for _ in range(11)]
    assert statuses == [302] * 10 + [429]


ERRORS = {
    "no_javascript": "no_javascript", "unsupported": "unsupported", "InvalidStateError": "already_registered", "SecurityError": "wrong_address",
    "NotAllowedError": "cancelled", "AbortError": "cancelled", "ConstraintError": "no_screen_lock", "NotSupportedError": "no_key_type",
    "TypeError": "bad_options", "MadeUpError": "unknown", "<script>": "unknown", "": "unknown",
}  # fmt: skip


@pytest.mark.parametrize("error", ERRORS)
def test_each_reason_has_its_page_its_event_and_leaves_the_challenge(error, at_create):
    before = options(at_create)
    assert_refused(post(at_create, "", error=error), ERRORS[error], ERRORS[error])
    assert options(at_create) == before


@pytest.mark.parametrize(
    ("elapsed", "reason"),
    [("0", "refused_at_once"), ("999", "refused_at_once"), ("1000", "cancelled"), ("", "cancelled")],
)
def test_a_no_within_a_second_came_from_the_browser(elapsed, reason, at_create):
    assert_refused(post(at_create, "", error="NotAllowedError", elapsed_ms=elapsed), reason)


@pytest.mark.parametrize("elapsed", ["-1", "x", "9" * 5000, "1e9", "\u0661"])
def test_a_time_that_is_none_is_no_500(elapsed, at_create):
    assert post(at_create, "", error="NotAllowedError", elapsed_ms=elapsed).url.startswith(f"{ADD}problem/")


@pytest.mark.parametrize(
    ("place", "transports", "attachment", "told"),
    [("phone", ["internal"], "platform", True), ("this_device", ["hybrid"], "cross-platform", True), ("security_key", ["usb"], "cross-platform", False),
     ("phone", ["hybrid", "internal"], "cross-platform", False), ("any", ["usb"], "cross-platform", False), ("this_device", [], "cross-platform", False)],
)  # fmt: skip
def test_one_that_landed_elsewhere_is_told_so(place, transports, attachment, told, visitor, person):
    done = answer(reach(visitor, person, place), transports=transports, attachment=attachment).url
    assert ("It is not where you said" in visitor.client.get(done).content.decode()) == told


def test_a_failed_save_is_told_to_the_browser(at_create):
    page = at_create.client.get(answer(at_create, flags=UP | AT, credential_id=bytes(32)).url).content.decode()
    assert f'data-credential-id="{passkey.b64(bytes(32))}"' in page
    assert "It does not work. Delete it there" in page


def test_one_that_was_made_when_the_profile_has_enough_is_told_to_the_browser_too(at_create, person):
    made = passkey.create(options(at_create), origin=ORIGIN, credential_id=bytes(32))
    for number in range(KIND.most):
        Authenticator.objects.create(
            profile=person, kind="passkey", external_id=str(number), material={}, added_by="person"
        )
    told = post(at_create, made)
    assert told.url == f"{ADD}problem/limit/"
    assert f'data-credential-id="{passkey.b64(bytes(32))}"' in at_create.client.get(told.url).content.decode()


@pytest.mark.parametrize("attachment", ["hybrid", "both", None])
def test_a_word_for_how_it_is_attached_that_nobody_knows_is_ignored(attachment, at_create):
    assert answer(at_create, attachment=attachment).url.endswith("/done/")
    assert Authenticator.objects.get().details["attachment"] == ""


def test_nothing_that_is_on_file_ends_the_options_on_the_page(at_create, person):
    person.email = '"</script><h1>&"@x.example'
    person.save()
    page = at_create.client.get(CREATE).content.decode()
    assert "</script><h1>" not in page
    assert (
        json.loads(re.search(r'id="passkey-options">(.*?)</script>', page, re.DOTALL)[1])["user"]["name"]
        == person.email
    )


def test_an_unknown_reason_has_no_page(at_create):
    assert at_create.client.get(f"{ADD}problem/made-up/").status_code == 404


def test_names_come_from_the_data_file(at_create):
    answer(at_create, aaguid=bytes.fromhex("ea9b8d664d011d213ce4b6b48cb575d4"))
    assert str(Authenticator.objects.get()) == "Google Password Manager"
    Authenticator.objects.update(details={"aaguid": "00000000-0000-0000-0000-000000000000"})
    assert str(Authenticator.objects.get()) == "Passkey"


class TestTheHost:
    def check(self):
        from authenticators.passkey.checks import stranded

        return stranded(databases=["default"])

    def test_a_change_that_would_strand_passkeys_is_refused_unless_meant(self, at_create, settings):
        answer(at_create)
        assert self.check() == []
        settings.RP_ID = "elsewhere.example"
        assert "CAREID_ORIGIN" in self.check()[0].msg
        settings.ALLOW_RP_ID_CHANGE = True
        assert self.check() == []

    def test_a_command_that_knows_no_host_is_not_refused_for_one(self, at_create, settings):
        answer(at_create)
        settings.ORIGIN = settings.RP_ID = ""
        assert self.check() == []

    def test_related_origins_are_published_where_set(self, client, settings):
        assert client.get("/.well-known/webauthn").status_code == 404
        settings.RELATED_ORIGINS = ["https://other.example"]
        assert client.get("/.well-known/webauthn").json() == {"origins": ["http://localhost", "https://other.example"]}

    def test_the_host_of_the_request_decides_nothing(self, at_create):
        page = at_create.client.get(CREATE, headers={"host": "127.0.0.1"}).content.decode()
        assert '"id": "localhost"' in page


@pytest.mark.django_db(transaction=True)
def test_the_same_credential_sent_ten_times_at_once_is_stored_once(visitor, person):
    reach(visitor, person)
    made = passkey.create(options(visitor), origin=ORIGIN)
    cookie = visitor.client.cookies["careid"].value

    def press():
        other = Visitor()
        other.client.cookies["careid"] = cookie
        return post(other, made).status_code

    assert set(together([press] * 10)) == {302}
    assert Authenticator.objects.count() == 1
    assert Event.objects.filter(name="authenticator.added").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_credential_by_two_people_at_once_is_one_persons(make_person):
    visitors = [reach(Visitor(), make_person()) for _ in range(2)]
    made = [passkey.create(options(visitor), origin=ORIGIN, credential_id=bytes(32)) for visitor in visitors]

    def press(which):
        return post(visitors[which], made[which]).status_code

    assert min(together([partial(press, which) for which in range(2)])) == 302
    assert Authenticator.objects.count() == 1


@pytest.mark.parametrize(
    ("amr", "good"), [("PASSKEY", True), ("pop hwk", False), ("", False), ("x" * 41, False), ("x\n", False)]
)
def test_what_services_are_told_of_a_passkey_is_one_word_that_a_row_can_keep(amr, good, settings):
    from authenticators.passkey.checks import unsayable

    settings.PASSKEY_AMR = amr
    assert (unsayable() == []) is good
