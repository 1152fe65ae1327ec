from authenticators.paper import adding_views
from django.urls import path

urlpatterns = [
    path("authenticators/paper/", adding_views.add, name="add"),
    path("authenticators/paper/copy/", adding_views.copy, name="copy"),
]
