"""A peer of the provider: django-oauth-toolkit as its own documentation sets it up, behind the portal's own server.

It runs in an environment of its own (`tests/bench/peers.py`), on the bench's Postgres in a database of its own. Its client's
secret is kept unhashed, which is several times as fast as what it does by itself. One person is signed in.
"""

import os
import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import include, path
from granian import Granian
from granian.constants import HTTPModes, Interfaces

CLIENT = "bench"


def here(request):
    """Signs the one person in, and answers."""
    from django.contrib.auth import get_user_model, login

    login(request, get_user_model().objects.get(username="ama"))
    return HttpResponse("ok")


urlpatterns = []  # filled once the settings are there: the library's own read them


def application():
    settings.configure(
        SECRET_KEY=os.environ["SECRET_KEY"],
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.bench.dot",
        DATABASES={"default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["PEER_DATABASE"], "HOST": os.environ["PEER_HOST"], "USER": "careid",
            "OPTIONS": {"pool": True},
        }},
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": os.environ["PEER_KEY"],
            "SCOPES": {"openid": "who", "profile": "names", "email": "address"},
        },
        LOGGING_CONFIG=None,
    )  # fmt: skip
    made = get_wsgi_application()
    urlpatterns.extend([path("", here), path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))])
    return made


def load():
    from tests.bench import dot  # the module of the URLs, not the one that was started

    made = dot.application()
    fill()
    return made


def fill():
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    get_user_model().objects.get_or_create(username="ama", defaults={"email": "ama@example.nhs.uk"})
    Application.objects.get_or_create(
        client_id=CLIENT,
        defaults={
            "client_secret": os.environ["PEER_SECRET"], "hash_client_secret": False, "client_type": "confidential",
            "authorization_grant_type": "authorization-code", "redirect_uris": os.environ["PEER_REDIRECT"],
            "algorithm": "RS256", "skip_authorization": True,
        },
    )  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, ".")
    Granian(
        "tests.bench.dot",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=64,
        log_enabled=False,
    ).serve(target_loader=load, wrap_loader=False)
