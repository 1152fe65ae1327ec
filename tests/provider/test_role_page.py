"""Choosing a role for a service: who sees whose, what a choice leads to, and what is searched for stands nowhere."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from careid.pages import forms
from careid.people.models import Organisation
from careid.trail.models import Event
from provider.models import ChosenRole, Code
from tests.provider.relying import told
from tests.provider.test_roles import hold

pytestmark = pytest.mark.django_db
PAGE, CONTINUE = "/sign-in/role/", "/oidc/authorize/continue"
ASKED = "openid nationalrbacaccess selectedrole"


def nurse(person, org_code="RX1", **fields):
    return hold(person, org_code=org_code, **fields)


@pytest.fixture
def two(person):
    Organisation.objects.create(code="RX2", name="Hillside Surgery")
    return nurse(person), nurse(person, "RX2", role_name='"Clerical":"A":"Clerk Access Role"', role_code="R8010")


@pytest.fixture
def asking(rp, here, two):
    """A browser whose person has two roles, of which a service wants one."""
    answer = rp.authorize(here, scope=ASKED)
    assert answer.url == PAGE
    return here


def page(browser):
    answer = browser.get(PAGE)
    assert answer.status_code == 200, answer
    return html.unescape(answer.content.decode())


def post(browser, **fields):
    visit = re.search(r'name="visit" value="([^"]+)"', page(browser)).group(1)
    return browser.post(PAGE, {"visit": visit, **fields})


def offered(answer):
    return re.findall(r'name="role" type="radio" value="([^"]+)"', answer.content.decode())


def test_each_role_stands_there_in_words_with_where_it_is_and_which_service_asks(asking, rp):
    text = page(asking)
    assert 'data-page="sign-in-role"' in text
    for words in (
        "Nurse Access Role",
        "Riverside Community Trust (RX1)",
        "Clerk Access Role",
        "Hillside Surgery (RX2)",
    ):
        assert words in text
    assert re.search(f"on your way to <strong[^>]*>{rp.row.name}</strong>", text)
    assert f"Go back to {rp.row.name}" in text
    assert 'name="search"' not in text


def test_a_choice_goes_on_to_the_service_and_its_code_has_that_role(asking, two):
    answer = post(asking, role=two[1].person_roleid)
    assert answer.url == CONTINUE
    assert "code" in told(asking.get(answer.url))
    assert Code.objects.get().role == two[1].person_roleid
    assert Event.objects.filter(name="role.selected").count() == 1


def test_the_next_request_of_that_session_asks_no_more_unless_the_role_is_to_be_changed(asking, rp, two):
    asking.get(post(asking, role=two[0].person_roleid).url)
    assert "code" in told(rp.authorize(asking, scope=ASKED))
    assert rp.authorize(asking, scope=f"{ASKED} changedrole").url == PAGE
    assert post(asking, role=two[1].person_roleid).url == asking.get(PAGE).url == CONTINUE
    assert "code" in told(asking.get(CONTINUE))
    assert Code.objects.order_by("-made_at").first().role == two[1].person_roleid


def test_two_choices_at_once_give_one_code(asking, two):
    form = {"visit": re.search(r'name="visit" value="([^"]+)"', page(asking)).group(1)}
    for one in two:
        assert asking.post(PAGE, form | {"role": one.person_roleid}).url == CONTINUE
    assert "code" in told(asking.get(CONTINUE))
    assert asking.get(CONTINUE).status_code == 400
    assert Code.objects.count() == ChosenRole.objects.count() == 1


@pytest.mark.parametrize("given", ["", "0", "x" * 5_000, "\0", "<b>", "😀"])
def test_what_is_no_role_of_theirs_is_refused_in_words(asking, given, make_person):
    answer = post(asking, role=given)
    assert answer.status_code == 422
    assert ("Choose one of your roles" if given else "Choose a role") in answer.content.decode()
    assert not ChosenRole.objects.exists()


def test_a_role_of_somebody_else_or_one_that_has_just_gone_is_refused(asking, make_person, two):
    theirs = nurse(make_person())
    gone = nurse(two[0].profile)
    gone.delete()
    for one in (theirs.person_roleid, gone.person_roleid):
        assert post(asking, role=one).status_code == 422


def test_pressing_on_without_a_choice_says_so(asking):
    answer = post(asking)
    assert answer.status_code == 422
    assert "Choose a role" in answer.content.decode()


def test_a_role_that_goes_away_while_the_page_stands_open_may_settle_it(asking, two):
    two[1].delete()
    answer = asking.get(PAGE)
    assert answer.url == CONTINUE
    asking.get(CONTINUE)
    assert Code.objects.get().role == two[0].person_roleid


def test_nobody_else_sees_it_and_nothing_is_chosen_by_another_browser(asking, two, make_person, signed_in, client):
    other = signed_in(make_person())
    for browser in (client, other):
        assert browser.get(PAGE).url == CONTINUE
        assert browser.post(PAGE, {"role": two[0].person_roleid}).url == CONTINUE
    assert not ChosenRole.objects.exists()


def test_who_signs_out_meanwhile_is_led_on_and_shown_nothing(asking):
    asking.post("/sign-out/")
    assert asking.get(PAGE).url == CONTINUE


def test_somebody_else_who_signs_in_there_sees_their_own_roles_alone(asking, two, make_person, signed_in):
    other = make_person()
    theirs = [nurse(other), nurse(other)]
    signed_in(other, asking)
    answer = asking.get(PAGE)
    assert set(offered(answer)) == {one.person_roleid for one in theirs}


def test_a_form_of_another_visit_chooses_nothing(asking, two):
    for visit in ("", "x", "0" * 5_000):
        answer = asking.post(PAGE, {"visit": visit, "role": two[0].person_roleid})
        assert answer.url == PAGE
    assert not ChosenRole.objects.exists()


def test_a_form_without_our_token_chooses_nothing(asking, two):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = asking.cookies
    visit = re.search(r'name="visit" value="([^"]+)"', page(asking)).group(1)
    answer = strict.post(PAGE, {"visit": visit, "role": two[0].person_roleid})
    assert answer.status_code == 403
    assert "This page was out of date" in answer.content.decode() or "We need a cookie" in answer.content.decode()
    assert not ChosenRole.objects.exists()


def test_after_a_quarter_of_an_hour_it_is_over(asking):
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert asking.get(PAGE).url == CONTINUE


def test_where_the_provider_is_off_there_is_no_such_page(asking, settings):
    settings.SIGNING_KEYS = ""
    assert asking.get(PAGE).status_code == 404


def test_its_form_may_lead_to_the_service_and_nowhere_else(asking):
    policies = [asking.get(path).headers["Content-Security-Policy"] for path in (PAGE, "/")]
    allowed, elsewhere = (set(re.search("form-action ([^;]+)", policy).group(1).split()) for policy in policies)
    assert allowed - elsewhere == {"https://service1.example.nhs.uk"}


def test_going_back_tells_the_service_so(asking, rp):
    answer = asking.post(CONTINUE, {"leave": "leave"})
    assert told(answer)["error"] == "access_denied"
    assert not ChosenRole.objects.exists()


# --- Many roles ---------------------------------------------------------------------------------------------------


@pytest.fixture
def many(two, asking, person):
    for name in ("Médecin", "Porter", "Chief Nurse", "Nurse Manager"):
        nurse(person, role_name=name)
    return asking


def test_more_than_five_are_searched_by_name_and_by_place(many):
    assert len(offered(many.get(PAGE))) == 6
    for text, found in {"nurse": 3, "MEDECIN": 1, "hillside": 1, "rx2": 1, "nurse riverside": 3, "(chief)": 1}.items():
        answer = post(many, search=text)
        assert (answer.status_code, len(offered(answer))) == (200, found), text
        assert f"Found {found} of your 6 roles" in answer.content.decode()


def test_what_finds_nothing_shows_them_all_and_so_does_a_blank(many):
    answer = post(many, search="zebra")
    assert (answer.status_code, len(offered(answer))) == (200, 6)
    assert "Nothing was found" in answer.content.decode()
    assert len(offered(post(many, search=""))) == len(offered(post(many, search="()"))) == 6


def test_what_is_searched_for_stands_in_no_address_and_no_event(many, caplog):
    answer = post(many, search="nurse lampotter")
    assert "Location" not in answer.headers
    assert "lampotter" not in caplog.text
    assert not Event.objects.filter(details__icontains="lampotter").exists()
    assert re.findall(r'<form[^>]*method="get"', answer.content.decode()) == []


@pytest.mark.parametrize("text", ["x" * 401, "x" * 101, "\0"])
def test_a_search_that_is_too_long_or_no_text_is_refused_in_words(many, text):
    answer = post(many, search=text)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert len(offered(answer)) == 6


def test_a_role_that_was_found_can_be_chosen(many):
    [found] = offered(post(many, search="porter"))
    assert post(many, role=found).url == CONTINUE
    many.get(CONTINUE)
    assert Code.objects.get().role == found


def test_a_role_that_comes_together_with_a_search_is_a_choice(many):
    [found] = offered(post(many, search="porter"))
    assert post(many, role=found, search="porter").url == CONTINUE


def test_two_that_look_alike_are_told_apart(asking, two):
    twin = nurse(two[0].profile)
    text = page(asking)
    assert f"Riverside Community Trust (RX1), role {twin.person_roleid}" in text
    assert f"role {two[1].person_roleid}" not in text


def test_nothing_of_one_persons_page_is_kept_for_the_next(asking, rp, make_person, signed_in):
    page(asking)
    other = make_person()
    nurse(other, role_name="Porter"), nurse(other, role_name="Cleaner")
    browser = signed_in(other)
    rp.authorize(browser, scope=ASKED)
    text = page(browser)
    assert "Porter" in text
    assert "Nurse" not in text
    assert not [kept for kept in forms._BLANK.values() if "Porter" in kept or "Nurse" in kept]
