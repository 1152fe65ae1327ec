"""What a service is told of a person and of how they signed in, by the names that CIS2's services read."""

from collections.abc import Callable
from typing import Any, Final

from careid.people.models import Profile
from provider import roles
from provider.models import Code, Token


def of_id_token(code: Code) -> dict[str, Any]:
    """The claims of an ID token that come of the sign-in (OpenID Connect Core 1.0, 2). Levels are texts, as CIS2's."""
    made, profile = code.sign_in, code.sign_in.profile
    asked = {"nonce": code.nonce, "selected_roleid": code.role}
    return {
        "sub": profile.user_id,
        "uid": profile.user_id,
        "sid": str(made.session_id),
        "auth_time": int(made.at.timestamp()),
        "acr": code.acr,
        "amr": [made.amr],
        "authentication_assurance_level": str(made.level),
        "id_assurance_level": str(profile.identity_level),
        "idassurancelevel": str(profile.identity_level),
        **{name: value for name, value in asked.items() if value},
    }


def userinfo(token: Token) -> dict[str, Any]:
    """The claims that the token's scopes give (OpenID Connect Core 1.0, 5.4), of what is on file."""
    profile = token.sign_in.profile
    told = {"sub": profile.user_id}
    for scope in token.scopes:
        told |= BY_SCOPE[scope](profile) if scope in BY_SCOPE else {}
    if token.role:
        told["selected_roleid"] = token.role
    if roles.needs(token.scopes):
        told |= roles.claims(profile=profile, roles=roles.of(profile), scopes=token.scopes)
    return told


def _profile(profile: Profile) -> dict[str, str]:
    return {
        "name": f"{profile.family_name.upper()} {profile.given_name}",
        "given_name": profile.given_name,
        "family_name": profile.family_name,
        "uid": profile.user_id,
    }


def _email(profile: Profile) -> dict[str, str]:
    return {"email": profile.email} if profile.email else {}


def _nhsperson(profile: Profile) -> dict[str, str]:
    return {
        "nhsid_useruid": profile.user_id,
        "display_name": str(profile),
        "idassurancelevel": str(profile.identity_level),
    }


BY_SCOPE: Final[dict[str, Callable[[Profile], dict[str, str]]]] = {
    "profile": _profile,
    "email": _email,
    "nhsperson": _nhsperson,
}
