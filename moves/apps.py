from django.apps import AppConfig

from careid.serving import metrics


class Moves(AppConfig):
    name = "moves"
    verbose_name = "Services that change how people sign in"

    def ready(self) -> None:
        from moves import measures

        metrics.NOW.update(measures.NOW)
