from django.apps import AppConfig


class Enrolment(AppConfig):
    name = "enrolment"
    verbose_name = "Enrolment"
