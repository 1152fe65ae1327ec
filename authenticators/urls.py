from django.urls import include, path

from authenticators import views
from authenticators.registry import KINDS

urlpatterns = [
    path("", views.choose, name="choose"),
    *(path(f"{slug}/", include((f"authenticators.{slug}.urls", slug))) for slug in KINDS),
    path("<uuid:pk>/done/", views.done, name="done"),
    path("<uuid:pk>/undo/", views.undo, name="undo"),
    path("another/", views.another, name="another"),
]
