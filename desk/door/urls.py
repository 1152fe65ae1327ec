"""What a script of the door asks; its pages are the site's."""

from django.urls import include, path

urlpatterns = [path("passkey/", include("desk.door.passkey_urls"))]
