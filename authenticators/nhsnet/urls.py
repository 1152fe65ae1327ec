from django.urls import path

from authenticators.nhsnet import views

urlpatterns = [
    path("", views.add, name="add"),
    path("callback/", views.callback, name="callback"),
    path("problem/<slug:reason>/", views.problem, name="problem"),
]
