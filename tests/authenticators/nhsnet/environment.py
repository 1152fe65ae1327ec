"""The account's settings in the tests, and the stand-in that runs beside the portal."""

import secrets

TENANT = "5f8e2c1a-3b4d-4e6f-8a9b-0c1d2e3f4a5b"
SETTINGS = {
    "NHSNET_DEMO_PORT": "",  # which may stand in the demo of the same folder
    "NHSNET_TENANT_ID": TENANT,
    "NHSNET_CLIENT_ID": "0f1e2d3c-4b5a-4968-8776-655443322110",
    "NHSNET_CLIENT_SECRET": secrets.token_urlsafe(32),
    "NHSNET_AUTHORITY": "https://login.nhsnet.example",
}
ORGANISATION = {"nhsnet_beta": True}
COMMAND = "sign_in"


def beside(port):
    return {"NHSNET_DEMO_PORT": str(port)}  # at 127.0.0.1: another site than localhost


def answers(environment):
    return f"http://127.0.0.1:{environment['NHSNET_DEMO_PORT']}/{TENANT}/v2.0/.well-known/openid-configuration"
