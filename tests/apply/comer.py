"""Somebody who was invited, with a browser: each verb posts what a page's form would."""

from django.conf import settings

from apply import links
from apply.models import Invitation
from tests.visitors import ORIGIN, Visitor, newest_code

BORN = {"date_of_birth_0": "27", "date_of_birth_1": "3", "date_of_birth_2": "1985"}
NUMBER = "PP700001A"


class Comer(Visitor):
    @property
    def cookie(self):
        return self.client.cookies[settings.APPLY_COOKIE].value

    def open(self, invitation, **pressed):
        return self.client.post(path(invitation), pressed)

    def type(self, code):
        return self.client.post("/apply/code/", {"code": code})

    def again(self):
        return self.client.post("/apply/code/again/")

    def prove(self, invitation):
        assert self.open(invitation).url == "/apply/code/"
        assert self.type(newest_code()).url == "/apply/details/"

    def give(self, nino=NUMBER, **typed):
        given = {"given_name": "Béa Ann", "family_name": "Newcomer", "national_insurance_number": nino}
        return self.client.post("/apply/details/", {**BORN, **given, **typed})

    def at(self):
        """Where this browser is led now: the name of the page, and its reason."""
        page = self.client.get("/apply/sent/", follow=True)
        return named(page)


def path(invitation):
    return links.give(fresh(invitation)).removeprefix(ORIGIN)


def fresh(invitation):
    return Invitation.objects.get(pk=invitation.pk)


def put(invitation, **fields):
    Invitation.objects.filter(pk=invitation.pk).update(**fields)
    return fresh(invitation)


def named(page):
    """`apply-code`, or `apply: expired` where the page has a reason."""
    body = page.content.decode().partition("<body data-page=")[2].partition(">")[0]
    return body.replace('" data-reason="', ": ").strip('"')


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"
