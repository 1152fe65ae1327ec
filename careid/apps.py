from django.apps import AppConfig


class CareID(AppConfig):
    name = "careid"
    verbose_name = "Care ID"
