from django.apps import AppConfig
from django.core.checks import Tags, register


class NHSnet(AppConfig):
    name = "authenticators.nhsnet"

    def ready(self) -> None:
        from authenticators.nhsnet.checks import half_set

        register(half_set, Tags.security)
