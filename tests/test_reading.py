"""What people read here is in plain words: every page that the tests visit, and every mail in each of its forms."""

import itertools
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from apply.inviters import Inviter
from apply.routes import ROUTES
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.pages import answers
from careid.people.models import Organisation, Profile
from careid.people.services import Service
from moves.models import Move, Person
from tests import reading
from tests.test_architecture import PUBLIC

CHOICE = re.compile(r'(\w+) == "(\w+)"')
SWITCH = re.compile(r"{% (?:el)?if (?:not )?([\w.]+)(?: or [\w.]+)* %}")


def folders():
    found = {folder for engine in engines.all() for folder in engine.template_dirs}
    ours = [Path(folder) for folder in found if Path(folder).is_relative_to(settings.BASE_DIR)]
    return [folder for folder in ours if ".venv" not in folder.parts]


def mails():
    """Every template of a mail, wherever it stands: those that begin with a subject."""
    found = {path for folder in folders() for path in (folder / "mail").glob("*.txt")}
    return sorted(f"mail/{path.name}" for path in found if "Care ID: " in source(f"mail/{path.name}").split("\n")[0])


def source(name):
    """A template's text, with that of what it extends first and of what it includes last."""
    text = Path(get_template(name).origin.name).read_text()
    parents = re.findall(r'{% extends "([^"]+)"', text)
    parts = re.findall(r'{% include "([^"]+)"', text)
    return "".join([*map(source, parents), text, *map(source, parts)])


def test_the_counter_counts_as_people_do():
    heard = {"cat": 1, "stopped": 1, "added": 2, "table": 2, "times": 1, "places": 2, "can't": 1, "didn't": 2}
    heard |= {"authority": 4, "authenticator": 5, "organisation": 5, "registration": 4, "National": 3, "usually": 4}
    assert {word: reading.syllables(word) for word in heard} == heard


def test_a_text_that_is_hard_or_has_a_long_sentence_is_found_out():
    assert reading.mail("Dear colleague,\n\nYour phone is on file. You can sign in with it now.").faults == []
    [hard] = reading.mail("Organisational authentication necessitates considerable administration.").faults
    assert hard.startswith("grade ")
    long = reading.mail("We ask you to look at it now " + "and then to go on " * 5 + "and on.").faults[-1]
    assert long.startswith("over 25 words")


def context():
    """Whatever a mail may name."""
    organisation = Organisation(
        name="Riverside Community Trust", code="RX1", ra_name="Riverside RA", ra_phone="01632 960200"
    )
    profile = Profile(user_id="999900000001", given_name="Ama", email="ama@example.nhs.uk", organisation=organisation)
    link = "https://careid.example.nhs.uk/not-me/AAAA/"
    made = {"profile": profile, "organisation": organisation, "not_me": link, "start": link, "code": "012345"}
    made |= {
        "minutes": 10,
        "hours": 24,
        "reference": "7K4-Q2M",
        "browser": "Chrome on Windows",
        "until": timezone.now(),
    }
    made |= {"security_contact": "security@example.nhs.uk", "services": [Service(name="Summary Care Record")]}
    made |= {"inviter": Inviter("Jo Smith", "jo.smith@example.nhs.uk"), "link": link}
    made |= of_a_move(organisation, profile)
    made |= {"routes": ROUTES.values(), "name": "Bea Newcomer"}
    added = Authenticator(profile=profile, kind=next(iter(KINDS)), usable_from=timezone.now())
    return made | {"authenticator": added}


def of_a_move(organisation, profile):
    move = Move(service=Service(name="Message Exchange"), title="A new way to sign in", slug="exchange")
    move.starts_on, move.ends_on = date(2027, 1, 4), date(2027, 1, 18)
    named = {"given_name": "Kim", "family_name": "Sample", "organisation": organisation, "profile": profile}
    link = "https://careid.example.nhs.uk/move/AAAA/"
    return {"move": move, "person": Person(move=move, **named), "link": link, "what": "14", "days": 14}


def forms(name):
    """The contexts that lead through every branch of a template, each with the choice that it makes."""
    text, usual = source(name), context()
    switches = {switch.partition(".")[0] for switch in SWITCH.findall(text)} & (
        {"hold", "until", "services"} | usual.keys()
    )
    choices = CHOICE.findall(text)
    yield {}, usual
    for switch, on in itertools.product(sorted(switches - {"organisation"}), (True, False)):
        yield {switch: on}, usual | {switch: (usual.get(switch) or on) if on else None}
    for variable, word in choices:
        yield {variable: word}, usual | {variable: word}


@pytest.mark.parametrize("name", mails())
def test_every_mail_reads_easily_in_each_of_its_forms(name):
    for choice, values in forms(name):
        subject, _, body = render_to_string(name, values).partition("\n")
        assert subject
        assert reading.mail(body).faults == [], f"{name} with {choice}"


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(path for path, view in PUBLIC.items() if view.step is None and "<" not in path))
def test_every_page_that_is_open_to_all_reads_easily(path, client, organisation):
    answer = client.get(f"/{path}", {"q": organisation.name})
    assert reading.page(answer.content.decode()).faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 405, 411, 413, 431, 500, 503])
def test_every_page_of_an_error_reads_easily(status, rf):
    assert reading.page(answers.error(rf.get("/"), status).content.decode()).faults == []


def test_no_template_tells_a_time_by_a_way_that_knows_no_hour_that_comes_twice():
    pages = [path for folder in folders() for kind in ("*.html", "*.txt") for path in folder.rglob(kind)]
    told = re.compile(r"\|(date|time):\"[^\"]*[gGhH]:?[iA]")
    assert pages
    assert not [str(path) for path in pages if told.search(path.read_text())]
