from django.urls import path

from authenticators.nhsnet import adding_views

urlpatterns = [
    path("authenticators/nhsnet/", adding_views.add, name="add"),
    path("authenticators/nhsnet/callback/", adding_views.callback, name="callback"),
    path("authenticators/nhsnet/problem/<slug:reason>/", adding_views.problem, name="problem"),
]
