"""A passkey (W3C Web Authentication): on this device, a phone or a security key."""

from django.conf import settings

from authenticators.kind import Kind, Proving
from authenticators.passkey import names
from authenticators.passkey.words import Why

KIND = Kind(
    slug="passkey",
    title="Passkey",
    hint="Your fingerprint, face or screen lock on a phone, tablet or computer, or a security key. No password",
    effort="About 2 minutes, and the hardest to steal",
    need="for a passkey, a phone, tablet or computer that only you can unlock, or a security key",
    most=10,
    limits="authenticators.passkey.limits.ALL",
    describe=names.provider,
    reasons=tuple(Why),
    sign_in=Proving(
        url="passkey:sign_in",
        title="Passkey",
        amr=settings.PASSKEY_AMR,
        acr="AAL2_PASSKEY",
        fragment="authenticators/passkey/sign_in.html",
        takes=("credential", "error"),
        context="authenticators.passkey.proving_views.fragment",
        refusals={"wrong": 422, "timed_out": 422, "unknown_passkey": 403, "count_went_back": 403},
    ),
)
