"""Adding and signing in in one browser, and answers that come at once: each is what it was begun for, and once."""

from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.urls import reverse

from authenticators.models import Authenticator
from sign_in.models import Session, SignIn
from tests.authenticators.nhsnet.test_nhsnet_coming_back import CALLBACK, REFUSED, TOKEN, reason
from tests.threads import together
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db


class TestAddingAndSigningInAtOnce:
    def test_both_go_their_own_way_in_one_browser(self, visitor, make_person, linked, prove, sign_in):
        adds, signs_in = make_person(), make_person()
        linked(signs_in, "another")
        visitor.verify(adds)
        to_add, to_sign_in = sign_in(visitor), prove(visitor, "another")
        assert visitor.client.get(to_add).url.endswith("/done/")
        assert visitor.client.get(to_sign_in).url == reverse("account")
        assert SignIn.objects.get().profile == signs_in
        assert Authenticator.objects.get(profile=adds).kind == "nhsnet"

    def test_what_was_begun_to_add_never_signs_in(self, visitor, make_person, linked, prove, sign_in):
        """The account is linked to somebody else meanwhile: coming back, it is not added, and nobody is here."""
        visitor.verify(make_person())
        prove(visitor, "cancel")
        to_add = sign_in(visitor)
        linked(make_person())
        assert visitor.client.get(to_add).url == "/authenticators/nhsnet/problem/linked_elsewhere/"
        assert not Session.objects.exists()

    def test_what_was_begun_to_sign_in_never_adds(self, visitor, person, prove):
        visitor.verify(person)
        visitor.client.get(prove(visitor))
        assert reason(visitor) == "not_registered"
        assert not Authenticator.objects.exists()

    def test_the_answer_of_the_one_is_not_taken_for_the_others(self, visitor, person, linked, prove, sign_in):
        """A code that came with the attempt's state, under the state of the visit, and the other way round."""
        linked(person)
        visitor.verify(person)
        to_sign_in, stolen = (parse_qs(urlsplit(prove(one)).query) for one in (visitor, Visitor()))
        mixed = urlencode({"state": to_sign_in["state"][0], "code": stolen["code"][0], "iss": stolen["iss"][0]})
        visitor.client.get(f"{CALLBACK}?{mixed}")
        assert reason(visitor) == "timed_out"
        assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_ten_times_at_once_is_one_sign_in(visitor, person, linked, prove, provider):
    linked(person)
    back = prove(visitor)
    answers = together([partial(visit, back, visitor.client.cookies["careid-visit"].value)] * 10)
    assert SignIn.objects.count() == Session.objects.count() == 1
    assert provider.seen[TOKEN] == 1
    assert set(answers) <= {reverse("account"), REFUSED}
    assert reverse("account") in answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [False, True])
def test_two_tabs_that_come_back_at_once_are_one_person_who_is_here(is_known, visitor, person, linked, prove, come_in):
    linked(person)
    if is_known:  # else what NHS.net says of the account is news, and the first of the two writes it
        come_in(Visitor())
    backs = [prove(visitor), prove(visitor)]
    cookie = visitor.client.cookies["careid-visit"].value
    assert set(together([partial(visit, back, cookie) for back in backs])) == {reverse("account")}
    assert Session.objects.count() == 1 + is_known


def visit(back, cookie):
    other = Visitor()
    other.client.cookies["careid-visit"] = cookie
    return other.client.get(back).url
