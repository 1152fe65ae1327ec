from django.apps import AppConfig

from careid.serving import metrics


class Apply(AppConfig):
    name = "apply"
    verbose_name = "Apply for Care ID"

    def ready(self) -> None:
        from apply import measures

        metrics.NOW.update(measures.NOW)
