from django.urls import path

from authenticators.passkey import views

urlpatterns = [
    path("", views.add, name="add"),
    path("create/", views.create, name="create"),
]
