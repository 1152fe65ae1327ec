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
    who, started = _account(made.checked_by), _account(made.by)
    if made.checked_by == made.by or who is None or not who.email:
        return
    by = (started.get_full_name() or started.get_username()) if started else "Somebody of the Registration Authority"
    context = {"profile": made.profile, "by": by, "checked": made.get_checked_display().lower()}
    outbox.send("assisted_checked", profile=made.profile, context=context, to=who.email)


def _account(actor: str) -> User | None:
    key = actors.admin_key(actor)
    return None if key is None else User.objects.filter(pk=key).first()
