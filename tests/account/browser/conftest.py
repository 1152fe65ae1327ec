"""Somebody who is signed in, here and elsewhere."""

import pytest

from tests.account.browser.entering import enter, give, sign_in


@pytest.fixture
def phone(walk):
    """What they signed in with, here and elsewhere; they have two more."""
    phone = give(walk, "Work_phone_on_the_3rd_floor_of_the_ward_")
    give(walk, "", hours=20)
    give(walk, "Tablet_without_a_space_on_the_3rd_floor", state="suspended", reason="lost")
    enter(walk, phone, browser="Firefox on Android", network="198.51.100.0/24")
    sign_in(walk, phone)
    return phone
