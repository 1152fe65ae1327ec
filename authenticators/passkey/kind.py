"""A passkey (W3C Web Authentication): on this device, a phone or a security key."""

from authenticators.kind import Kind
from authenticators.passkey import names

KIND = Kind(
    slug="passkey",
    title="Passkey",
    hint="Your fingerprint, face or screen lock on a phone, tablet or computer, or a security key. No password",
    limit=10,
    is_available=lambda profile: profile.is_open,
    describe=names.provider,
)
