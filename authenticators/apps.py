from django.apps import AppConfig


class Authenticators(AppConfig):
    name = "authenticators"
    verbose_name = "Authenticators"
