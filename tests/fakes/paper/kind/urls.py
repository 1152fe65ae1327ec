from django.urls import path

from authenticators.paper import adding_views

urlpatterns = [
    path("authenticators/paper/", adding_views.add, name="add"),
    path("authenticators/paper/copy/", adding_views.copy, name="copy"),
]
