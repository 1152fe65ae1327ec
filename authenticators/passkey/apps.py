from django.apps import AppConfig
from django.core.checks import Tags, register


class Passkey(AppConfig):
    name = "authenticators.passkey"

    def ready(self) -> None:
        from authenticators.passkey.checks import stranded, unsayable

        register(stranded, Tags.database)
        register(unsayable, Tags.security)
