"""Who asks and who is here, read in one statement: what that leaves out of a client's row is no default of ours."""

import pytest
from django.test import RequestFactory

from provider import arriving
from provider.models import Client

pytestmark = pytest.mark.django_db


def test_each_field_of_the_client_that_asks_is_as_its_row_has_it(rp, here):
    named = {"jwks_uri": "https://rp.example/jwks", "backchannel_logout_uri": "https://rp.example/over"}
    Client.objects.filter(pk=rp.row.pk).update(**named, id_token_signed_response_alg="ES256", needs_role=True)
    request = RequestFactory().get("/oidc/authorize")
    request.COOKIES = {name: one.value for name, one in here.cookies.items()}
    found, row = arriving.client(request, rp.row.client_id), Client.objects.get(pk=rp.row.pk)
    told = {field.attname for field in Client._meta.concrete_fields} - {"service_id"}
    assert {name: getattr(found, name) for name in told} == {name: getattr(row, name) for name in told}
    assert found.name == row.service.name
