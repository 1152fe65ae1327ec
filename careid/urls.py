"""Every address, and the pages for what went wrong."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("provider.urls")),  # asked more often than all others: an address is looked for from the top
    path("", include("enrolment.urls")),
    path("", include("authenticators.urls")),
    path("", include("sign_in.urls")),
    path("", include("account.urls")),
    path("", include("apply.urls")),
    path("", include("moves.urls")),
    path("", include("operating.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]

handler400 = "careid.pages.answers.bad_request"
handler403 = "careid.pages.answers.forbidden"
handler404 = "careid.pages.answers.not_found"
handler500 = "careid.pages.answers.server_error"
