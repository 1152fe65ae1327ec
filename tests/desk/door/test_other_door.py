"""The desk's passkeys and people's are of one site: neither opens the other's door, and no browser forgets one for it."""

import pytest

from authenticators.models import Authenticator
from authenticators.passkey import elsewhere
from desk.door.models import Passkey
from tests.authenticators.passkey import fake, way
from tests.desk.door.test_passkeys import half, told

__all__ = ("half",)
ADD, CREATE, REFUSED = "/authenticators/passkey/", "/authenticators/passkey/create/", "/sign-in/refused/"


def test_a_person_s_door_can_ask_whether_one_is_live_here(half):
    named = fake.b64(half.credential_id)
    assert elsewhere.is_live(named)
    assert not elsewhere.is_live(fake.b64(bytes(32)))
    Passkey.objects.update(confirmed=False)
    assert not elsewhere.is_live(named)


def test_one_of_the_desk_signs_no_person_in_and_is_not_forgotten(half, visitor, person):
    one = way.stored(person)
    sent = way.sign_in(visitor, one, key=half.key, credential_id=half.credential_id, user_handle=half.handle)
    assert sent.url == REFUSED
    page = visitor.client.get(REFUSED).content.decode()
    assert 'data-reason="unknown_passkey"' in page
    assert "data-credential-id" not in page


def test_one_of_the_desk_is_not_added_by_a_person_and_is_not_forgotten(half, visitor, person):
    visitor.verify(person)
    visitor.client.post(ADD, {"place": "any", "sole_access": "on"})
    asked = way.options(visitor.client.get(CREATE).content.decode())
    made = fake.create(asked, origin=way.ORIGIN, credential_id=half.credential_id)
    sent = visitor.client.post(CREATE, way.posted(made))
    assert sent.url == f"{ADD}problem/already_registered/"
    assert "data-credential-id" not in visitor.client.get(sent.url).content.decode()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("state", ["active", "revoked"])
def test_one_of_a_person_opens_no_desk_and_is_not_added_there(state, half, person):
    one = way.stored(person, state=state, state_reason="" if state == "active" else "lost")
    theirs = {"key": way.KEYS[one.external_id], "credential_id": fake.unb64(one.external_id)}
    assert "was not accepted" in told(half.use_passkey(**theirs))
    half.use_passkey()
    assert "in use already" in told(half.add_passkey("/admin/factors/passkey/", **theirs))
    assert Passkey.objects.count() == 1
