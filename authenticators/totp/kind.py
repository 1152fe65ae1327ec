"""An authenticator app: a password, and codes that change with time (RFC 6238)."""

from authenticators.kind import Kind, Proving
from authenticators.totp.words import Why

KIND = Kind(
    slug="totp",
    title="Authenticator app",
    hint="An app on your phone, such as Microsoft or Google Authenticator, that shows a new code every 30 seconds",
    effort="About 5 minutes, with a new password to remember",
    need="for an authenticator app, a phone or tablet that only you use, with the app on it",
    kept_in="An app on your phone or tablet",
    most=5,
    limits="authenticators.totp.limits.ALL",
    locks="authenticators.totp.limits.locks",
    in_a_row="authenticators.totp.limits.in_a_row",
    mails={
        "app_locked": "Too many wrong tries to sign in with the app",
        "new_password_locked": "Too many wrong tries to make a new password for the app",
        "new_password_code": "Code to make a new password for the app",
        "password_changed": "New password for the app",
    },
    reasons=tuple(Why),
    sign_in=Proving(
        url="totp:sign_in",
        title="Authenticator app",
        amr="TOTP",
        acr="AAL2_TOTP",
        fragment="authenticators/totp/sign_in.html",
        takes=("email", "password"),
        context="authenticators.totp.proving_views.fragment",
    ),
)
