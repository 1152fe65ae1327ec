"""Nobody has linked an account when a test begins."""

import pytest


@pytest.fixture(autouse=True)
def _unlinked(portal):
    """The stand-in has one account that works: whoever had it before lets it go."""
    portal.query(
        "UPDATE authenticators_authenticator SET state = 'revoked', state_reason = 'test' WHERE kind = 'nhsnet' AND state = 'active' RETURNING id"
    )
