"""Below the issuer's path: OpenID's endpoints, by the names that the field's clients know."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from provider import logout_views, role_views, token_views, views

BELOW = settings.ISSUER_PATH.strip("/")
OIDC: list[URLPattern | URLResolver] = [
    path("authorize", views.authorize, name="authorize"),
    path("authorize/continue", views.go_on, name="continue"),
    path("access_token", token_views.access_token, name="access_token"),
    path("userinfo", token_views.userinfo, name="userinfo"),
    path("introspect", token_views.introspect, name="introspect"),
    path("token/revoke", token_views.revoke, name="revoke"),
    path("connect/jwk_uri", token_views.jwks, name="jwks"),
    path(".well-known/openid-configuration", token_views.openid_configuration, name="discovery"),
    path("connect/endSession", logout_views.end_session, name="end_session"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{BELOW}/" if BELOW else "", include((OIDC, "provider"))),
    path("sign-in/role/", role_views.role, name="sign-in-role"),
]
