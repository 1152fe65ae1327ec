"""The page on which an admin does something to a row: a reason, a button, and the same function as anywhere else."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from careid.errors import Refused
from careid.limits import counting
from careid.people.models import Profile
from careid.trail import actors, duties
from desk import apart, taken, words
from desk.door import drafts, sessions
from desk.scope import ScopedReadOnly, is_own
from desk.verb import Verb
from enrolment.journey import PAGE_METHODS


class Doing(ScopedReadOnly):
    """Rows that are looked at, and what can be done to one: a page for each verb beneath its own."""

    verbs: tuple[Verb, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(f"<path:object_id>/{verb.slug}/", self._page(verb), name=f"{self._name}_{verb.slug}")
            for verb in self.verbs
        ]
        return [*pages, *super().get_urls()]

    @duties.read_once()
    def about(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What can be done to the row, beside what it says."""
        can = {"offered": list(self.offered(request, row)), "left_to_others": self.left_to_others(request, row)}
        return {**super().about(request, row), **can, "whose": self.whose(row), "back": self.back(row)}

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def offered(self, request: HttpRequest, row: Any) -> Iterator[tuple[Verb, str]]:
        """What this admin can do to this row now, each with the address of its page."""
        for verb in self._applying(request, row):
            if not apart.refusal(row, verb.slug, by=actors.admin(request.user.pk)):
                yield verb, reverse(f"admin:{self._name}_{verb.slug}", args=[row.pk])

    def left_to_others(self, request: HttpRequest, row: Any) -> list[Verb]:
        """What a colleague has to do, since this admin led to what it would undo."""
        by = actors.admin(request.user.pk)
        return [verb for verb in self._applying(request, row) if apart.refusal(row, verb.slug, by=by)]

    def _applying(self, request: HttpRequest, row: Any) -> Iterator[Verb]:
        own = self.is_own_row(request, row)
        for verb in self.verbs:
            may = self.may(request, row, verb) and (verb.for_oneself or not own)
            if may and verb.applies(row):
                yield verb

    def may(self, request: HttpRequest, row: Any, verb: Verb) -> bool:
        """Whether this admin may ever do it to the row."""
        return request.user.has_perm(verb.permission)

    def whose(self, row: Any) -> Profile | None:
        """Whose row it is; None where it is no profile's."""
        return row if isinstance(row, Profile) else getattr(row, "profile", None)

    def tells(self, row: Any, verb: Verb) -> str:
        """What will happen, beneath the title of the verb's page."""
        return verb.tells

    def is_own_row(self, request: HttpRequest, row: Any) -> bool:
        """Whether the row is about this admin themselves."""
        profile = self.whose(row)
        return profile is not None and is_own(request.user, profile)

    def row(self, request: HttpRequest, object_id: str) -> Any:
        """One of the admin's own rows; 404 where it is another's, as where there is none."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def _page(self, verb: Verb) -> Callable[..., HttpResponse]:
        @require_http_methods(PAGE_METHODS)
        def page(request: HttpRequest, object_id: str) -> HttpResponse:
            row = self.row(request, object_id)
            if not self.may(request, row, verb):
                raise PermissionDenied
            own = not verb.for_oneself and self.is_own_row(request, row)
            refusal = "oneself" if own else apart.refusal(row, verb.slug, by=actors.admin(request.user.pk))
            if refusal:
                messages.error(request, self.refused(request, row, Refused(refusal), {}))
                return redirect(self.back(row))
            if verb.fresh and not sessions.is_fresh(request):
                return sessions.ask_again(request)
            return self._do(request, row, verb)

        return self.admin_site.admin_view(page)

    def _do(self, request: HttpRequest, row: Any, verb: Verb) -> HttpResponse:
        if request.method == "POST":
            form = self.form_of(verb, row, request.POST)
        else:
            form = self.form_of(verb, row, initial=drafts.standing(request))
        if form.is_bound and form.is_valid():
            done = self._done(request, row, verb, form.cleaned_data)
            return redirect(self.back(row)) if done else self._form(request, row, verb, form, status=422)
        return self._form(request, row, verb, form, status=422 if form.is_bound and form.errors else 200)

    def form_of(self, verb: Verb, row: Any, *typed: Any, **more: Any) -> forms.Form:
        """What is asked before a verb is done to this row."""
        return verb.form(*typed, reasons=verb.reasons, **more)

    def _form(self, request: HttpRequest, row: Any, verb: Verb, form: forms.Form, *, status: int) -> HttpResponse:
        context = {
            **admin.site.each_context(request),
            "opts": self.opts,
            "row": row,
            "verb": verb,
            "form": form,
            "title": verb.title,
            "tells": self.tells(row, verb),
            "back": self.back(row),
            "whose": self.whose(row),
        }
        return TemplateResponse(request, "admin/desk/do.html", context, status=status)

    def _done(self, request: HttpRequest, row: Any, verb: Verb, data: dict[str, Any]) -> bool:
        """Do it and say what came of it. Returns whether that is the end: what another profile has is typed anew."""
        try:
            done = verb.run(row, by=actors.admin(request.user.pk), **self.given(request, row, verb), **data)
        except Refused as refused:
            messages.error(request, self.refused(request, row, refused, data))
            return not refused.reason.endswith("_taken") or verb.slug == "reopen"
        except counting.Locked as locked:
            messages.error(request, f"{verb.too_often} Try again after {words.to_the_second(locked.verdict.until)}.")
        else:
            messages.success(request, verb.done) if done else messages.warning(request, verb.otherwise)
        return True

    def given(self, request: HttpRequest, row: Any, verb: Verb) -> dict[str, Any]:
        """What a verb's `run` takes beside what was typed: facts of who asks, which no rule can know."""
        return {}

    def refused(self, request: HttpRequest, row: Any, refused: Refused, typed: dict[str, Any]) -> str:
        """Why it was not done, in words."""
        whose = taken.by(request.user, row, refused.reason, typed)
        return whose or words.REFUSED.get(refused.reason, refused.reason)

    def back(self, row: Any) -> str:
        """Where a verb leads once it is done: the person's page, or the row's own where it is nobody's."""
        if whose := self.whose(row):
            return reverse("admin:careid_profile_change", args=[whose.pk])
        return reverse(f"admin:{self._name}_change", args=[row.pk])
