from django.apps import AppConfig


class Account(AppConfig):
    name = "account"
    verbose_name = "My account"
