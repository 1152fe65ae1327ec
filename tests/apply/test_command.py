"""`manage.py invitations`, and what is measured."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from apply.models import Application, Invitation
from careid.people.models import Organisation
from careid.serving import metrics
from careid.trail.models import Event

pytestmark = pytest.mark.django_db


def put(invitation, **fields):
    Invitation.objects.filter(pk=invitation.pk).update(**fields)


def apply(invitation, days):
    fields = {"given_name": "Bea", "family_name": "New", "submitted_at": timezone.now() - timedelta(days=days)}
    put(invitation, state="submitted")
    Application.objects.create(invitation=invitation, organisation=invitation.organisation, **fields)


def run(capsys, *words):
    call_command("invitations", *words)
    return capsys.readouterr().out


def test_the_report_has_each_organisation_s_numbers_and_what_waits_longest_and_names_nobody(make_invitation, capsys):
    other = Organisation.objects.create(code="AB2")
    put(make_invitation(organisation=other), state="found")
    one, *_, over = (make_invitation() for _ in range(4))
    put(over, expires_at=timezone.now() - timedelta(seconds=1))
    apply(one, days=3)
    apply(make_invitation(), days=1)
    told = run(capsys, "report")
    assert told.splitlines() == [
        "AB2           1 found",
        "RX1           2 sent, 2 submitted, 1 expired",
        "2 applications to decide, the oldest since 3 days.",
    ]


def test_the_report_of_nothing_says_so(db, capsys):
    assert run(capsys, "report") == "No application waits.\n"


def test_what_ran_out_ends_or_in_a_dry_run_would(make_invitation, capsys):
    one, _ = make_invitation(), make_invitation()
    put(one, expires_at=timezone.now())
    assert run(capsys, "expire", "--dry-run") == "Dry run, nothing was changed: 1 invitation would end\n"
    assert Invitation.objects.filter(state="expired").count() == 0
    assert run(capsys, "expire") == "1 invitation ended\n"
    assert Invitation.objects.get(state="expired") == one
    ran = Event.objects.filter(name="command.run").order_by("sequence").values_list("actor", "details")
    what = {"command": "invitations", "rows": 1, "failed": 0}
    assert list(ran) == [("command:invitations", {**what, "dry_run": dry}) for dry in (True, False)]


def test_who_is_on_the_way_is_measured(make_invitation):
    one, over, *_ = (make_invitation() for _ in range(4))
    put(over, expires_at=timezone.now() - timedelta(minutes=1))
    apply(one, days=2)
    told = dict(
        line.split() for line in metrics.text().decode().splitlines() if line.startswith("careid_") and "{" not in line
    )
    assert [float(told[f"careid_{name}"]) for name in ("invitations_live", "applications_waiting")] == [2, 1]
    assert float(told["careid_application_oldest_waiting_seconds"]) == pytest.approx(172_800, abs=60)
    assert float(told["careid_files_under_way"]) == 0
