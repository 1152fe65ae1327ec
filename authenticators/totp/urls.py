from django.urls import path

from authenticators.totp import adding_views, forgotten_views, proving_views

urlpatterns = [
    path("authenticators/totp/", adding_views.add, name="add"),
    path("authenticators/totp/password/", adding_views.password, name="password"),
    path("authenticators/totp/app/", adding_views.app, name="app"),
    path("sign-in/totp/", proving_views.sign_in, name="sign_in"),
    path("forgotten/", forgotten_views.start, name="forgotten"),
    path("forgotten/code/", forgotten_views.code, name="forgotten_code"),
    path("forgotten/app/", forgotten_views.app, name="forgotten_app"),
    path("forgotten/password/", forgotten_views.password, name="forgotten_password"),
]
