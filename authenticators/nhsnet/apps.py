from django.apps import AppConfig


class NHSnet(AppConfig):
    name = "authenticators.nhsnet"

    def ready(self) -> None:
        from authenticators.nhsnet import checks  # noqa: F401  registers the start-up refusals
