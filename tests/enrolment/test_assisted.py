"""A link by which the Registration Authority lets one person in, with a code that is spoken."""

import re
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from authenticators.models import Authenticator
from careid.errors import Refused
from careid.people.models import Profile
from careid.post.models import Mail
from careid.trail import actors
from careid.trail.models import Event
from enrolment import assisted, jobs
from enrolment.models import Assisted, Attempt
from tests.threads import together
from tests.visitors import Visitor, post

pytestmark = pytest.mark.django_db
BY = {"by": "admin:7", "oneself": False, "checked": "video", "checked_by": "admin:9"}


def begin(person, **changes):
    """A link, as a path, and its code. The notice has gone."""
    _, link, code = assisted.start(profile=person, **BY | changes)
    post()
    return link.removeprefix("http://localhost"), code


def reason(response):
    found = re.search(r'data-reason="([^"]*)"', response.content.decode())
    return found.group(1) if found else ""


def names():
    return list(Event.objects.order_by("sequence").values_list("name", flat=True))


def to_done(client):
    visitor = Visitor(client)
    visitor.go_on()
    return visitor.finish()


def test_someone_with_no_number_on_file_adds_an_authenticator_without_number_or_mailed_code(make_person):
    person = make_person(nino="")
    link, code = begin(person)
    client = Client()
    assert client.get(link).status_code == 200
    assert client.post(link, {"code": code.lower()}).url == "/authenticators/"
    assert to_done(client).url.endswith("/done/")
    one = Authenticator.objects.get()
    assert (one.profile, one.added_by, one.usable(timezone.now())) == (person, "admin:7", True)
    assert names() == [
        "assisted.started",
        "assisted.opened",
        "attempt.started",
        "assisted.proved",
        "authenticator.added",
    ]
    started = Event.objects.get(name="assisted.started")
    assert (started.actor, started.details) == ("admin:7", {"checked": "video", "checked_by": "admin:9"})


def test_who_stops_is_told_so_and_offered_no_page_that_asks_for_a_number(person):
    link, code = begin(person)
    client = Client()
    client.post(link, {"code": code})
    choose = client.get("/authenticators/").content.decode()
    assert 'href="/details/"' not in choose
    assert "Stop here, and add nothing" in choose
    assert (
        "<strong>You have stopped.</strong> Nothing was added."
        in client.post("/restart/", follow=True).content.decode()
    )


def test_neither_link_nor_code_is_kept(person):
    made, link, code = assisted.start(profile=person, **BY)
    kept = str(Assisted.objects.values().get()) + str(list(Event.objects.values()))
    assert link.split("/")[-2] not in kept
    assert code not in kept
    assert code.replace("-", "") not in kept
    assert made.expires_at - made.created_at == timedelta(minutes=15)


def test_the_person_is_warned_before_the_link_works(person):
    _, link, code = assisted.start(profile=person, **BY)
    path = link.removeprefix("http://localhost")
    assert reason(Client().get(path)) == "not_yet"
    assert reason(Client().post(path, {"code": code})) == "not_yet"
    [notice] = post()
    assert notice.to == [person.email]
    assert code not in notice.body
    assert link not in notice.body
    assert re.search(r"^http://localhost/not-me/[\w-]+/$", notice.body, re.MULTILINE)
    assert Client().post(path, {"code": code}).url == "/authenticators/"


def test_where_the_persons_mail_server_refuses_the_link_does_not_work(person):
    _, link, code = assisted.start(profile=person, **BY)
    Mail.objects.update(state="failed", content=None)
    response = Client().post(link.removeprefix("http://localhost"), {"code": code})
    assert (response.status_code, reason(response)) == (403, "not_warned")


@pytest.mark.parametrize("fields", [{"email": None}, {"email_changed_at": timezone.now() - timedelta(days=6)}])
def test_where_nobody_can_be_warned_or_the_address_is_new_what_is_added_waits(fields, make_person):
    link, code = begin(make_person(**fields))
    client = Client()
    client.post(link, {"code": code})
    done = client.get(to_done(client).url).content.decode()
    one = Authenticator.objects.get()
    assert one.usable_from - one.added_at == timedelta(hours=24)
    has_address = bool(fields.get("email", "some"))
    assert ("Add another" in done) is has_address
    assert ("We have sent you an email" in done) is has_address
    assert ("There is no email address on your profile" in done) is not has_address


def test_never_for_oneself(person):
    with pytest.raises(Refused, match="oneself"):
        assisted.start(profile=person, **BY | {"oneself": True})
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"state": "closed", "closed_reason": "leaver"}, "closed"), ({"reported_at": timezone.now()}, "reported")],
)
def test_not_for_a_closed_profile_nor_one_with_an_open_case(fields, why, make_person):
    with pytest.raises(Refused, match=why):
        assisted.start(profile=make_person(**fields), **BY)


def test_it_works_once(person):
    link, code = begin(person)
    first = Client()
    first.post(link, {"code": code})
    assert reason(Client().post(link, {"code": code})) == "used"
    assert first.get(link).url == "/authenticators/"
    assert Attempt.objects.count() == 1


