from django.apps import AppConfig

from careid.limits import limits
from careid.serving import metrics


class Apply(AppConfig):
    name = "apply"
    verbose_name = "Apply for Care ID"

    def ready(self) -> None:
        from apply import measures
        from apply.limits import ALL

        limits.add(*ALL)
        metrics.NOW.update(measures.NOW)
