"""The yardstick: a page of a bare Django project behind the portal's own server.

`page` is what `django-admin startproject` gives, its seven middlewares included, and one view that renders a template
of a few lines. `nothing` has no middleware, and its view answers with two letters. Neither has a line of ours.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from granian import Granian
from granian.constants import HTTPModes, Interfaces

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><p>{{ words }}</p></body></html>
"""
STARTPROJECT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]


def page(request):
    return render(request, "page.html", {"title": "A bare page", "words": "It works."})


def nothing(request):
    return HttpResponse("ok")


urlpatterns = [path("", globals()[os.environ.get("BARE", "page")])]


def application():
    settings.configure(
        SECRET_KEY="a bare project has nothing to keep",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.bench.bare",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages"],
        MIDDLEWARE=STARTPROJECT if os.environ["BARE"] == "page" else [],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        ("django.template.loaders.cached.Loader", [
                            ("django.template.loaders.locmem.Loader", {"page.html": PAGE}),
                        ]),
                    ],
                    "context_processors": PROCESSORS,
                },
            }
        ],
        LOGGING_CONFIG=None,
    )  # fmt: skip
    return get_wsgi_application()


def load():
    from tests.bench import bare  # the module of the URLs, not the one that was started

    return bare.application()


if __name__ == "__main__":
    Granian(
        "tests.bench.bare",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=int(os.environ.get("WEB_THREADS", "320")),
        log_enabled=False,
    ).serve(target_loader=load, wrap_loader=False)
