"""The running portal as clients that others wrote meet it: their rows, and people who sign in without a browser."""

import json
import re
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import cbor2
import requests

from tests import kinds, portal
from tests.authenticators.passkey import fake, way
from tests.provider.conformance.suite import SCOPES, jwk, key

BACK = "http://localhost:9/back"  # where nobody listens: it is read from the redirect
AFTER = "http://localhost:9/signed-out"
FILL = """
import json
from pathlib import Path
from authenticators.models import Authenticator
from careid.people.models import Profile
from careid.people.roles import Role
from careid.people.services import Service
from provider import registering
from provider.models import Client
given = json.loads(Path({file!r}).read_text())
for email, fields in given["people"].items():
    who = Profile.objects.get(email=email)
    Authenticator.objects.create(profile=who, kind="passkey", added_by="person", **fields["passkey"])
    Role.objects.create(profile=who, **fields["role"])
secrets = {{}}
for name, fields in given["clients"].items():
    service, _ = Service.objects.get_or_create(name=name)
    secrets[name] = registering.add(client=Client(service=service, **fields), by="system")
handles = {{email: bytes(Profile.objects.get(email=email).user_handle).hex() for email in given["people"]}}
print(json.dumps([handles, secrets]))
"""


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
    """A person with a browser: goes where they are sent, and signs in by a passkey wherever the portal asks."""

    def __init__(self, there, email, held):
        self.there, self.email, self.held, self.http = there, email, held, requests.Session()
        self.http.trust_env = False

    def go(self, address, stop=None):
        """The page that this address leads to in the end; the address itself, once it is one that begins with `stop`."""
        answer = self._get(address)
        for _ in range(20):
            if 'data-page="sign-in"' in answer.text:
                answer = self._sign_in(answer.text)
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

    def press(self, page, path, **fields):
        """The form of a page of the portal."""
        return self._post(path, page, **fields)

    def _sign_in(self, page):
        holder = kinds.Holder(self.email, self.held)
        [(path, answer)] = kinds.proving("passkey").items()
        return self._post(path, page, visit=field(page, "visit"), **answer(page, self.there.url, holder))

    def _get(self, address):
        return self.http.get(address, timeout=20, allow_redirects=False)

    def _post(self, path, page, **fields):
        sent = {"csrfmiddlewaretoken": field(page, "csrfmiddlewaretoken"), **fields}
        return self.http.post(self.there.url + path, sent, timeout=20, allow_redirects=False)


def field(page, name):
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', page).group(1)


def fill(there, clients, serials, file):
    """Write the rows of these clients, by the names of their services, and of these people, who are returned."""
    made = {portal.address(serial): _passkey() for serial in serials}
    given = {
        "people": {
            email: {"passkey": row, "role": _role(5550219351000 + at)} for at, (email, row) in enumerate(made.items())
        },
        "clients": {name: one.fields for name, one in clients.items()},
    }
    file.write_text(json.dumps(given))
    said = portal.manage(there.environment, "shell", "-v0", "-c", FILL.format(file=str(file)))
    handles, given_out = json.loads(said.splitlines()[-1])
    for name, one in clients.items():
        one.secret = given_out[name]
    return [
        Someone(there, email, (row["external_id"], fake.b64(bytes.fromhex(handles[email]))))
        for email, row in made.items()
    ]


def _passkey():
    private, name = fake.new_key(), secrets.token_bytes(32)
    way.KEYS[fake.b64(name)] = private
    return {
        "external_id": fake.b64(name),
        "material": {"public_key": fake.b64(cbor2.dumps(private[1])), "sign_count": 0, "rp_id": "localhost"},
        "details": {"rp_id": "localhost", "backup_eligible": False, "backed_up": False},
    }


def _role(person_roleid):
    words = {"role_code": "S8000:G8000:R8001", "role_name": "Nurse Access Role", "activity_codes": ["B0065"]}
    return {"person_roleid": str(person_roleid), "person_orgid": "555021935000", "org_code": "RX1"} | words
