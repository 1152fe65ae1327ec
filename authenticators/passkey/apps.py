from django.apps import AppConfig


class Passkey(AppConfig):
    name = "authenticators.passkey"

    def ready(self) -> None:
        from authenticators.passkey import checks  # noqa: F401  registers the start-up refusals
