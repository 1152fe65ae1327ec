from django.urls import path

from authenticators.totp import adding_views

urlpatterns = [
    path("authenticators/totp/", adding_views.add, name="add"),
    path("authenticators/totp/password/", adding_views.password, name="password"),
    path("authenticators/totp/app/", adding_views.app, name="app"),
]
