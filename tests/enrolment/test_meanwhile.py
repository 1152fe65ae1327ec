"""What changed between the details and the code is never written over, and lets nobody in."""

import base64
import secrets

import pytest

from authenticators.models import Authenticator
from careid.people.models import Profile
from careid.storing import crypto
from enrolment.models import Attempt
from tests import kinds
from tests.visitors import Visitor, newest_code

pytestmark = pytest.mark.django_db
ANOTHER = "/authenticators/another/"


@pytest.mark.parametrize(
    "changed",
    [
        {"nino_fingerprint": "new"},
        {"nino_fingerprint": None},
        {"email": "elsewhere@example.nhs.uk"},
        {"state": "closed", "closed_reason": "leaver"},
    ],
)
def test_a_profile_that_changed_is_not_proved_and_not_changed(changed, visitor, person):
    visitor.details(person)
    code = newest_code()
    if changed.get("nino_fingerprint"):
        changed = {"nino_fingerprint": crypto.fingerprint("PP500001A")}
    Profile.objects.filter(pk=person.pk).update(**changed)
    assert visitor.code(code).status_code == 422
    now = Profile.objects.get(pk=person.pk)
    assert all(getattr(now, name) == value for name, value in changed.items())


def test_a_number_that_went_to_somebody_else_stays_there(visitor, person, make_person):
    visitor.details(person)
    code = newest_code()
    Profile.objects.filter(pk=person.pk).update(nino_fingerprint=crypto.fingerprint("PP500001A"))
    other = make_person(nino=person.nino)
    assert visitor.code(code).status_code == 422
    assert Profile.objects.get(pk=other.pk).nino_fingerprint == crypto.fingerprint(person.nino)


def test_a_fingerprint_under_an_older_key_is_found_and_renewed_when_its_person_proves_who_they_are(person, settings):
    old = settings.INDEX_KEYS
    settings.INDEX_KEYS = f"i2:{base64.b64encode(secrets.token_bytes(32)).decode()},{old}"
    visitor = Visitor()
    visitor.details(person)
    assert Profile.objects.get().nino_fingerprint.startswith("i1:")
    visitor.code(newest_code())
    assert Profile.objects.get().nino_fingerprint == crypto.fingerprint(person.nino)
    assert Profile.objects.get().nino_fingerprint.startswith("i2:")


def renewed(settings):
    """Another index key before those there are."""
    return f"i{len(settings.INDEX_KEYS)}:{base64.b64encode(secrets.token_bytes(32)).decode()},{settings.INDEX_KEYS}"


def test_a_number_that_came_between_two_authenticators_is_not_written_over(visitor, person, make_person):
    other = make_person()
    visitor.enrol(person)
    swapped = [person.nino, other.nino]
    Profile.objects.filter(pk=other.pk).update(nino_fingerprint=None)
    for one, number in ((person, swapped[1]), (other, swapped[0])):
        Profile.objects.filter(pk=one.pk).update(nino_fingerprint=crypto.fingerprint(number))
    visitor.client.post(ANOTHER)
    assert visitor.code(newest_code()).status_code == 422
    assert Profile.objects.get(pk=person.pk).nino_fingerprint == crypto.fingerprint(swapped[1])


def test_add_another_works_where_the_first_renewed_the_fingerprint(person, settings):
    settings.INDEX_KEYS = renewed(settings)
    visitor = Visitor()
    visitor.enrol(person)
    assert Profile.objects.get().nino_fingerprint == crypto.fingerprint(person.nino)
    visitor.client.post(ANOTHER)
    assert visitor.code(newest_code()).url == "/authenticators/"


def test_a_fingerprint_that_is_renewed_between_details_and_code_is_the_same_number(visitor, person, settings):
    old, settings.INDEX_KEYS = settings.INDEX_KEYS, renewed(settings)
    visitor.details(person)
    Profile.objects.update(nino_fingerprint=crypto.fingerprint(person.nino))
    assert visitor.code(newest_code()).url == "/authenticators/"
    assert old != settings.INDEX_KEYS


@pytest.mark.parametrize("number", ["PP500001A", ""])
def test_somebody_without_a_number_who_was_let_in_adds_another_while_that_is_so(visitor, make_person, number):
    visitor.let_in(make_person(nino=""))
    visitor.go_on()
    assert visitor.finish().status_code == 302
    Profile.objects.update(nino_fingerprint=crypto.fingerprint(number) if number else None)
    visitor.client.post(ANOTHER)
    answer = visitor.code(newest_code())
    assert answer.status_code == (422 if number else 302)
    assert Profile.objects.get().nino_fingerprint == (crypto.fingerprint(number) if number else None)


def test_an_open_profile_comes_before_a_closed_one_with_the_same_address(make_person):
    make_person(email="shared@example.nhs.uk", state="closed", closed_reason="leaver")
    person = make_person(email="shared@example.nhs.uk")
    make_person(email="shared@example.nhs.uk", state="closed", closed_reason="leaver")
    visitor = Visitor()
    visitor.details(person)
    assert visitor.code(newest_code()).url == "/authenticators/"


def test_an_organisation_that_stopped_taking_part_offers_nothing_any_more(visitor, person):
    visitor.reach(person)
    person.organisation.takes_part = False
    person.organisation.save()
    assert visitor.client.get(kinds.last_page(visitor.kind)).url == "/authenticators/"
    assert "There is nothing you can add" in visitor.client.get("/authenticators/").content.decode()


def pages_that_write():
    """Each page that an attempt's answer is typed into, and of which kind."""
    return [("/code/", ""), *((path, kind) for kind in kinds.by_forms() for path in kinds.pages(kind))]


@pytest.mark.parametrize(("path", "kind"), pages_that_write())
@pytest.mark.django_db(transaction=True)
def test_whose_row_goes_away_while_it_is_answered_is_told_to_start_again(path, kind, visitor, person, monkeypatch):
    visitor.details(person)
    typed = {"code": newest_code()}
    if kind:
        visitor.code(typed["code"])
        visitor.choose(kind)
        typed = kinds.pages(kind)[path](visitor.go_to(path), "http://localhost")
    monkeypatch.setattr("enrolment.journey.see", lambda attempt, **_: Attempt.objects.filter(pk=attempt.pk).delete())
    answer = visitor.client.post(path, typed)
    assert (answer.status_code, answer.url) in {(302, "/expired/"), (302, "/details/")}, answer
    assert not Authenticator.objects.exists()
    assert 'data-page="expired"' in visitor.page("/expired/")


def test_an_authenticator_that_is_gone_has_no_page_and_no_undo(visitor, person):
    path = visitor.enrol(person).url
    Authenticator.objects.all().delete()
    assert visitor.client.get(path).status_code == 404
    assert visitor.client.post(path.replace("/done/", "/undo/")).status_code == 404
