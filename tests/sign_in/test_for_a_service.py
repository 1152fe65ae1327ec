"""Signing in because a service asks: its pages say which one, and lead on to it or back."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from authenticators.registry import KINDS
from careid.errors import Refused
from careid.limits import limits
from careid.limits.counting import Locked, Verdict
from careid.trail.models import Event
from sign_in import journey, sessions, trail, visits
from sign_in.browser import Browser
from sign_in.models import SignIn, Visit
from sign_in.words import Why
from tests import kinds
from tests.sign_in.test_sessions import browser_of, come_in, stored

pytestmark = pytest.mark.django_db
ORIGIN = "https://rota.example.nhs.uk"
LEAVES = re.compile(
    r'<form action="([^"]+)" method="post">\s*<input type="hidden" name="csrf[^>]+>\s*<input [^>]*name="leave"'
)


def asked(**fields):
    usual = {"purpose": Visit.Purpose.SERVICE, "then": "provider:continue", "origin": ORIGIN}
    return visits.begin(**usual | {"client": "rota.apps.national", "service": "Rota & Co"} | fields)


def on(visit, client):
    client.cookies["careid-visit"] = visit.token
    return client


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def back(answer):
    found = LEAVES.search(answer.content.decode())
    return found and found.group(1)


def test_the_page_of_the_ways_says_which_service_asks_and_has_a_way_back_to_it(client):
    answer = on(asked(), client).get(reverse("sign-in"))
    assert "Sign in to go on to Rota & Co \N{EN DASH} Care ID" in words(answer)
    assert "Go back to Rota & Co without signing in" in words(answer)
    assert back(answer) == reverse("provider:continue")


def test_it_tells_who_is_here_already_and_does_not_lead_to_their_account(person):
    answer = on(asked(fresh=True), browser_of(come_in(stored(person)))).get(reverse("sign-in"))
    assert f"{person} is signed in here. Rota & Co asks you to sign in once more" in words(answer)
    assert "Is that not you?" in words(answer)
    assert "Back to my account" not in words(answer)


def test_whoever_signs_that_person_out_goes_on_signing_in_for_the_service(person):
    client = on(asked(), browser_of(come_in(stored(person))))
    client.post(reverse("sign-out"))
    answer = client.get(reverse("sign-in"))
    assert "Sign in to go on to Rota & Co" in words(answer)
    assert str(person) not in words(answer)


def test_it_offers_only_what_the_service_asked_for(client):
    only = kinds.some_kind()
    page = on(asked(kinds=[only]), client).get(reverse("sign-in")).content.decode()
    assert re.findall(r'id="way-([\w-]+)"', page) == [only]


@pytest.mark.parametrize("kind", kinds.by_forms())
def test_each_page_with_a_form_on_the_way_may_end_at_the_service(kind, client, person):
    one, visit = kinds.way(kind).stored(person), asked()
    on(visit, client)
    for path, answer in kinds.proving(kind).items():
        page = client.get(path, follow=True)
        assert f"form-action 'self' {ORIGIN}" in re.sub(r"https://login\S+ ", "", policy(page))
        typed = answer(page.content.decode(), "http://testserver", kinds.holder(one))
        client.post(path, {"visit": visit.pk, **typed})


def policy(answer):
    return answer.headers["Content-Security-Policy"]


def test_so_may_the_page_of_a_lock():
    def locked(request, visit):
        raise Locked(Verdict({limits.SIGN_IN_VISITS: timezone.now() + timedelta(minutes=1)}))

    request = RequestFactory().get("/sign-in/")
    request.COOKIES["careid-visit"] = asked().token
    answer = journey.entry(locked)(request)
    assert answer.status_code == 429
    assert vars(answer)["_csp_update"] == {"form-action": [ORIGIN]}


def test_where_no_way_is_strong_enough_it_is_said_before_anybody_signs_in(client):
    answer = on(asked(refused=Why.LEVEL, level=9), client).get(reverse("sign-in-refused"))
    assert answer.status_code == 403
    assert 'data-reason="level"' in answer.content.decode()
    assert "You need a stronger way to sign in" in words(answer)
    assert "You came from Rota & Co ." in words(answer)
    assert "such as a smartcard" in words(answer)
    assert "Find your Registration Authority" in words(answer)
    assert "another way" not in words(answer)
    assert back(answer) == reverse("provider:continue")
    assert ORIGIN in policy(answer)


def test_whoever_used_another_kind_than_was_asked_for_may_try_again_or_go_back(client, person):
    one = stored(person)
    visit = asked(kinds=[kinds.another_kind()])
    visits.refuse(visit=visit, reason=Why.LEVEL, kind=one.kind, authenticator_id=one.pk)
    answer = on(visit, client).get(reverse("sign-in-refused"))
    assert "You need another way to sign in" in words(answer)
    assert "Sign in another way" in words(answer)
    assert back(answer)


def test_where_there_is_another_step_the_way_back_is_the_second(client):
    [kind, reason] = next((kind.slug, why) for kind in KINDS.values() for why in kind.sign_in.refusals)
    answer = on(asked(refused=reason, refused_kind=kind), client).get(reverse("sign-in-refused"))
    assert "nhsuk-button--secondary" in LEAVES.split(answer.content.decode())[-1]


@pytest.mark.parametrize("answered", [True, False])
def test_that_they_have_no_role_is_said_to_whoever_is_signed_in_and_to_nobody_after(answered, person):
    visit = asked()
    opened = sessions.open(visit=visit if answered else visits.begin(), authenticator=stored(person), browser=Browser())
    visits.refuse(visit=visit, reason=Why.NO_ROLE)
    client = on(visit, browser_of(opened))
    answer = client.get(reverse("sign-in-refused"))
    assert (answer.status_code, back(answer)) == (403, reverse("provider:continue"))
    assert "You came from Rota & Co ." in words(answer)
    assert "You need a role to go on" in words(answer)
    client.post(reverse("sign-out"))
    assert client.get(reverse("sign-in-refused")).url == reverse("sign-in")


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("ama@example.nhs.uk", 'value="ama@example.nhs.uk"'),
        ("656005750104", ""),
        ('"><b>@example.nhs.uk', ""),
        ("a\0@example.nhs.uk", ""),
        (f"{'a' * 300}@example.nhs.uk", ""),
        ({"not": "text"}, ""),
    ],
)
def test_whom_the_service_waits_for_stands_in_the_field_where_it_is_an_address(hint, shown, client):
    page = on(asked(pending={"hint": {"email": hint}}), client).get(reverse("sign-in")).content.decode()
    field = next((one for one in re.findall(r"<input[^>]+>", page) if 'name="email"' in one), "")
    assert field
    assert shown in field if shown else "value=" not in field


def press(client, visit):
    return client.post(reverse("sign-in"), {"visit": visit.pk, "email": "ama@example.nhs.uk", "password": "not it"})


@pytest.mark.parametrize(
    "ask", [lambda client, visit: client.get(reverse("sign-in")), press], ids=["looked at", "pressed"]
)
@pytest.mark.parametrize("how", [{"started_at": timezone.now() - settings.VISIT_LIFE}, {"ended_at": timezone.now()}])
def test_one_that_is_over_says_so_once_with_the_way_to_the_service(how, ask, client):
    visit = asked()
    Visit.objects.update(**how)
    answer = ask(on(visit, client), visit)
    assert answer.status_code == 400
    assert 'data-page="provider-error" data-reason="gone"' in answer.content.decode()
    assert f'href="{ORIGIN}"' in answer.content.decode()
    assert "Rota" not in words(client.get(reverse("sign-in")))


@pytest.fixture
def through(person):
    """A browser in which somebody has signed in for a service, and its visit."""
    visit = asked()
    opened = sessions.open(visit=visit, authenticator=stored(person), browser=Browser())
    return on(visit, browser_of(opened)), visit


@pytest.mark.parametrize("ask", [lambda client, visit: client.get(reverse("sign-in")), press], ids=["back", "pressed"])
def test_whoever_comes_back_to_one_that_let_them_in_goes_on_to_the_service(ask, through):
    client, visit = through
    assert ask(client, visit).url == reverse("provider:continue")


@pytest.mark.parametrize("later", [lambda client: client.post(reverse("sign-out")), lambda client: outlived()])
def test_but_not_who_has_signed_out_or_comes_much_later(later, through):
    client, _ = through
    later(client)
    assert "Rota" not in words(client.get(reverse("sign-in")))


def outlived():
    Visit.objects.update(started_at=timezone.now() - settings.VISIT_LIFE)


def test_another_person_than_was_named_is_not_led_to_their_own_account(person, make_person):
    visit = asked(profile=make_person())
    assert journey.goes_on(visit, person.pk).url == reverse("provider:continue")


def test_the_sign_in_keeps_which_service_asked_and_so_does_its_event(through):
    made = SignIn.objects.get()
    assert (made.client, made.service) == ("rota.apps.national", "Rota & Co")
    assert Event.objects.get(name="sign_in.succeeded").details["client"] == "rota.apps.national"


def test_so_does_the_event_of_a_no(person):
    with pytest.raises(Refused):
        sessions.open(visit=asked(level=3), authenticator=stored(person), browser=Browser())
    assert Event.objects.get(name="sign_in.refused").details["client"] == "rota.apps.national"


@pytest.mark.parametrize("kind", kinds.by_forms())
def test_so_does_that_of_a_proof_that_was_wrong_and_nothing_that_is_noted_after(kind, client, person):
    one, visit = kinds.way(kind).stored(person), asked()
    on(visit, client)
    *before, (last, _) = kinds.proving(kind).items()
    for path, answer in before:
        client.post(path, {"visit": visit.pk, **answer(page(client, path), ORIGIN, kinds.holder(one))})
    client.post(last, {"visit": visit.pk, **kinds.way(kind).disproof(page(client, last), ORIGIN, kinds.holder(one))})
    trail.note(kind=KINDS[kind], reason=Why.LEVEL)
    told = Event.objects.filter(name="sign_in.refused").order_by("sequence").values_list("details__client", flat=True)
    assert [*told] == ["rota.apps.national", None]


def page(client, path):
    return client.get(path, follow=True).content.decode()
