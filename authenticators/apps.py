from django.apps import AppConfig
from django.utils.module_loading import import_string


class Authenticators(AppConfig):
    name = "authenticators"
    verbose_name = "Authenticators"

    def ready(self) -> None:
        """Count what the kinds want counted."""
        from authenticators.registry import KINDS
        from careid.limits import limits

        limits.add(*(limit for kind in KINDS.values() if kind.limits for limit in import_string(kind.limits)))
