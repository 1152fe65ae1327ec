"""No text holds a process up: each field of each form and each value of each command meets 48,000 combining marks."""

import inspect
import re
from argparse import _SubParsersAction
from collections import Counter
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeListSearchForm
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, load_command_class
from django.test import RequestFactory
from environ.fileaware_mapping import FileAwareMapping

import manage
from authenticators.registry import KINDS
from careid.environment import Environment
from careid.serving.visitors import Visitor
from profiles.importing import people_file
from tests import kinds
from tests.marks import TEXTS, quickly
from tests.test_architecture import PUBLIC
from tests.test_manage import FLOORS, OURS
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
        "kinds": list(KINDS.values()),
        "live": Counter(),
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
    "begun": "/code/",
    "visit": "/sign-in/",
    "place": f"/authenticators/{kinds.another_kind()}/",
    "reason": f"/sign-in/{kinds.another_kind()}/",
    "but": "/account/sessions/end/",
    "state": next(f"/{path}" for path in PUBLIC if path.endswith("/callback/")),
}


def read_outside_forms():
    """The names that a view reads by itself."""
    sources = (file.read_text() for floor in FLOORS for file in ROOT.glob(f"{floor}/**/*.py"))
    return {name for source in sources for name in READ.findall(source)}


@pytest.mark.parametrize("name", sorted(read_outside_forms()))
def test_no_value_that_a_page_reads_by_itself_takes_long(name, admin_client, person):
    """A name that is new here wants its page in PLACES."""
    browser = Browser()
    browser.details(person)
    client = admin_client if PLACES[name].startswith("/admin/") else browser.client
    for what, text in TEXTS.items():
        with quickly(f"{name}: {what}"):
            assert client.post(PLACES[name], {name: text}).status_code < 500
            assert client.get(PLACES[name], {name: text}).status_code < 500
            assert client.get(PLACES[name], {name: text[:600]}).status_code < 500


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_no_search_at_the_desk_takes_long(model, admin_client):
    page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for what in ("marks", "eight kinds"):
        with quickly(what):
            assert admin_client.get(page, {"q": TEXTS[what][:1_200]}).status_code < 500


@pytest.fixture
def file(tmp_path):
    """What every command that reads one gets: the people's header, and rows of marks."""
    path = tmp_path / "marks.csv"
    rows = [",".join(text[:7_000] if column == there else "1" for column in people_file.COLUMNS)
            for there in people_file.COLUMNS for text in TEXTS.values() if "," not in text]  # fmt: skip
    path.write_text("\n".join([",".join(people_file.COLUMNS), *rows, *TEXTS.values()]) + "\n")
    return path


def values(parser, before=()):
    """Each value that a command takes, with the words before it: ([words], its action, the parser)."""
    stock = {"verbosity", "settings", "pythonpath", "database"}
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for verb, one in action.choices.items():
                yield from values(one, (*before, verb))
        elif action.nargs != 0 and action.dest not in stock:
            yield before, action, parser


def line(before, action, parser, text, file):
    """A command's line where one value is the text, and each other that has to be there is a likely one."""
    words = list(before)
    for other in parser._actions:
        if other is action or (other.required and other.nargs != 0):
            value = text if other is action else str(file) if other.type is Path else next(iter(other.choices or ["x"]))
            words += [*other.option_strings[-1:], value]
    return words


THEIRS = {"migrate"}  # its values are Django's own, and it closes the tests' connection
PARSERS = {
    name: load_command_class(OURS[name], name).create_parser("manage.py", name) for name in sorted({*OURS} - THEIRS)
}
EVERY_VALUE = [(name, value) for name, parser in PARSERS.items() for value in values(parser)]


@pytest.mark.parametrize(("name", "value"), EVERY_VALUE, ids=lambda one: one if isinstance(one, str) else one[1].dest)
def test_no_value_of_a_command_takes_long(name, value, file, capsys):
    texts = {"a file": str(file)} if value[1].type is Path else TEXTS
    for what, text in texts.items():
        with quickly(f"{name} {value[1].dest}: {what}"), suppress(CommandError, SystemExit):
            call_command(name, *line(*value, text, file))


def test_an_argument_that_is_far_too_long_is_refused_before_any_command_reads_it(capsys):
    with pytest.raises(SystemExit) as stopped:
        manage.bounded(["manage.py", "revoke", TEXTS["marks"]])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "Argument 2 is longer than 10000 characters.\n"


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_a_setting_that_is_far_too_long_is_refused_before_it_is_read(name, tmp_path, monkeypatch):
    address, file = f"postgres://{TEXTS['marks']}/careid", tmp_path / "address"
    file.write_text(address)
    monkeypatch.setenv(name, str(file) if name.endswith("_FILE") else address)
    monkeypatch.setattr(Environment, "ENVIRON", FileAwareMapping())  # without what was read before
    with quickly(), pytest.raises(ImproperlyConfigured, match="DATABASE_URL: is longer than 10000 characters"):
        Environment().postgres_url("DATABASE_URL", default="postgres:///careid")
