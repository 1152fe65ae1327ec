from django.urls import include, path

from authenticators import views
from authenticators.registry import KINDS, package

urlpatterns = [
    path("authenticators/", views.choose, name="choose"),
    *(path("", include((f"{package(slug)}.urls", slug))) for slug in KINDS),
    path("authenticators/<uuid:pk>/done/", views.done, name="done"),
    path("authenticators/<uuid:pk>/undo/", views.undo, name="undo"),
    path("authenticators/<uuid:pk>/finish/", views.finish, name="finish"),
    path("authenticators/another/", views.another, name="another"),
    path("not-me/<str:token>/", views.not_me, name="not-me"),
]
