"""An account is added and proved on the provider's site, which `site` runs: `conftest.link` goes there and back.

`stored` is one that is on file, of an account that works there, and `prove` signs in with it.
"""

import re
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests

WORK = ("works", "another", "nameless", "rotated", "no-mfa")


@contextmanager
def site(settings, monkeypatch):
    """The stand-in provider, which signs real tokens, and the settings that lead to it."""
    from authenticators.nhsnet import flows  # a walk over HTTP alone has no Django
    from demo.provider import Provider
    from demo.provider_rules import Client
    from demo.provider_server import running

    back = "http://localhost/authenticators/nhsnet/callback/"
    client = Client(settings.NHSNET_CLIENT_ID, settings.NHSNET_CLIENT_SECRET, back)
    with running(Provider(tenant=settings.NHSNET_TENANT_ID, client=client)) as provider:
        monkeypatch.setenv("NHSNET_DEMO_PORT", str(provider.port))
        settings.NHSNET_HTTP = "demo.provider_http.session"
        settings.NHSNET_SIGN_IN_ORIGIN = provider.browser
        flows._provider.cache_clear()
        yield provider
    flows._provider.cache_clear()


def external_id(account):
    from django.conf import settings

    from demo.provider_accounts import BY_KEY

    return f"{settings.NHSNET_TENANT_ID}:{BY_KEY[account].oid}"


def stored(person, account="", **fields):
    """An account that is on file, without having been there: the next one that is on nobody's profile."""
    from authenticators.models import Authenticator

    taken = set(Authenticator.objects.live().values_list("external_id", flat=True))
    account = account or next(one for one in WORK if external_id(one) not in taken)
    about = {"details": {"tenant": external_id(account).partition(":")[0]}, "material": {"address": "old@nhs.net"}}
    known = {"kind": "nhsnet", "external_id": external_id(account), "added_by": "person"}
    return Authenticator.objects.create(profile=person, **{**known, **about, **fields})


def departed(visitor):
    """Press the button on the page of the ways: what that answers."""
    visit = re.search(r'name="visit" value="([^"]+)"', visitor.page("/sign-in/")).group(1)
    return visitor.client.post("/sign-in/nhsnet/", {"visit": visit})


def chosen(address, account):
    """Choose an account on the site: the path and query that come back."""
    back = requests.post(address, {"account": account}, timeout=60, allow_redirects=False)
    assert back.status_code == 303, back.text
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def prove(visitor, one, *, wrongly=False):
    """Sign in with the account of this authenticator, or cancel on the site."""
    account = "cancel" if wrongly else next(name for name in WORK if external_id(name) == one.external_id)
    return visitor.client.get(chosen(departed(visitor).url, account))
