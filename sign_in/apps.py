from django.apps import AppConfig

from careid.serving import metrics


class SignIn(AppConfig):
    name = "sign_in"
    verbose_name = "Signing in"

    def ready(self) -> None:
        from sign_in import measures

        metrics.NOW.update(measures.NOW)
