from django.apps import AppConfig


class Operating(AppConfig):
    name = "operating"

    def ready(self) -> None:
        from operating import checks  # noqa: F401  registers the start-up refusals
