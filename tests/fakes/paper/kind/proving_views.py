"""Signing in with a code on paper: its part of the page of the ways, and what comes of the code."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from authenticators.paper import proving
from authenticators.paper.forms import ProofForm
from authenticators.paper.kind import KIND
from careid.errors import Refused
from sign_in import journey
from sign_in.journey import entry
from sign_in.models import Visit


def fragment(request: HttpRequest, visit: Visit, form: Any) -> dict[str, Any]:
    """Its form, one that was refused or a new one."""
    return {"form": form if isinstance(form, ProofForm) else ProofForm()}


@entry
def sign_in(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method != "POST":
        return redirect("sign-in")
    form = ProofForm(request.POST)
    if not form.is_valid():
        return journey.page(request, visit, form=form)
    try:
        return journey.finish(request, visit, proving.prove(code=form.cleaned_data["paper_code"]))
    except Refused as no:
        return journey.refused(request, visit, no.reason, kind=KIND.slug)
