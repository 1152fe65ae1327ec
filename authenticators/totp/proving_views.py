"""Signing in with an app: its part of the page of the ways, then the page of its code."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from authenticators.totp import proving, whose
from authenticators.totp.forms import WRONG_WORDS, AppCodeForm, SignInForm
from authenticators.totp.proving import Typed
from authenticators.totp.words import Why
from careid.errors import Refused
from careid.limits import counting
from careid.pages import answers
from careid.serving import visitors
from sign_in import browser, journey, ways
from sign_in.journey import entry
from sign_in.models import Visit
from sign_in.words import Why as Spent


def fragment(request: HttpRequest, visit: Visit, form: Any) -> dict[str, Any]:
    """What the app's part of the page of the ways needs: its form, one that was refused or a new one."""
    known = ways.address(request, visit)
    mine = isinstance(form, SignInForm)
    shown = form if mine else SignInForm(initial={"email": known, **answers.kept(request)})
    return {"form": shown, "was_wrong": mine and not form.is_bound}


@entry
def sign_in(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The page of the code; the page of the ways posts address and password here."""
    if request.method == "POST" and "code" not in request.POST:
        return _typed(request, visit)
    typed = proving.kept(visit)
    if typed is None:
        return _again(request, visit)
    form = AppCodeForm(request.POST) if request.method == "POST" else AppCodeForm(initial=answers.kept(request))
    if form.is_bound and form.is_valid():
        return _judged(request, visit, typed, form.cleaned_data["code"])
    context = {"visit": visit, "typed": typed, "others": ways.usable(visit)}
    return answers.show(request, "authenticators/totp/sign_in_code.html", page="sign-in-code", form=form, **context)


def _typed(request: HttpRequest, visit: Visit) -> HttpResponse:
    form = SignInForm(request.POST)
    if not form.is_valid():
        return journey.page(request, visit, form=form)
    proving.keep(visit=visit, typed=form.typed())
    return redirect("totp:sign_in")


def _again(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Nothing waits for a code, or no longer: the page of the ways, and of a code that was typed what became of it."""
    written = proving.wipe(visit)
    if request.method != "POST" or visit.is_new:
        return redirect("sign-in")
    return _wrong(request, visit, written, "waited")


def _judged(request: HttpRequest, visit: Visit, typed: Typed, code: str) -> HttpResponse:
    who = whose.find(email=typed.email, browser=browser.read(request), here=visitors.read(request))
    try:
        proved = proving.prove(typed=typed, code=code, who=who)
        return journey.finish(request, visit, proved.app, proved.material)
    except counting.Locked as locked:
        return _locked(request, visit, locked.verdict)
    except Refused as no:
        spent = no.reason in {Why.USED, Spent.SPENT}  # it may be by the first of two presses of this very button
        before = journey.after_another(visit) if spent else None
        return before or _wrong(request, visit, typed.written, no.reason, **no.facts)
    finally:
        proving.wipe(visit)


def _wrong(request: HttpRequest, visit: Visit, written: str, reason: str, **facts: str) -> HttpResponse:
    """The page of the ways, the address kept: the same words whatever was wrong, but for a clock."""
    words = WRONG_WORDS.get(reason, WRONG_WORDS[Why.WRONG]).format(**facts)
    return journey.page(request, visit, form=SignInForm(initial={"email": written}), notice=words)


def _locked(request: HttpRequest, visit: Visit, verdict: counting.Verdict) -> HttpResponse:
    """429: until when the app's way is locked, and which ways are not."""
    context = {
        "page": "locked",
        "reason": "registration_authority" if verdict.by_hand else "limit",
        "until": verdict.until,
        "seconds": verdict.seconds,
        "others": ways.usable(visit),
    }
    answer = render(request, "authenticators/totp/sign_in_locked.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(verdict.seconds)
    return answer
