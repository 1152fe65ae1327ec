"""Which authenticators count and which work is said once, where they stand."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Count
from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.models import Profile
from tests import kinds, packages

ROOT = Path(__file__).resolve().parents[2]
# A state by its stored word, or "not revoked".
SPELLED = re.compile(r"""state\w*[^,)]*["'](active|suspended|revoked)["']|(exclude\(state=|state *!= *)\S*REVOKED""")


def sources():
    for app in packages.EACH:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts and path != ROOT / "authenticators" / "models.py":
                yield path


def test_no_other_file_says_which_states_are_live():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if SPELLED.search(line)
    ]
    assert not found, "ask Authenticator.objects.live() or .usable(at):\n" + "\n".join(found)


@pytest.mark.django_db
def test_rows_and_queries_agree_on_what_is_live_and_what_is_usable(person, make_person):
    now = timezone.now()
    for state in Authenticator.State:
        for minutes in (-1, 0, 1):
            Authenticator.objects.create(
                profile=person, kind=kinds.some_kind(), external_id=f"{state}{minutes}", material={}, added_by="person",
                state=state, state_reason="" if state == "active" else "lost", usable_from=now + timedelta(minutes=minutes),
            )  # fmt: skip
    rows, nobody = list(Authenticator.objects.all()), make_person()
    assert set(Authenticator.objects.live()) == {one for one in rows if one.is_live}
    assert set(Authenticator.objects.usable(now)) == {one for one in rows if one.usable(now)}
    assert {one.external_id for one in rows if one.usable(now)} == {"active-1", "active0"}
    having = Profile.objects.annotate(having=Count("authenticators", filter=Authenticator.live("authenticators__")))
    assert dict(having.values_list("pk", "having")) == {person.pk: 6, nobody.pk: 0}
