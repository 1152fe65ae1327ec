"""What takes a sign-in of a moment ago looks at the session again, once nobody else can change how it stands."""

from django.utils import timezone

from careid.people.models import Profile
from sign_in.models import Session


def held(session: Session) -> Session | None:
    """The session's row, locked with its profile in the caller's transaction; None where nobody is here by it now.

    The profile comes first, as everywhere. Who ends the session meanwhile waits, and ends what is begun here.
    """
    profile = Profile.locked(session.profile_id)
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related("newest__authenticator")
    fresh = rows.filter(pk=session.pk).first()
    if fresh:
        fresh.profile = profile
    return fresh if fresh and not fresh.why_dead(timezone.now()) else None
