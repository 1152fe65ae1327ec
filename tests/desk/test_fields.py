"""What an admin types into Django's own forms is read as all other text is."""

import pytest
from django.contrib.auth.models import User

from careid.people.models import Organisation
from careid.people.services import Service

pytestmark = pytest.mark.django_db
ADD, SERVICE = "/admin/careid/organisation/add/", "/admin/careid/service/add/"
NEW = {
    "code": "RX9",
    "name": "Ysbyty\u00a0 Lly\u0302n",
    "ra_name": "RA  Lly\u0302n",
    "ra_email": "RA@Llŷn.example",
    "email_domains": "llŷn.example, Straße.example",
}


def test_an_organisation_is_kept_composed_with_its_domains_in_ascii(admin_client):
    assert admin_client.post(ADD, NEW).status_code == 302
    made = Organisation.objects.get(code="RX9")
    assert (made.name, made.ra_name) == ("Ysbyty Llŷn", "RA Llŷn")
    assert made.email_domains == ["llŷn.example".encode("idna").decode(), "xn--strae-oqa.example"]
    assert made.ra_email == f"ra@{made.email_domains[0]}"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "a\x01b", "signs that can be seen"),
        ("name", "a" + "\u0315\u0300" * 24_000, "200 characters or fewer"),
        ("ra_email", '"a\x0bb:c"@x.example', "signs that can be seen"),
        ("ra_email", '"</script>"@x.example', "like name@example.com"),
        ("email_domains", "-.ŷ", "like example.nhs.uk"),
    ],
)
def test_what_an_organisation_can_not_have_is_told_in_words(field, typed, words, admin_client):
    page = admin_client.post(ADD, NEW | {field: typed})
    assert words in str(page.context["adminform"].form.errors[field])
    assert not Organisation.objects.filter(code="RX9").exists()


def test_a_service_and_an_account_are_kept_composed_too(admin_client):
    service = {"name": "Cofnodion  Sia\u0302n", "address": "records.example"}
    assert admin_client.post(SERVICE, service).status_code == 302
    assert list(Service.objects.values_list("name", "address")) == [("Cofnodion Siân", "https://records.example")]
    rita = User.objects.create_user("rita", is_staff=True)
    admin_client.post(f"/admin/auth/user/{rita.pk}/change/", {"first_name": "Sia\u0302n", "organisations": ""})
    assert User.objects.get(pk=rita.pk).first_name == "Siân"
