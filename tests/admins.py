"""Admins at the desk's door: their passkeys, and sessions that are verified already."""

import json
import secrets
from hashlib import sha256

from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp_webauthn.models import WebAuthnCredential

PASSWORD = "kettle orbit Thursday lamp"  # made up for the tests


def signed_in(client, user):
    """The client, as if the password and a passkey of this user had just been proved."""
    credential_id = secrets.token_bytes(32)
    device = WebAuthnCredential.objects.create(
        user=user, credential_id=credential_id, credential_id_sha256=sha256(credential_id).hexdigest(), public_key=b"x"
    )
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session["since"] = session["verified_at"] = timezone.now().timestamp()
    session.save()
    return client


def post_json(client, path, data=None):
    return client.post(path, json.dumps(data or {}), content_type="application/json")
