"""The names are those that django-otp-webauthn's templates ask for."""

from django.urls import path
from django.views.i18n import JavaScriptCatalog

from desk.door import passkeys

app_name = "otp_webauthn"
urlpatterns = [
    path("passkey/add/", passkeys.BeginRegistration.as_view(), name="credential-registration-begin"),
    path("passkey/added/", passkeys.CompleteRegistration.as_view(), name="credential-registration-complete"),
    path("passkey/use/", passkeys.BeginAuthentication.as_view(), name="credential-authentication-begin"),
    path("passkey/used/", passkeys.CompleteAuthentication.as_view(), name="credential-authentication-complete"),
    path("passkey/jsi18n/", JavaScriptCatalog.as_view(packages=["django_otp_webauthn"]), name="js-i18n-catalog"),
]
