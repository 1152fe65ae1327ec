from django.apps import AppConfig


class Apply(AppConfig):
    name = "apply"
    verbose_name = "Apply for Care ID"
