"""What the desk shows: each of these registers its rows."""

from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

from desk import (  # noqa: F401  importing one registers it
    account_admin,
    application_admin,
    authenticator_admin,
    client_admin,
    event_admin,
    invitation_admin,
    move_admin,
    organisation_admin,
    person_in_move_admin,
    profile_admin,
    report_admin,
    service_admin,
)

admin.site.unregister(ProcrastinateJob)  # jobs are the operators' business, and cancelling one here would lose a mail