def test_a_wrong_code_is_told_and_binds_the_link_to_the_browser(person):
    link, code = begin(person)
    mine = Client()
    wrong = mine.post(link, {"code": "222-222"})
    assert wrong.status_code == 422
    assert "That is not the code" in wrong.content.decode()
    assert "222-222" in wrong.content.decode()
    assert reason(Client().post(link, {"code": code})) == "elsewhere"
    assert mine.post(link, {"code": code}).url == "/authenticators/"


def test_opening_it_binds_and_notes_nothing_since_scanners_and_previews_open_links(person):
    link, code = begin(person)
    for _ in range(3):
        Client().get(link)
        Client().head(link)
    assert "assisted.opened" not in names()
    assert Assisted.objects.get().opened_at is None
    for _ in range(2):  # what the page says by itself, once somebody touches it
        assert Client().post(link, {"opened": "1"}).status_code == 204
    assert names().count("assisted.opened") == 1
    assert Assisted.objects.get().tries == 0
    assert Client().post(link, {"code": code}).url == "/authenticators/"


def test_five_wrong_codes_end_it(person):
    link, code = begin(person)
    client = Client()
    for _ in range(5):
        client.post(link, {"code": "222222"})
    assert reason(client.post(link, {"code": code})) == "spent"
    assert Event.objects.filter(name="assisted.rejected").count() == 5


@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_codes_at_once_five_are_judged_and_of_many_right_ones_one_is_let_in(person):
    def send(code):
        client = Client()
        client.cookies["careid-assisted"] = "one-browser"
        return client.post(link, {"code": code}).status_code

    link, _ = begin(person)
    assert together([partial(send, "222222")] * 8).count(422) <= 5
    assert Event.objects.filter(name="assisted.rejected").count() == 5
    link, code = begin(person)
    assert sorted(together([partial(send, code)] * 5)) == [302, 403, 403, 403, 403]
    assert Attempt.objects.count() == 1


def test_it_lives_a_quarter_of_an_hour(person):
    link, code = begin(person)
    with time_machine.travel(timezone.now() + timedelta(minutes=14, seconds=50)):
        assert reason(Client().get(link)) == ""
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        response = Client().post(link, {"code": code})
        assert (response.status_code, reason(response)) == (403, "expired")


def test_cancelling_ends_the_link_and_what_was_begun_through_it(person):
    link, code = begin(person)
    client = Client()
    client.post(link, {"code": code})
    row = Assisted.objects.get()
    assert assisted.cancel(assisted=row, by="admin:7", reason="wrong_person", note="Another Ama") is True
    assert assisted.cancel(assisted=row, by="admin:7", reason="wrong_person") is False
    assert client.get("/authenticators/").url == "/expired/"
    told = Event.objects.get(name="assisted.cancelled")
    assert (told.reason, told.details) == ("wrong_person", {"note": "Another Ama"})
    assert reason(Client().get(link)) == "cancelled"


def test_a_new_link_ends_the_earlier_one(person):
    link, code = begin(person)
    begin(person)
    assert reason(Client().post(link, {"code": code})) == "cancelled"


def test_pressing_not_me_in_the_notice_stops_it(person):
    _, link, code = assisted.start(profile=person, **BY)
    [notice] = post()
    Client().post(re.search(r"/not-me/[\w-]+/", notice.body).group(0))
    assert reason(Client().post(link.removeprefix("http://localhost"), {"code": code})) == "cancelled"
    assert not Attempt.objects.exists()


def test_a_made_up_link_is_not_there(db):
    response = Client().get("/assisted/nothing/")
    assert (response.status_code, reason(response)) == (404, "unknown")


@pytest.mark.parametrize("typed", ["", " ", "x" * 300, "\x00", "\uff17\uff2b"])
def test_what_is_no_code_is_a_field_error_that_costs_no_more_than_a_try(typed, person):
    link, _ = begin(person)
    assert Client().post(link, {"code": typed}).status_code == 422


def test_it_is_forgotten_with_the_attempts(person):
    begin(person)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        jobs.purge(timestamp=0)
    assert not Assisted.objects.exists()
    assert Profile.objects.exists()


def test_a_colleague_who_is_named_as_who_checked_is_told_and_whoever_checked_themselves_is_not(person):
    one, other = (User.objects.create_user(name, f"{name}@ra.example") for name in ("asha", "bola"))
    by, colleague = (actors.admin(user.pk) for user in (one, other))
    assisted.start(profile=person, **BY | {"by": by, "checked_by": by})
    assert [mail.to for mail in post()] == [[person.email]]
    assisted.start(profile=person, **BY | {"by": by, "checked_by": colleague})
    [told] = [mail for mail in post() if mail.to == ["bola@ra.example"]]
    assert told.subject == "Care ID: you are named as the one who checked"
    assert person.user_id in told.body
    assert "asha has started" in told.body
    assert person.family_name not in told.body


def test_a_colleague_without_an_address_is_no_reason_to_write_to_the_person_twice(person):
    other = User.objects.create_user("bola")
    assisted.start(profile=person, **BY | {"checked_by": actors.admin(other.pk)})
    assert [mail.to for mail in post()] == [[person.email]]
