from django.apps import AppConfig


class Moves(AppConfig):
    name = "moves"
    verbose_name = "Services that change how people sign in"
