"""People who are invited to apply."""

from itertools import count

import pytest

from apply import inviting

ADDRESSES = count(1)


@pytest.fixture
def make_invitation(organisation):
    """Invites somebody of the organisation; what is given is what it is invited with."""

    def make(**given):
        usual = {"organisation": organisation, "given_name": "Bea", "family_name": "Newcomer", "by": "admin:7"}
        return inviting.invite(**{**usual, "email": f"bea{next(ADDRESSES)}@example.nhs.uk", **given})

    return make


@pytest.fixture
def invitation(make_invitation):
    return make_invitation()
