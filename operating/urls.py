"""What machines ask for."""

from django.urls import path

from careid.pages import disclosure
from enrolment.journey import open_to_all
from operating import health

urlpatterns = [
    path(".well-known/security.txt", open_to_all(disclosure.security), name="security"),
    path("robots.txt", open_to_all(disclosure.robots), name="robots"),
    path("healthz", open_to_all(health.alive), name="healthz"),
    path("readyz", open_to_all(health.ready), name="readyz"),
    path("metrics", open_to_all(health.measured), name="metrics"),
]
