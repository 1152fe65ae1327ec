import pytest
from hypothesis import given
from hypothesis import strategies as st

from careid.people.typed import email_address, name, national_insurance_number, user_id

ACCEPTED = {
    "PP000001A": "PP000001A",
    "pp 00 00 01 a": "PP000001A",
    "PP-00-00-01-A": "PP000001A",
    "PP.00.00.01.A": "PP000001A",
    "\uff30\uff30\uff10\uff10\uff10\uff10\uff10\uff11\uff21": "PP000001A",  # full width
    "\u200ePP\u200b000001A\u202c": "PP000001A",  # marks that can't be seen
    "GY 00 00 00 D": "GY000000D",  # administrative prefixes pass: the record decides
    "NC000000B": "NC000000B",
}
REFUSED = [
    "", "PP00001A", "PP0000011A", "PP000001E", "PP000001", "1P000001A",
    "QQ123456C",  # the hint itself
    *(f"{first}A000001A" for first in "DFIQUV"),
    *(f"A{second}000001A" for second in "DFIOQUV"),
    *(f"{prefix}000001A" for prefix in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")),
    "\u00dfA000001A", "PP00000\u0661A", "PP00000\u00b2A", "\u212aA000001A",  # no sharp s, other digits, superscripts, Kelvin
    "PP000001A" + " " * 40,  # longer than anyone types
]  # fmt: skip


@pytest.mark.parametrize(("typed", "number"), ACCEPTED.items())
def test_a_number_is_accepted_however_it_is_spaced(typed, number):
    assert national_insurance_number(typed) == number


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match="not a National Insurance number"):
        national_insurance_number(typed)


@given(st.text(max_size=60))
def test_no_text_breaks_the_parsers(text):
    for parse in (user_id, national_insurance_number, email_address):
        try:
            assert parse(text).isascii()
        except ValueError:
            pass


@given(st.from_regex(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]", fullmatch=True))
def test_reading_a_number_twice_changes_nothing(number):
    try:
        once = national_insurance_number(number.lower())
    except ValueError:
        assert number[:2] in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
    else:
        assert national_insurance_number(once) == once == number


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Ama.Sample@Example.NHS.uk ", "ama.sample@example.nhs.uk"),
        ("ama@m\u00fcnchen.example", "ama@xn--mnchen-3ya.example"),
        ("ama@xn--mnchen-3ya.example", "ama@xn--mnchen-3ya.example"),
        ("ama\u200b@example.nhs.uk", "ama@example.nhs.uk"),
    ],
)
def test_an_address_is_compared_without_case_and_in_either_form_of_its_domain(typed, address):
    assert email_address(typed) == address


@pytest.mark.parametrize("typed", ["", "ama", "ama@", "@example.org", "a b@example.org", "ama@example.org, x@example.org",
                                   "x" * 250 + "@a.uk", "am\u212a@example.org", "ama@exa\nmple.org"])  # fmt: skip
def test_what_is_no_single_address_is_refused(typed):
    with pytest.raises(ValueError, match="email address"):
        email_address(typed)


def test_a_user_id_is_twelve_digits_however_it_is_spaced():
    assert user_id(" 5550 0000\u20110001") == "555000000001"
    for typed in ("55500000000", "5550000000011", "5.55E+11", "\u0665" * 12):
        with pytest.raises(ValueError, match="not 12 digits"):
            user_id(typed)


@given(st.text(max_size=120))
def test_any_text_is_a_name_that_stays_what_it_is_or_none(text):
    try:
        kept = name(text)
    except ValueError:
        return
    assert name(kept) == kept
    assert "\0" not in kept
    kept.encode()
