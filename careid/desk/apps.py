from django.apps import AppConfig


class Desk(AppConfig):
    name = "careid.desk"
    label = "desk"
    verbose_name = "Registration Authority desk"
