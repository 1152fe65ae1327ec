"""What the pages of help have to say."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    [
        "partially compliant",  # the status, in the regulations' own words
        "This statement was written on",
        "within 10 working days",
        "Registration Authority work on pages",  # the desk's pages too
        "Equality Advisory and Support Service",
    ],
)
def test_the_accessibility_statement_says_what_the_regulations_of_2018_ask(words, client):
    assert words in client.get("/help/accessibility/").content.decode()
