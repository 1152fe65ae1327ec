"""Who hears that an assisted registration was started: the person, and the colleague who is named as who checked."""

from django.contrib.auth.models import User

from careid.people.models import Profile
from careid.post import outbox
from careid.post.models import Mail
from careid.trail import actors
from enrolment.models import Assisted


def to_the_person(profile: Profile) -> Mail | None:
    """Tell the person, at an address that was replaced lately too. The link waits for the one to the address of now."""
    told = outbox.to_everyone("assisted", profile=profile, context={"profile": profile})
    return told.get(profile.email or "")


def to_who_checked(made: Assisted) -> None:
    """A colleague who is named has to know of it: they answer for the check with their name."""
    if address := address_of(made.checked_by, named_by=made.by):
        context = {"profile": made.profile, "by": name_of(made.by), "checked": made.get_checked_display().lower()}
        outbox.send("assisted_checked", profile=made.profile, context=context, to=address)


def address_of(checked_by: str, *, named_by: str) -> str:
    """Where a colleague hears that they are named; empty where it is whoever names them, or has no address here."""
    who = _account(checked_by) if checked_by != named_by else None
    return who.email if who else ""


def name_of(actor: str) -> str:
    """Who named them, as the colleague knows that person."""
    user = _account(actor)
    return (user.get_full_name() or user.get_username()) if user else "Somebody of the Registration Authority"


def _account(actor: str) -> User | None:
    key = actors.admin_key(actor)
    return None if key is None else User.objects.filter(pk=key).first()
