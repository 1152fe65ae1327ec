"""A passkey (W3C Web Authentication): on this device, a phone or a security key."""

from authenticators.kind import Kind
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
)
