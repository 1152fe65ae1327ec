"""The way to the stand-in sign-in: the https name that the demo's settings give, on plain http on this machine."""

import os
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

if not settings.DEMO:
    raise ImportError("the stand-in sign-in is for the demo alone")

AUTHORITY: Final = "https://login.nhsnet.example"


class Loopback(HTTPAdapter):
    """Sends what goes to AUTHORITY to a port of this machine. Certificates have no part in it."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        asked = urlsplit(str(request.url))
        there = request.copy()
        there.url = asked._replace(scheme="http", netloc=f"127.0.0.1:{self.port}").geturl()
        there.headers["Host"] = asked.netloc
        response = super().send(there, *args, **kwargs)
        response.request, response.url = request, str(request.url)
        return response


def session(port: int = 0) -> requests.Session:
    """A session that finds the stand-in at its port, which is NHSNET_DEMO_PORT where none is given."""
    made = requests.Session()
    made.trust_env = False
    made.mount(f"{AUTHORITY}/", Loopback(port or int(os.environ["NHSNET_DEMO_PORT"])))
    return made
