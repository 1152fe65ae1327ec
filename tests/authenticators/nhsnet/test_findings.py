"""The doctor's line of NHS.net Connect: what its own command found, in a sentence."""

import pytest

from authenticators.nhsnet.inspection import CHECKS
from careid.finding import Finding
from operating.doctor.asking import bounded

pytestmark = pytest.mark.django_db
[CHECK] = CHECKS


def test_it_says_that_it_answers(provider):
    assert bounded(CHECK) == Finding("NHS.net Connect", "answers; manage.py nhsnet_check says more")


def test_it_says_what_is_wrong_and_where_there_is_more(provider, settings):
    settings.NHSNET_CLIENT_SECRET = "old"
    found = bounded(CHECK)
    assert found.state is False
    assert found.words.startswith("Secret: refused: make a new one")
    assert found.do == "manage.py nhsnet_check says all that it asked"


def test_where_it_is_not_set_up_all_is_well(settings):
    settings.NHSNET_CLIENT_ID = ""
    assert bounded(CHECK) == Finding("NHS.net Connect", "not set up, and not offered")
