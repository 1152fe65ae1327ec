"""Every address, and the pages for what went wrong."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from authenticators.passkey.views import related_origins
from authenticators.views import not_me
from careid import disclosure, health
from enrolment.journey import open_to_all

urlpatterns = [
    path("", include("enrolment.urls")),
    path("authenticators/", include("authenticators.urls")),
    path("not-me/<str:token>/", not_me, name="not-me"),
    path("admin/passkey/", include("careid.desk.passkey_urls")),  # beneath the desk, where its cookie goes
    path("admin/", admin.site.urls),
    path(".well-known/webauthn", related_origins, name="related-origins"),
    path(".well-known/security.txt", open_to_all(disclosure.security), name="security"),
    path("healthz", open_to_all(health.alive), name="healthz"),
    path("readyz", open_to_all(health.ready), name="readyz"),
    path("metrics", open_to_all(health.measured), name="metrics"),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("careid.demo.urls"))]

handler400 = "careid.pages.bad_request"
handler403 = "careid.pages.forbidden"
handler404 = "careid.pages.not_found"
handler500 = "careid.pages.server_error"
