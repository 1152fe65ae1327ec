from django.apps import AppConfig


class CareID(AppConfig):
    name = "careid"
    verbose_name = "Care ID"

    def ready(self) -> None:
        from careid import checks  # noqa: F401, PLC0415  registers the start-up refusals
