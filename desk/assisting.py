"""Helping somebody live: the link and the code to speak, and how far the person is, as it happens."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from authenticators.registry import KINDS
from careid.errors import Refused
from careid.pages import qr
from careid.people.models import Profile
from careid.trail import actors
from desk import apart, words
from desk.door import drafts, sessions
from desk.scope import is_own
from desk.verb_forms import ME, AssistForm, ReasonForm
from enrolment import assisted
from enrolment.models import Assisted
from profiles import reasons

PERMISSION = "careid.assist_profile"


def may_assist(request: HttpRequest, profile: Profile) -> bool:
    """Whether the desk offers to help this person now, as far as it is known before the form is sent."""
    may = profile.is_open and request.user.has_perm(PERMISSION) and not is_own(request.user, profile)
    return may and not apart.refusal(profile, apart.ASSIST, by=actors.admin(request.user.pk))


class Assisting:
    """The pages beneath a profile's. `desk` is the profile's ModelAdmin."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk

    def urls(self) -> list[URLPattern]:
        view = self.desk.admin_site.admin_view
        return [
            path("<int:pk>/assist/", view(self.start), name="careid_profile_assist"),
            path("<int:pk>/assist/<uuid:one>/", view(self.status), name="careid_profile_assisted"),
            path("<int:pk>/assist/<uuid:one>/cancel/", view(self.cancel), name="careid_profile_assist_cancel"),
        ]

    def start(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask how identity was checked and by whom, then show the link and the code, once."""
        profile = self._profile(request, pk)
        if refusal := apart.refusal(profile, apart.ASSIST, by=actors.admin(request.user.pk)):
            messages.error(request, words.REFUSED[refusal])
            return redirect(self.desk.back(profile))
        if not sessions.is_fresh(request):
            return sessions.ask_again(request)
        data = request.POST if request.method == "POST" else None
        form = AssistForm(data, initial=drafts.standing(request), profile=profile)
        if form.is_bound and form.is_valid():
            return self._start(request, profile, form.cleaned_data)
        context = {"form": form, "title": "Help them add an authenticator"}
        return self._render(request, profile, "admin/desk/assist.html", context, status=422 if form.is_bound else 200)

    def _start(self, request: HttpRequest, profile: Profile, typed: dict[str, Any]) -> HttpResponse:
        by = actors.admin(request.user.pk)
        facts = typed | {"checked_by": by if typed["checked_by"] == ME else typed["checked_by"]}
        try:
            made, link, code = assisted.start(profile=profile, by=by, oneself=is_own(request.user, profile), **facts)
        except Refused as refused:
            messages.error(request, words.REFUSED[refused.reason])
            return redirect(self.desk.back(profile))
        return self._show(request, profile, made, link=link, code=code, qr_code=qr.drawn(link))

    def status(self, request: HttpRequest, pk: int, one: UUID) -> HttpResponse:
        """How far the person is. With `?part` the part alone that changes, for the page's script."""
        profile = self._profile(request, pk)
        return self._show(request, profile, self._one(profile, one), part=sessions.asks_by_itself(request))

    def cancel(self, request: HttpRequest, pk: int, one: UUID) -> HttpResponse:
        profile = self._profile(request, pk)
        form = ReasonForm(request.POST, reasons=reasons.CANCEL)
        if request.method == "POST" and form.is_valid():
            by = actors.admin(request.user.pk)
            if assisted.cancel(assisted=self._one(profile, one), by=by, **form.cleaned_data):
                messages.success(request, "The link was cancelled.")
        elif request.method == "POST":
            messages.error(request, "Choose a reason. Nothing was changed.")
        return redirect("admin:careid_profile_assisted", pk, one)

    def _show(
        self, request: HttpRequest, profile: Profile, one: Assisted, *, part: bool = False, **shown: str
    ) -> HttpResponse:
        address = reverse("admin:careid_profile_assisted", args=[profile.pk, one.pk])
        reason = assisted.why_shut(one, "")
        context = {
            "one": one,
            "reason": reason,
            "over": _is_over(one, reason),
            "begun": [KINDS[slug].title for slug in (one.attempt and one.attempt.pending) or {} if slug in KINDS],
            "attempt": one.attempt,
            "address": address,
            "form": ReasonForm(reasons=reasons.CANCEL),
            "title": "Assisted registration",
            **shown,
        }
        template = "admin/desk/assist_status.html" if part else "admin/desk/assisted.html"
        return self._render(request, profile, template, context)

    def _render(
        self, request: HttpRequest, profile: Profile, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        head = {**admin.site.each_context(request), "whose": profile, "back": self.desk.back(profile)}
        return render(request, template, {**head, **context}, status=status)

    def _profile(self, request: HttpRequest, pk: int) -> Profile:
        profile: Profile = self.desk.row(request, str(pk))
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return profile

    def _one(self, profile: Profile, pk: UUID) -> Assisted:
        found = Assisted.objects.select_related("profile__organisation", "notice", "attempt").filter(profile=profile)
        one = found.filter(pk=pk).first()
        if one is None:
            raise Http404
        return one


def _is_over(one: Assisted, reason: str) -> bool:
    """Whether nothing can come of the link any more, or something has."""
    ended = one.attempt is not None and (one.attempt.is_over or one.attempt.added_at is not None)
    return ended or reason in {"cancelled", "expired", "spent"}
