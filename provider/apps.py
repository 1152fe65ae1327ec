from django.apps import AppConfig

from careid.limits import limits
from careid.serving import metrics


class Provider(AppConfig):
    name = "provider"
    verbose_name = "Services that people sign in to"

    def ready(self) -> None:
        from provider import checks, measures  # noqa: F401  the first registers the start-up refusals
        from provider.limits import ALL

        limits.add(*ALL)
        metrics.NOW.update(measures.NOW)
