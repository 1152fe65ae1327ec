"""Reports of “this was not me” at the desk: cases to close."""

from django.contrib import admin

from authenticators.models import Report
from desk import verbs
from desk.doing import Doing


@admin.register(Report)
class ReportAdmin(Doing):
    within = "profile__organisation__code"
    verbs = verbs.REPORT
    list_display = ("reported_at", "profile", "closed_at", "outcome")
    list_select_related = ("profile",)
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "outcome")
    fields = ("profile", "authenticator_id", "reported_at", "closed_at", "closed_by", "outcome")
    ordering = ("-reported_at",)
