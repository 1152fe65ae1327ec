"""A service sends somebody here to sign out (OpenID Connect RP-Initiated Logout 1.0)."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from careid.pages import answers
from careid.trail.actors import PERSON
from provider import leaving
from provider.leaving import Leaving
from provider.switch import on
from sign_in import leaving as here
from sign_in import sessions
from sign_in.journey import of_visit
from sign_in.models import Session
from sign_in.words import Ended


@of_visit
@on
@csrf_exempt
@require_http_methods(("GET", "POST"))
def end_session(request: HttpRequest) -> HttpResponse:
    """With a hint of this browser's session: signed out at once, and back to the service. Else a page asks first.

    A service's own POST comes without our cookies: it is led to the page, and its hint is left behind.
    """
    if request.method == "POST" and "sign_out" in request.POST:
        return _confirmed(request)
    if request.method == "POST":
        return _to_the_page(leaving.read(request.POST))
    asked, session = leaving.read(request.GET), sessions.found(request)
    if session and asked.sid == str(session.pk):
        return _signed_out(request, session, asked)
    if sessions.current(request):
        return _ask(request, asked)
    return _back(asked) if asked.sid else redirect("sign-out")  # nobody is here


def _to_the_page(asked: Leaving) -> HttpResponse:
    address = reverse("provider:end_session")
    return HttpResponseRedirect(f"{address}?{asked.query}" if asked.query else address, status=HTTPStatus.SEE_OTHER)


@csrf_protect
def _confirmed(request: HttpRequest) -> HttpResponse:
    """The page's own form: its address holds what was asked."""
    asked, session = leaving.read(request.GET), sessions.found(request)
    return _signed_out(request, session, asked) if session else _back(asked)


def _signed_out(request: HttpRequest, session: Session, asked: Leaving) -> HttpResponse:
    sessions.end(session=session, by=PERSON, reason=Ended.SIGNED_OUT)
    here.signed_out(request, session.profile_id)
    answer = _back(asked)
    if asked.back:
        answer.delete_cookie(settings.HERE_COOKIE)  # the page of ours that says so takes it away itself
    return answer


def _back(asked: Leaving) -> HttpResponse:
    return redirect(asked.back or "sign-out")


def _ask(request: HttpRequest, asked: Leaving) -> HttpResponse:
    answer = answers.show(request, "provider/sign_out.html", page="sign-out-ask", asked=asked)
    if asked.back:  # where the form leads in the end: `form-action` stops it silently else
        parts = urlsplit(asked.back)
        vars(answer)["_csp_update"] = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}
    return answer
