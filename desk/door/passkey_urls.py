"""The names are those that django-otp-webauthn's templates ask for."""

from django.urls import path
from django.views.i18n import JavaScriptCatalog

from desk.door import passkeys

app_name = "otp_webauthn"
urlpatterns = [
    path("add/", passkeys.BeginRegistration.as_view(), name="credential-registration-begin"),
    path("added/", passkeys.CompleteRegistration.as_view(), name="credential-registration-complete"),
    path("use/", passkeys.BeginAuthentication.as_view(), name="credential-authentication-begin"),
    path("used/", passkeys.CompleteAuthentication.as_view(), name="credential-authentication-complete"),
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["django_otp_webauthn"]), name="js-i18n-catalog"),
]
