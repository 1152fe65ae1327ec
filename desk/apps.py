from django.apps import AppConfig
from django.contrib.admin import apps as admin


class Desk(AppConfig):
    name = "desk"
    verbose_name = "Registration Authority desk"


class DeskAdmin(admin.AdminConfig):
    """Stock Django admin on our site, whose door asks for a second factor."""

    default = False  # of the two here, Django takes Desk for this package
    default_site = "desk.site.Desk"
