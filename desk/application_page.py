"""The page of an application: who it may be, side by side, and what stands in the way of a yes."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format

from apply import duplicates
from apply.duplicates import Alike
from apply.models import Application
from careid.people.models import Profile
from desk import application_words, diagnosis

if TYPE_CHECKING:
    from django.db.models import QuerySet


def about(
    request: HttpRequest, row: Application, *, profiles: "QuerySet[Profile]", others: "QuerySet[Application]"
) -> dict[str, Any]:
    """What the template shows. `profiles` and `others` are what this admin may see; nobody else is hinted at.

    Whose the number is, only who may check numbers sees.
    """
    waits, by_number = row.state == Application.State.WAITING, request.user.has_perm("careid.check_number")
    found = _alike(row, profiles, others, by_number=by_number) if waits else []
    made = row.invitation.profile_id if row.state == Application.State.APPROVED else None
    return {
        "waits": waits,
        "four_eyes": application_words.REFUSED["four_eyes"],
        "born": born(row),
        "alike": [_shown(one) for one in found],
        "made": profiles.filter(pk=made).first() if made else None,
    }


def _alike(
    row: Application, profiles: "QuerySet[Profile]", others: "QuerySet[Application]", *, by_number: bool
) -> list[Alike]:
    found = duplicates.profiles(row, among=profiles, by_number=by_number)
    return [*found, *duplicates.applications(row, among=others, by_number=by_number)]


def born(application: Application) -> str:
    """`28 February 1990`, or what became of it."""
    if not application.date_of_birth:
        return "wiped, 30 days after the decision"
    return date_format(date.fromisoformat(application.date_of_birth), "j F Y")


def named(actor: str) -> str:
    return diagnosis.named([actor])[0] if actor else "-"


def _shown(one: Alike) -> dict[str, Any]:
    """A line beside the application's own: what is the same is told in words."""
    row, same = one.row, ", ".join(application_words.ALIKE[by] for by in one.by)
    if isinstance(row, Profile):
        facts = {"what": f"Profile {row.user_id}, {row.get_state_display().lower()}", "email": row.email, "born": ""}
        page = "admin:careid_profile_change"
    else:
        what = f"Application {row.invitation.reference}, {row.get_state_display().lower()}"
        facts = {"what": what, "email": row.invitation.email, "born": born(row)}
        page = "admin:apply_application_change"
    return {
        "name": str(row),
        "same": same,
        "code": row.organisation.code,
        "page": reverse(page, args=[row.pk]),
        **facts,
    }
