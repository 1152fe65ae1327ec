"""Below the issuer's path: OpenID's endpoints, by the names that the field's clients know."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from provider import views

BELOW = settings.ISSUER_PATH.strip("/")
OIDC: list[URLPattern | URLResolver] = [
    path("authorize", views.authorize, name="authorize"),
    path("authorize/continue", views.go_on, name="continue"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{BELOW}/" if BELOW else "", include((OIDC, "provider"))),
]
