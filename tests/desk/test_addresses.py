"""Whatever is asked in an address of the desk, the answer is a page in words, and never a fault."""

import re
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLResolver, get_resolver

from authenticators.models import Authenticator, Report
from careid.people.services import Service
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from tests import kinds
from tests.desk.door.admins import signed_in

pytestmark = pytest.mark.django_db(transaction=True)  # a statement that Postgres refuses spoils no other here
KEYS = ("0", "xyz%00", "9" * 40, str(uuid4()))
NONSENSE = ("99999", "-1.2", "x", "%00", "9" * 40, "%ff", "a" * 3_000)
LOOKUPS = ("year", "in", "isnull", "isempty", "exact", "id__exact")
DJANGOS = ("q", "all", "e", "_to_field", "_popup", "_changelist_filters", "part")
CONVERTED = re.compile(r"<[^>]+>|\(\?P<[^)]+\)")


@pytest.fixture
def client(admin_user):
    client = Client(raise_request_exception=False)
    return signed_in(client, admin_user)


@pytest.fixture
def _rows(person):
    """One of each, so that a filter is asked of a row and not of nothing."""
    Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={}, added_by="person"
    )
    Report.objects.create(profile=person, token_hash=b"x" * 32)
    Service.objects.create(name="National Care Records Service")
    record(EventName.ATTEMPT_STARTED, profile=person, reference="7K4-Q2M", attempt_id=uuid4())


def patterns(resolver, before=""):
    """Every address of the desk, as a pattern."""
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, here)
        elif here.startswith("admin/"):
            yield "/" + here.replace("^", "").replace("$", "").replace("\\Z", "")


def ask(client, address):
    """A page in words, or a way to another; the address is told where it was neither."""
    response = client.get(address)
    assert response.status_code in {200, 302, 400, 403, 404, 405}, address[:200]
    if response.status_code == 400:
        assert "the desk cannot answer" in response.content.decode(), address[:200]
    return response.status_code


@pytest.mark.usefixtures("_rows")
def test_no_key_in_an_address_is_a_fault(client):
    wanted = [one for one in patterns(get_resolver()) if CONVERTED.search(one)]
    assert len(wanted) > 40
    for pattern in wanted:
        for key in KEYS:
            ask(client, CONVERTED.sub(key, pattern))


def columns(model):
    """Some of a model's, those that its list filters among them."""
    filtered = [one[0] if isinstance(one, tuple) else one for one in admin.site._registry[model].list_filter]
    return [*(name for name in filtered if isinstance(name, str)), *(field.name for field in model._meta.fields[:2])]


@pytest.mark.usefixtures("_rows")
def test_no_filter_in_an_address_is_a_fault(client):
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for nonsense in NONSENSE:
            ask(client, base + "?" + "&".join(f"{name}={nonsense}" for name in DJANGOS))
            ask(client, f"{base}?o={nonsense}&p={nonsense}")
        for at, name in enumerate(columns(model)):
            for lookup in LOOKUPS[at % 2 :: 2]:
                ask(client, f"{base}?{name}__{lookup}={NONSENSE[(at + len(lookup)) % len(NONSENSE)]}")


@pytest.mark.parametrize("place", ["", "export/", "invite/"])
@pytest.mark.parametrize(
    "query", ["created_at__year=99999", "created_at__year=0", "created_at__iso_year=99999", "state__exact=%00", "shoe=1"]
)  # fmt: skip
@pytest.mark.usefixtures("_rows")
def test_a_list_that_is_asked_nonsense_says_so(place, query, client):
    assert ask(client, f"/admin/careid/profile/{place}?{query}") == 400


@pytest.mark.parametrize("model", [Authenticator, Report, Event])
def test_no_address_leads_to_a_row_s_page_elsewhere(model, client):
    kind = ContentType.objects.get_for_model(model)
    assert client.get(f"/admin/r/{kind.pk}/xyz/").status_code == 404
