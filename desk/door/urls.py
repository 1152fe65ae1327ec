"""The pages of the door: three before somebody is in, and those for whoever is."""

from collections.abc import Callable
from typing import Any, Final

from django.urls import URLPattern, path

from desk.door import factor_views, views

BEFORE: Final = (
    path("login/second/", views.second_factor, name="second_factor"),
    path("login/inside/", views.inside, name="inside"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("invitation/", factor_views.first_factor, name="first_factor"),
)


def inside(guarded: Callable[..., Any]) -> list[URLPattern]:
    """Each page is given to `guarded`, which lets nobody see it who is not in."""
    return [
        path("stay/", guarded(views.stay), name="stay"),
        path("left/", guarded(views.left), name="left"),
        path("factors/", guarded(factor_views.my_factors), name="factors"),
        path("factors/passkey/", guarded(factor_views.add_passkey), name="add_passkey"),
        path("factors/app/", guarded(factor_views.add_app), name="add_app"),
    ]
