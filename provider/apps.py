from django.apps import AppConfig

from careid.limits import limits


class Provider(AppConfig):
    name = "provider"
    verbose_name = "Services that people sign in to"

    def ready(self) -> None:
        from provider import checks  # noqa: F401  registers the start-up refusals
        from provider.limits import ALL

        limits.add(*ALL)
