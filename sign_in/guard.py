"""The guard of pages for who is here, and whether they proved it a moment ago."""

from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from sign_in import admitting, sessions, visits
from sign_in.journey import View, mark
from sign_in.models import Session, Visit


def signed_in(view: View) -> View:
    """Open a page only to who is here: the view gets the session. Others are led to sign in, and told why."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = sessions.current(request)
        if session is None:
            return _not_here(request)
        sessions.see(session)
        return view(request, session, *args, **kwargs)

    vars(guarded)["signed_in"] = True
    return mark(guarded)


def _not_here(request: HttpRequest) -> HttpResponse:
    """Whose session has ended is told so; who had none signs in, on a visit that goes to their account."""
    if sessions.found(request):
        return redirect("sign-out")
    return visits.keep(redirect("sign-in"), visits.anew(request))


def is_fresh(session: Session, *, besides: UUID | None = None) -> bool:
    """Whether they proved it within five minutes, with something else than the authenticator `besides`.

    Where a proof may be of some time ago, only one that was asked for anew counts: another person may have given it.
    """
    newest = session.newest
    if newest.authenticator_id == besides or timezone.now() - newest.at >= settings.SESSION_FRESH:
        return False
    may_be_earlier = admitting.proving(newest.authenticator).may_be_earlier
    return not may_be_earlier or Visit.objects.filter(pk=newest.visit_id, fresh=True).exists()
