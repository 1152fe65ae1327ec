from django.apps import AppConfig


class SignIn(AppConfig):
    name = "sign_in"
    verbose_name = "Signing in"
