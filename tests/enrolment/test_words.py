"""What a person is told on the way: what is wrong, how many tries are left, how long to wait, and what to do next."""

import pytest

from careid.people import typed
from enrolment.models import EmailCode
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db


def text(response):
    page = response.content.decode()
    return " ".join(page[page.index("<main") :].split())


@pytest.fixture(params=[True, False], ids=["on file", "decoy"])
def begun(request, visitor, person):
    """A visitor at the code page: the same words, whether or not anybody was found."""
    visitor.details(person, nino=None if request.param else "PP999999A")
    return visitor


def test_from_the_third_wrong_code_on_it_says_how_many_are_left_and_after_five_what_to_do(begun):
    said = [text(begun.code(f"00000{number}")) for number in range(6)]
    assert ["left" in one for one in said] == [False, False, True, True, False, False]
    assert "You have 2 tries left" in said[2]
    assert "You have 1 try left" in said[3]
    for one in said[4:]:
        assert "5 wrong codes. Send yourself a new one below" in one
        assert "again. Ask" not in one


def test_no_error_speaks_of_an_app_to_somebody_who_has_none(begun):
    response = begun.code("000000")
    summary = text(response).split("nhsuk-error-summary")[1].split("<h1")[0]
    assert "app" not in summary.replace("apply", "")
    assert "A code from an app does not work here" in text(response)


def test_after_the_fourth_code_it_says_until_when_it_works_and_the_way_on(begun):
    EmailCode.objects.update(sends=4)
    page = text(begun.client.get("/code/"))
    assert "We have sent 4 codes" in page
    assert "The newest works until" in page
    assert "start again below" in page


def test_the_wait_for_another_code_is_counted_down_and_names_its_button(begun):
    page = text(begun.client.get("/code/"))
    assert 'data-enables="again"' in page
    assert 'id="again"' in page


def test_a_lock_says_until_when_and_for_how_long(person):
    for _ in range(6):
        Visitor().details(person)
    page = text(Visitor().details(person))
    assert "locked <strong>until" in page
    assert "in 60 minutes" in page


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("PP 12 34 56", "last_letter"),
        ("PP 12 O4 56 A", "letter_for_number"),
        ("PPI2L456A", "letter_for_number"),
        ("PP 12 34 5", ""),
        ("PP 12 34 56 E", ""),
        ("", ""),
        ("\u0300" * 48_000, ""),
    ],
)
def test_what_is_wrong_with_a_number_is_named_where_it_can_be(number, fault):
    assert typed.nino_fault(number) == fault


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("PP 12 34 56", "ends with a letter: A, B, C or D"),
        ("PP 12 O4 56 A", "Type the number 0 (zero)"),
        ("PP 12 34 5", "in the correct format"),
    ],
)
def test_the_page_of_the_details_says_so(number, words, visitor, person):
    assert words in text(visitor.details(person, nino=number))
