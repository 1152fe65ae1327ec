from django.apps import AppConfig


class Profiles(AppConfig):
    name = "profiles"
