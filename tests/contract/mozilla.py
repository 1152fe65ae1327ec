"""A service in one file, by mozilla-django-oidc: `python mozilla.py SETTINGS`, which are JSON. Its front page says who is here."""

import json
import sys
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import include, path


def front(request):
    here = request.user
    if not here.is_authenticated:
        return HttpResponse("nobody is here", status=401)
    return JsonResponse({"email": here.email, "has": sorted(request.session.keys())})


urlpatterns = [path("", front), path("ready", lambda request: HttpResponse("ready"))]

if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    settings.configure(
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "mozilla_django_oidc"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        SESSION_COOKIE_NAME="mozilla",
        ALLOWED_HOSTS=["localhost"],
        LOGIN_REDIRECT_URL="/",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        **given["settings"],
    )  # fmt: skip
    django.setup()
    urlpatterns.append(path("oidc/", include("mozilla_django_oidc.urls")))  # which reads the settings at once
    call_command("migrate", verbosity=0)
    make_server("localhost", given["port"], get_wsgi_application()).serve_forever()
