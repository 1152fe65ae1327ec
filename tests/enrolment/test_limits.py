"""What the pages count, and against whom."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from authenticators.registry import KINDS
from careid.limits import limits
from careid.limits.models import LimitCount
from careid.people.models import Organisation
from tests import kinds
from tests.visitors import Visitor, post

pytestmark = pytest.mark.django_db
HERE, NEIGHBOUR, AWAY = "198.51.100.7", "198.51.100.8", "203.0.113.9"
NO_CODES = "Care ID: we send no codes for now"
STRANGERS = iter(range(1000))


def submit(address):
    """Details that nobody gave before, from this address."""
    serial = next(STRANGERS)
    visitor = Visitor(Client(REMOTE_ADDR=address))
    return visitor.details(email=f"nobody{serial}@example.org", nino=f"PP96{serial:04}A").status_code


def used_up(limit, *, room=1, but=0):
    assert LimitCount.objects.filter(limit=limit.name).update(count=limit.most * room - but) == 1


def test_the_start_limit_locks_the_details_page():
    visitor = Visitor(Client(REMOTE_ADDR=HERE))
    visitor.client.get("/details/")
    used_up(limits.START, but=1)
    assert visitor.client.get("/details/").status_code == 200
    response = visitor.client.get("/details/")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 600
    assert Client(REMOTE_ADDR=NEIGHBOUR).get("/details/").status_code == 200


def test_an_address_is_held_back_after_60_details_an_hour():
    submit(HERE)
    used_up(limits.DETAILS_ADDRESS, but=1)
    assert [submit(HERE), submit(HERE), submit(NEIGHBOUR)] == [302, 429, 302]


def test_a_network_is_held_back_after_600_details_a_day_whichever_of_its_addresses_asks():
    submit(HERE)
    used_up(limits.DETAILS_NETWORK, but=1)
    assert [submit(NEIGHBOUR), submit(HERE), submit(NEIGHBOUR), submit(AWAY)] == [302, 429, 429, 302]


@pytest.mark.parametrize(
    "limit",
    [limits.DETAILS_EMAIL_HOUR, limits.DETAILS_EMAIL_DAY, limits.DETAILS_NINO_HOUR, limits.DETAILS_NINO_DAY],
    ids=lambda limit: limit.name,
)
def test_a_silent_limit_answers_as_ever_and_no_code_goes_out(limit, person):
    Visitor().details(person)
    used_up(limit, but=1)
    assert len(post()) == 1
    assert Visitor().details(person).url == "/code/"
    assert len(post()) == 1
    visitor = Visitor()
    assert visitor.details(person).url == "/code/"
    assert [mail.subject for mail in post()] == [NO_CODES]
    assert visitor.client.get("/code/").status_code == 200


@pytest.mark.parametrize("limit", [limits.DETAILS_EMAIL_HOUR, limits.DETAILS_NINO_HOUR], ids=lambda limit: limit.name)
def test_a_silent_limit_is_of_one_subject(limit, person, make_person):
    Visitor().details(person)
    used_up(limit)
    post()
    Visitor().details(make_person())
    assert len(post()) == 1


def test_a_number_is_counted_with_whatever_address_it_comes(person):
    for serial in range(10):
        Visitor().details(email=f"nobody{serial}@example.org", nino=person.nino)
    assert post() == []
    Visitor().details(person)  # who alone can be told: what was typed before names nobody
    assert [mail.subject for mail in post()] == [NO_CODES]


def picture_failure(address):
    answer = {"captcha_0": "0" * 40, "captcha_1": "wrong"}
    return Visitor(Client(REMOTE_ADDR=address)).details(email="a@example.org", nino="PP000000A", **answer).status_code


def another_picture(address):
    return Client(REMOTE_ADDR=address).post("/details/", {"another_picture": "1"}).status_code


def try_to_sign_in(address):
    client = Client(REMOTE_ADDR=address)
    visit = re.search(r'name="visit" value="([^"]+)"', client.get("/sign-in/").content.decode()).group(1)
    return client.post(reverse(KINDS[kinds.some_kind()].sign_in.url), {"visit": visit}).status_code


def ask_to_be_invited(address):
    Organisation.objects.get_or_create(code="RX1", defaults={"ra_email": "ra@example.nhs.uk"})
    asked = {"organisation": "RX1", "name": "Bea Newcomer"}
    return Client(REMOTE_ADDR=address).post("/apply/ask/", asked).status_code


SHARED = {
    "sign_in_visits": try_to_sign_in,
    "start": lambda address: Client(REMOTE_ADDR=address).get("/details/").status_code,
    "picture_failures": picture_failure,
    "picture_refreshes": lambda address: Client(REMOTE_ADDR=address).get("/captcha/refresh/", headers={"X-Requested-With": "XMLHttpRequest"}).status_code,
    "picture_refreshes again": another_picture,
    "details_address": submit,
    "details_network": submit,
    "provider_authorize": lambda address: Client(REMOTE_ADDR=address).get("/oidc/authorize").status_code,
    "provider_bad_client": lambda address: Client(REMOTE_ADDR=address).post("/oidc/introspect", "token=x&client_id=x&client_secret=x", "application/x-www-form-urlencoded").status_code,
    "apply_asks_address": ask_to_be_invited,
}  # fmt: skip


@pytest.mark.parametrize("case", SHARED)
def test_a_trusted_network_has_ten_times_the_room_on_every_page(case, settings):
    settings.CAPTCHA = "always" if case.startswith("picture") else "never"
    settings.TRUSTED_NETWORKS = ["198.51.100.0/24"]
    limit, ask = limits.ALL[case.split()[0]], SHARED[case]
    ask(HERE)
    used_up(limit, room=10, but=1)
    assert ask(HERE) != 429
    assert ask(HERE) == 429
    LimitCount.objects.all().delete()
    ask(AWAY)
    used_up(limit)
    assert ask(AWAY) == 429


def test_every_limit_of_an_address_is_walked_here_or_is_the_desk_s_or_a_kind_s():
    of_kinds = {limit for kind in KINDS.values() if kind.limits for limit in import_string(kind.limits)}
    others = set(limits.ALL.values()) - of_kinds - set(limits.SIGN_IN_ADDRESS)
    shared = {limit.name for limit in others if limit.shared and limit.shows}  # a silent one answers as ever
    assert shared == {case.split()[0] for case in SHARED}
