"""Reports of “this was not me” at the desk: cases to close."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from authenticators.models import Authenticator, Report
from desk import diagnosis, verbs, words
from desk.doing import Doing
from desk.filters import Open


@admin.register(Report)
class ReportAdmin(Doing):
    within = "profile__organisation__code"
    verbs = verbs.REPORT
    list_display = ("reported_at", "profile", "closed_at", "outcome")
    list_select_related = ("profile",)
    list_filter = (Open, "outcome")
    fields = ("profile", "reported_at", "closed_at", "who_closed", "outcome")
    readonly_fields = ("who_closed",)
    ordering = ("-reported_at",)

    @admin.display(description="closed by")
    def who_closed(self, report: Report) -> str:
        return diagnosis.named([report.closed_by])[0] if report.closed_by else "-"

    def heading(self, row: Report) -> str:
        return f"“This was not me”, {words.time(row.reported_at)}"

    def about(self, request: HttpRequest, row: Report) -> dict[str, Any]:
        """The report's page says what it is about, what to ask, and closes it."""
        theirs = Authenticator.objects.defer("material").filter(profile=row.profile_id)
        one = theirs.filter(pk=row.authenticator_id).first() if row.authenticator_id else None
        return {**super().about(request, row), "guide": "admin/desk/report_guide.html", "one": one}
