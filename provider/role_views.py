"""The page on which somebody chooses the role that they work in, for the service that asks."""

import unicodedata
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from careid.errors import Refused
from careid.pages import answers, passing
from careid.pages.forms import PageForm, PlainCharField
from careid.people.roles import Role
from provider import authorizing, roles, waiting
from provider.authorizing import Lack
from provider.models import Request
from provider.parameters import Error
from provider.requests import NoRedirect
from provider.switch import on
from sign_in import journey, sessions, visits
from sign_in.journey import PAGE_METHODS, of_visit
from sign_in.models import Session, Visit

A_LIST: Final = 5  # roles: more are searched


class RoleForm(PageForm):
    """A person's roles, each with where it is."""

    never_the_same = frozenset({"role"})  # and nothing of it is kept for the page of the next person
    role = forms.ChoiceField(
        label="Your roles",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role", "invalid_choice": "Choose one of your roles"},
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.person_roleid, one.title) for one in roles]
        looks = [(one.title, one.at) for one in roles]
        self.hints = {
            one.person_roleid: one.at if looks.count(look) == 1 else f"{one.at}, role {one.person_roleid}"
            for one, look in zip(roles, looks, strict=True)
        }


class SearchForm(PageForm):
    """What to look for among many roles. It comes by POST, so that it stands in no address."""

    never_the_same = frozenset({"search"})
    search = PlainCharField(
        label="Search your roles",
        help_text="By what the role is called, or where it is",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "nhsuk-input"}),
    )


@on
@of_visit
@require_http_methods(PAGE_METHODS)
def role(request: HttpRequest) -> HttpResponse:
    """Choose a role for the service whose request this browser's visit answers; open to whom nothing else keeps."""
    visit, session = visits.found(request), sessions.current(request)
    asked = _waiting(visit, session) if visit and session else None
    if visit is None or session is None or asked is None:
        return redirect("provider:continue")  # which knows what is to be done instead
    if request.method == "POST" and request.POST.get("visit", "") != str(visit.pk):
        return passing.leave(redirect("sign-in-role"), passing.AGAIN_HERE)
    sessions.see(session)
    theirs, search = roles.of(session.profile), _search(request)
    form = RoleForm(request.POST if request.method == "POST" and search is None else None, roles=theirs)
    if form.is_bound and _chose(form, session, asked):
        return redirect("provider:continue")
    return _page(request, visit, asked, theirs, form, search or SearchForm())


def _waiting(visit: Visit, session: Session) -> Request | None:
    """The request that waits for this person's choice of a role, and for nothing else."""
    try:
        row, asked = waiting.of(visit)
        lack = authorizing.judge(asked=asked, client=row.client, session=session, visit_id=visit.pk, request_id=row.pk)
    except (NoRedirect, Error):
        return None
    return row if lack is Lack.ROLE else None


def _search(request: HttpRequest) -> SearchForm | None:
    """What was looked for; None where a role comes with it, which is a choice."""
    looked = request.method == "POST" and "search" in request.POST and "role" not in request.POST
    return SearchForm(request.POST) if looked else None


def _chose(form: RoleForm, session: Session, asked: Request) -> bool:
    """Keep what was chosen; False where nothing was, or it is theirs no more: the form says so."""
    if not form.is_valid():
        return False
    try:
        roles.choose(session=session, request=asked, person_roleid=form.cleaned_data["role"])
    except Refused:
        form.add_error("role", form.fields["role"].error_messages["invalid_choice"])
    return form.is_valid()


def _page(
    request: HttpRequest, visit: Visit, asked: Request, theirs: list[Role], form: RoleForm, search: SearchForm
) -> HttpResponse:
    words = _plain(search.cleaned_data["search"]).split() if search.is_bound and search.is_valid() else []
    found = [one for one in theirs if all(word in _plain(f"{one.title} {one.at}") for word in words)]
    context = {
        "visit": visit,
        "service": asked.client.name,
        "search": search if len(theirs) > A_LIST else None,
        "notice": " ".join(str(one) for one in search.errors.get("search", [])),
        "looked": bool(words),
        "found": len(found),
        "all": len(theirs),
    }
    shown = form if form.is_bound else RoleForm(roles=found or theirs)
    answer = answers.show(request, "sign_in/role.html", page="sign-in-role", form=shown, **context)
    return visits.keep(journey.may_leave_for(answer, visit), visit)


def _plain(text: str) -> str:
    """Without accents, case and signs, as it is compared."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char if char.isalnum() else " " for char in apart if not unicodedata.combining(char))
