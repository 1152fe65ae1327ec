"""Why something was done, as the trail keeps it."""

import pytest

from careid.trail.names import CLOSED_WORD
from profiles import reasons

pytestmark = pytest.mark.django_db


def test_every_reason_is_a_word_that_the_trail_takes():
    assert all(CLOSED_WORD.fullmatch(word) for chosen in reasons.BY_EVENT.values() for word in chosen)
