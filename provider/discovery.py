"""What clients are told of us before anything else (OpenID Connect Discovery 1.0, 3; RFC 8414, 2)."""

from typing import Any, Final

from django.conf import settings

from provider import jwks, signing

# What each of the client's ways to prove who it is may be signed with, or need nothing of.
ASSERTIONS: Final = list(jwks.KTY)
PROVED: Final = ["private_key_jwt", "client_secret_post", "client_secret_basic"]
ROLE_SCOPES: Final = ["nationalrbacaccess", "selectedrole", "changedrole", "associatedorgs"]
SCOPES: Final = ["openid", "profile", "email", "nhsperson", *ROLE_SCOPES]
OF_SIGN_IN: Final = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "sid",
    "at_hash",
    "jti",
]
OF_LEVEL: Final = ["id_assurance_level", "authentication_assurance_level", "idassurancelevel", "selected_roleid"]
OF_PERSON: Final = ["uid", "name", "given_name", "family_name", "email", "nhsid_useruid", "display_name"]
OF_ROLES: Final = ["nhsid_nrbac_roles", "nhsid_user_orgs", "nhsid_org_roles"]


def document(*, acr_values: list[str]) -> dict[str, Any]:
    """Discovery's document: all that is done here and no more. `acr_values` are those that can be met."""
    return {
        "issuer": settings.ISSUER,
        **{name: f"{settings.ISSUER}{path}" for name, path in ENDPOINTS.items()},
        "scopes_supported": SCOPES,
        "claims_supported": [*OF_SIGN_IN, *OF_LEVEL, *OF_PERSON, *OF_ROLES],
        "acr_values_supported": acr_values,
        "id_token_signing_alg_values_supported": signing.algorithms(),
        **_authentication(),
        **ALWAYS,
    }


ENDPOINTS: Final = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/access_token",
    "userinfo_endpoint": "/userinfo",
    "jwks_uri": "/connect/jwk_uri",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/token/revoke",
    "end_session_endpoint": "/connect/endSession",
}
ALWAYS: Final = {
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "grant_types_supported": ["authorization_code"],
    "subject_types_supported": ["public"],
    "claim_types_supported": ["normal"],
    "code_challenge_methods_supported": ["S256"],
    "prompt_values_supported": ["none", "login", "select_account"],
    "ui_locales_supported": ["en-GB"],
    "claims_parameter_supported": False,
    "request_parameter_supported": False,
    "request_uri_parameter_supported": False,  # which is true where nothing is said
    "authorization_response_iss_parameter_supported": True,
    "backchannel_logout_supported": True,
    "backchannel_logout_session_supported": True,
}


def _authentication() -> dict[str, list[str]]:
    """How clients prove who they are: public ones don't, and so may not introspect (RFC 7662, 2.1)."""
    methods = {"token": [*PROVED, "none"], "introspection": PROVED, "revocation": [*PROVED, "none"]}
    told = {f"{name}_endpoint_auth_methods_supported": ways for name, ways in methods.items()}
    return told | {f"{name}_endpoint_auth_signing_alg_values_supported": ASSERTIONS for name in methods}
