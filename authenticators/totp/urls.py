from django.urls import path

from authenticators.totp import views

urlpatterns = [
    path("", views.add, name="add"),
    path("password/", views.password, name="password"),
    path("app/", views.app, name="app"),
]
