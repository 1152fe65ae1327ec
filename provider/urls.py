"""Below the issuer's path: OpenID's endpoints, by the names that the field's clients know."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

BELOW = settings.ISSUER_PATH.strip("/")
OIDC: list[URLPattern | URLResolver] = []
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{BELOW}/" if BELOW else "", include((OIDC, "provider"))),
]
