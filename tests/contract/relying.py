"""The running portal as clients that others wrote meet it: their rows, and people who sign in without a browser."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from tests import kinds, portal
from tests.provider.conformance.suite import SCOPES, jwk, key

BACK = "http://localhost:9/back"  # where nobody listens: it is read from the redirect
AFTER = "http://localhost:9/signed-out"
KIND = kinds.some_kind()
FILL = """
import json
from pathlib import Path
from careid.people.models import Profile
from careid.people.roles import Role
from careid.people.services import Service
from provider import registering
from provider.models import Client
from tests import kinds
given, told = json.loads(Path({file!r}).read_text()), {{"people": {{}}, "secrets": {{}}}}
way = kinds.way({kind!r})
for email, role in given["people"].items():
    who = Profile.objects.get(email=email)
    Role.objects.create(profile=who, **role)
    told["people"][email] = [way.held_of(way.stored(who)) for _ in range({each})]
for name, fields in given["clients"].items():
    service, _ = Service.objects.get_or_create(name=name)
    told["secrets"][name] = registering.add(client=Client(service=service, **fields), by="system")
print(json.dumps(told))
"""
EACH = 2  # that they sign in with: some can be used once in half a minute


@dataclass
class Registered:
    """A client's row, with what the client itself keeps."""

    fields: dict[str, Any]
    private: Any
    secret: str = ""

    @property
    def id(self):
        return self.fields["client_id"]


def client(name, method="client_secret_post", alg="RS512", **fields):
    """One to be registered; with a key, where it proves itself by one."""
    private = key("EC" if alg == "ES256" else "RSA")
    usual = {
        "client_id": f"{name}.apps.national",
        "token_endpoint_auth_method": method,
        "token_endpoint_auth_signing_alg": alg,
        "redirect_uris": [BACK],
        "post_logout_redirect_uris": [AFTER],
        "scopes": [*SCOPES, "selectedrole", "changedrole"],
        "default_acr_values": "AAL2_ANY",
        "needs_pkce": False,
    }
    keyed = {"jwks": {"keys": [jwk(private)]}} if method == "private_key_jwt" else {}
    return Registered(usual | keyed | fields, private)


class Someone:
    """A person with a browser: goes where they are sent, and signs in wherever the portal asks."""

    def __init__(self, there, email, held):
        self.there, self.email, self.held, self.http = there, email, held, requests.Session()
        self.http.trust_env = False

    def go(self, address, stop=None):
        """The page that this address leads to in the end; the address itself, once it is one that begins with `stop`."""
        answer = self._get(address)
        for _ in range(20):
            if 'data-page="sign-in"' in answer.text:
                answer = self._sign_in()
            elif not answer.is_redirect:
                return answer
            else:
                address = urljoin(answer.url, answer.headers["Location"])
                if stop and address.startswith(stop):
                    return address
                answer = self._get(address)
        raise AssertionError(f"it leads round in a circle, by {address}")

    def sign_out(self):
        return self._post("/sign-out/", self._get(f"{self.there.url}/account/").text)

    def stop(self, verb, user_id):
        """What an operator does about them: `revoke` what they sign in with, or `sign_out`."""
        portal.manage(self.there.environment, verb, user_id, "--reason", "leaver", "--by", "jo.smith")

    def _sign_in(self):
        """Each page of the way, with the next of what they have."""
        holder = kinds.Holder(self.email, self.held.pop())
        for path, answer in kinds.proving(KIND).items():
            page = self._get(self.there.url + path).text
            last = self._post(path, page, visit=field(page, "visit"), **answer(page, self.there.url, holder))
        return last

    def _get(self, address):
        return self.http.get(address, timeout=20, allow_redirects=False)

    def _post(self, path, page, **fields):
        sent = {"csrfmiddlewaretoken": field(page, "csrfmiddlewaretoken"), **fields}
        return self.http.post(self.there.url + path, sent, timeout=20, allow_redirects=False)


def field(page, name):
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', page).group(1)


def fill(there, clients, serials, file):
    """Write the rows of these clients, by the names of their services, and of these people, who are returned."""
    people = {portal.address(serial): _role(5550219351000 + serial) for serial in serials}
    file.write_text(json.dumps({"people": people, "clients": {name: one.fields for name, one in clients.items()}}))
    script = FILL.format(file=str(file), kind=KIND, each=EACH)
    told = json.loads(portal.manage(there.environment, "shell", "-v0", "-c", script).splitlines()[-1])
    for name, one in clients.items():
        one.secret = told["secrets"][name]
    return [Someone(there, email, held) for email, held in told["people"].items()]


def _role(person_roleid):
    words = {"role_code": "S8000:G8000:R8001", "role_name": "Nurse Access Role", "activity_codes": ["B0065"]}
    return {"person_roleid": str(person_roleid), "person_orgid": "555021935000", "org_code": "RX1"} | words
