"""The authorization endpoint, and the address by which a person's pages go on to the service, or leave."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from careid.limits import counting
from careid.pages import answers
from careid.serving import visitors
from careid.serving.middleware import URL_MOST
from provider import arriving, authorizing, requests, switch, waiting
from provider.authorizing import Lack, Ready
from provider.limits import AUTHORIZE, NOTES
from provider.models import Request
from provider.parameters import Error
from provider.requests import Asked, NoRedirect, Pairs
from sign_in import journey, sessions, trail, visits
from sign_in.models import Visit

View = Callable[..., HttpResponse]


def answering(view: View) -> View:
    """Answer what a rule says no with: back to the service, or with a page of ours where nobody is to be told."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except counting.Locked as locked:
            return answers.locked(request, locked.verdict, template=journey.LOCKED)
        except NoRedirect as no:
            context = {"page": "provider-error", "here": None, **vars(no)}
            return render(request, "provider/error.html", context, status=HTTPStatus.BAD_REQUEST)
        except Error as no:
            return HttpResponseRedirect(authorizing.tell(no))

    return guarded


@csrf_exempt
@switch.on
@require_http_methods(("GET", "POST"))  # a HEAD would use up what a GET does
@answering
def authorize(request: HttpRequest) -> HttpResponse:
    """The authorization endpoint (OpenID Connect Core 3.1.2.1). To another site's POST the browser gives no cookies."""
    if request.method == "POST":
        return _by_get(_pairs(request.POST))
    client = arriving.client(request, request.GET.get("client_id", ""))
    asked = requests.read(_pairs(request.GET), lambda _: client)
    assert client  # else it was refused
    session = sessions.current(request)
    found = authorizing.judge(asked=asked, client=client, session=session)
    if asked.is_silent and isinstance(found, Lack):
        raise asked.refused(found.error, "a page would have to be shown")
    if isinstance(found, Lack):
        return _led(request, found, asked=asked, client=client)
    if session and not asked.is_silent:
        sessions.see(session)
    return HttpResponseRedirect(authorizing.give(asked=asked, client=client, ready=found))


def _pairs(fields: QueryDict) -> Pairs:
    return [(name, value) for name, values in fields.lists() for value in values]


def _by_get(pairs: Pairs) -> HttpResponse:
    answer = HttpResponseRedirect(f"{reverse('provider:authorize')}?{urlencode(pairs)}")
    answer.status_code = HTTPStatus.SEE_OTHER
    if len(answer.url) > URL_MOST:
        raise NoRedirect("request")
    return answer


@switch.on
@require_http_methods(("GET", "POST"))
@answering
def go_on(request: HttpRequest) -> HttpResponse:
    """On to the service with what this browser's request lacked; by a POST with `leave`, back to it without."""
    visit = visits.found(request)
    if visit is None:
        raise NoRedirect("gone")
    row, asked = waiting.of(visit)
    if "leave" in request.POST:
        raise waiting.leave(row=row, asked=asked, visit=visit)
    found = _judged(request, visit, row, asked)
    if isinstance(found, Ready):
        return HttpResponseRedirect(waiting.give(row=row, asked=asked, ready=found))
    if found is Lack.ROLE or (found is Lack.SIGN_IN and not visit.is_over):
        return redirect(found.page)
    here = visitors.read(request)
    counting.hit_or_lock((AUTHORIZE, here.address), room=here.room)  # as whatever else writes a visit
    return _led(request, found, asked=asked, client=row.client, row=row)


def _led(request: HttpRequest, lack: Lack, **waits: Any) -> HttpResponse:
    """To the page of what is lacking, by a new visit. What nobody can give is noted, sixty times an hour an address."""
    visit, here = waiting.begin(lack=lack, **waits), visitors.read(request)
    if visit.refused and not counting.hit((NOTES, here.address), room=here.room).silenced:
        session = sessions.current(request)
        trail.note_of_service(visit=visit, profile=session.profile if session else None)
    return visits.keep(redirect(lack.page), visit)


def _judged(request: HttpRequest, visit: Visit, row: Request, asked: Asked) -> Ready | Lack:
    session = sessions.current(request)
    try:
        return authorizing.judge(asked=asked, client=row.client, session=session, visit_id=visit.pk, request_id=row.pk)
    except Error:
        waiting.end(row)
        raise
