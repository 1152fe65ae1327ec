"""What the doctor and `/metrics` say of services: whether they hear, and whether their keys can be had."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from careid.finding import Amiss
from careid.serving import metrics
from operating import doctor
from provider import findings
from provider.models import Client, Logout, Request, Token
from tests.provider.listening import a_client

pytestmark = pytest.mark.django_db
WAITING, GOOD = "careid_service_requests_waiting", "careid_access_tokens"
DUE, FAILED = Logout.State.DUE, Logout.State.FAILED


@pytest.fixture
def make(person):
    one = a_client(address="https://records.example/logout")

    def made(state, *, ago=timedelta(), **fields):
        at = timezone.now() - ago
        settled = at if state == FAILED else None
        values = {"session_id": uuid4(), "client": one, "profile": person, "over_at": at, "settled_at": settled}
        return Logout.objects.create(state=state, **values, **fields)

    return made


def measured(begins="careid_logout"):
    families = text_string_to_metric_families(metrics.text().decode())
    return {one.name: one.value for family in families for one in family.samples if one.name.startswith(begins)}


def test_a_telling_that_waits_for_its_first_try_is_looked_at(make):
    assert findings.logouts() == "0 services being told, none failed in the last day"
    make(DUE, ago=timedelta(seconds=50))
    make(DUE, ago=timedelta(minutes=3), tries=1)
    assert findings.logouts() == "2 services being told, none failed in the last day"
    make(DUE, ago=timedelta(seconds=70))
    with pytest.raises(Amiss, match="1 wait untold for over a minute"):
        findings.logouts()


def test_who_did_not_hear_of_late_is_looked_at_by_its_client_and_the_answer(make):
    make(FAILED, ago=timedelta(hours=25), answer="500")
    assert findings.logouts().endswith("none failed in the last day")
    for answer in ("500", "slow", "slow"):
        make(FAILED, answer=answer)
    with pytest.raises(Amiss) as amiss:
        findings.logouts()
    assert amiss.value.words == "3 failed in the last day: records.apps.example (500), records.apps.example (slow)"


def test_a_client_whose_keys_could_not_be_fetched_is_looked_at():
    for number in range(5):
        a_client(f"Client{number}", jwks_uri="https://client.example/keys", fetch_fault="away" if number else "")
    Client.objects.filter(client_id="client4.apps.example").update(is_on=False)
    with pytest.raises(Amiss, match=r"those of 3 clients could not be fetched: client1.apps.example \(away\), "):
        findings.client_keys()
    Client.objects.update(fetch_fault="")
    assert findings.client_keys() == "4 clients with keys at an address, none that could not be fetched"


def test_the_doctor_asks_for_each():
    asked = {check.what: check.look for check in (*doctor.LOCAL, *doctor.STORED)}
    assert asked["Signing keys"] == findings.signing_keys
    assert asked["Logouts"] == findings.logouts
    assert asked["Clients' keys"] == findings.client_keys


def test_what_is_due_and_what_failed_is_measured(make):
    assert set(measured().values()) == {0}
    make(DUE, ago=timedelta(seconds=30))
    make(DUE, ago=timedelta(seconds=90), tries=2)
    make(FAILED, answer="500")
    make(FAILED, ago=timedelta(minutes=6), answer="500")
    found = measured()
    assert (found["careid_logouts_due"], found["careid_logouts_failed_5m"]) == (2, 1)
    assert 89 < found["careid_logout_oldest_due_seconds"] < 100


def test_requests_that_wait_and_tokens_that_are_good_are_measured(rp, here):
    assert measured("careid_service") | measured("careid_access") == {WAITING: 0, GOOD: 0}
    rp.tokens(here)
    Request.objects.create(client=rp.row)
    for change in ({"ended_at": timezone.now()}, {"at": timezone.now() - timedelta(minutes=16)}):
        Request.objects.create(client=rp.row, **change)
    assert (measured("careid_service"), measured("careid_access")) == ({WAITING: 1}, {GOOD: 1})
    Token.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert measured("careid_access") == {GOOD: 0}
