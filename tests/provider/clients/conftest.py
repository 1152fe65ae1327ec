"""Services that CIS2 signs people in for today, each with its own parameters and its own checks, moved here unchanged."""

import importlib

import pytest
from django.urls import clear_url_caches

import careid.urls
import provider.urls
from careid.people.roles import Role

CIS2 = "/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare"


@pytest.fixture
def person(make_person):
    """Somebody with a role and an identity that was proved."""
    person = make_person(identity_level=3)
    give_role(person, "555021935107")
    return person


def give_role(person, person_roleid, **fields):
    values = {
        "person_orgid": "555021935000",
        "org_code": person.organisation.code,
        "role_code": "S8000:G8000:R8001",
        "role_name": '"Clinical":"Clinical Provision":"Nurse Access Role"',
        "activity_codes": ["B0065", "B0570"],
        "activities": ["Access Patient Consent", "Perform Pharmacy Activities"],
        "workgroups": ["Example Screening"],
        "workgroups_codes": ["000000000001"],
    }
    return Role.objects.create(profile=person, person_roleid=person_roleid, **values | fields)


@pytest.fixture
def as_cis2(settings):
    """The issuer as CIS2's own is written, its port and path included. Returns it."""
    settings.ISSUER_ORIGIN, settings.ISSUER_PATH = "https://am.nhsidentity.example:443", CIS2
    settings.ISSUER = settings.ISSUER_ORIGIN + CIS2
    _read_again()
    yield settings.ISSUER
    settings.ISSUER_PATH = "/oidc"
    _read_again()


def _read_again():
    for module in (provider.urls, careid.urls):
        importlib.reload(module)
    clear_url_caches()
