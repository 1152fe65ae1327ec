"""No text holds a process up: each field of each form and each value that a page reads meets 48,000 combining marks."""

import inspect
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeListSearchForm
from django.contrib.auth.models import User
from django.test import RequestFactory

from authenticators.registry import KINDS
from careid.people.services import Service
from careid.serving.visitors import Visitor
from careid.storing import crypto
from provider.models import Client
from tests import kinds
from tests.apply.applications import applied
from tests.marks import TEXTS, quickly
from tests.moves import made as movers
from tests.test_architecture import PUBLIC
from tests.test_manage import FLOORS
from tests.visitors import Visitor as Browser

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent


def every_form():
    """Each form of ours, found in the code, and those that the admin makes of our models."""
    for floor in FLOORS:
        package = import_module(floor)
        for module in walk_packages(package.__path__, f"{floor}."):
            if ".migrations" not in module.name:
                import_module(module.name)
    made = [ChangeListSearchForm, *below(forms.BaseForm)]
    return sorted({one for one in made if one.base_fields}, key=lambda one: f"{one.__module__}.{one.__qualname__}")


def below(form):
    for one in form.__subclasses__():
        yield from below(one)
        if one.__module__.partition(".")[0] in FLOORS:
            yield one


@pytest.fixture
def make(person, admin_user, rf):
    """A form with this typed into it. What a new form needs to be made stands here by its parameter's name."""
    asked = rf.post("/")
    asked.user, asked.session = admin_user, {}
    known = {
        "here": Visitor("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        "browser": "x" * 32,
        "profile": person,
        "application": applied(person.organisation),
        "kinds": list(KINDS.values()),
        "live": Counter(),
        "roles": [],
        "reasons": {"mistake": "A mistake"},
        "user": admin_user,
        "request": asked,
    }

    def make(form, data):
        parameters = [name for one in form.__mro__ for name in inspect.signature(one.__init__).parameters]
        theirs = {name: known[name] for name in parameters if name in known}
        if issubclass(form, forms.ModelForm) and form._meta.model is User:
            theirs["instance"] = admin_user
        return form(**theirs, data=data)

    return make


def names(field):
    return [field, f"{field}_0", f"{field}_1"]


def try_each_field(form, make, settings):
    settings.CAPTCHA = "always"
    for field in form.base_fields:
        for what, text in TEXTS.items():
            with quickly(f"{form.__qualname__}.{field}: {what}"):
                filled = make(form, dict.fromkeys(names(field), text))
                filled.is_valid()
                str(filled)


@pytest.mark.parametrize("form", every_form(), ids=lambda form: f"{form.__module__}.{form.__qualname__}")
def test_no_field_of_a_form_takes_long(form, make, settings):
    try_each_field(form, make, settings)


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_no_field_that_the_admin_makes_takes_long(model, make, settings, admin_user):
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=admin_user.pk)
    edited = admin.site._registry[model]
    if edited.has_change_permission(request) or edited.has_add_permission(request):
        try_each_field(edited.get_form(request), make, settings)


READ = re.compile(r"request\.(?:POST|GET)\.get\(\"(\w+)\"")
PLACES = {
    "next": "/admin/login/",
    "remove": "/admin/factors/",
    "national_insurance_number": "/admin/careid/profile/by-number/",
    "code": "/code/",
    "q": "/help/find-your-ra/",
    "organisation": "/apply/ask/",
    "begun": "/code/",
    "answer": "/move/a-token/",
    "client_id": "/oidc/authorize",
    "visit": "/sign-in/",
    "place": f"/authenticators/{kinds.another_kind()}/",
    "reason": f"/sign-in/{kinds.another_kind()}/",
    "but": "/account/sessions/end/",
    "stands": "/admin/provider/client/1/secret/",
    "state": next(f"/{path}" for path in PUBLIC if path.endswith("/callback/")),
}


def read_outside_forms():
    """The names that a view reads by itself."""
    sources = (file.read_text() for floor in FLOORS for file in ROOT.glob(f"{floor}/**/*.py"))
    return {name for source in sources for name in READ.findall(source)}


@pytest.fixture
def a_client(db):
    """A service's client with a secret, at the address that PLACES names."""
    service = Service.objects.create(name="Sample Service")
    kept = {"secret_hash": b"x" * 32, "redirect_uris": ["https://rp.example/back"], "client_id": "a-client"}
    return Client.objects.create(pk=1, service=service, token_endpoint_auth_method="client_secret_post", **kept)


@pytest.fixture
def somebody_in_a_move(organisation):
    """Whose page is at the address that PLACES names."""
    one = movers.person(movers.move())
    one.token_hash = crypto.token_hash("a-token")
    one.save()


@pytest.mark.parametrize("name", sorted(read_outside_forms()))
@pytest.mark.usefixtures("a_client", "somebody_in_a_move")
def test_no_value_that_a_page_reads_by_itself_takes_long(name, admin_client, person):
    """A name that is new here wants its page in PLACES."""
    browser = Browser()
    browser.details(person)
    client = admin_client if PLACES[name].startswith("/admin/") else browser.client
    for what, text in TEXTS.items():
        with quickly(f"{name}: {what}"):
            assert client.post(PLACES[name], {name: text}).status_code < 500
            assert client.get(PLACES[name], {name: text}).status_code < 500
            assert client.get(PLACES[name]).status_code != 404  # else nothing reads it there
            assert client.get(PLACES[name], {name: text[:600]}).status_code < 500


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_no_search_at_the_desk_takes_long(model, admin_client):
    page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for what in ("marks", "eight kinds"):
        with quickly(what):
            assert admin_client.get(page, {"q": TEXTS[what][:1_200]}).status_code < 500
