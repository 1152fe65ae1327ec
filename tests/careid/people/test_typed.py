import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careid.people.typed import (
    bounded,
    code,
    compact,
    composed,
    email_address,
    is_text,
    name,
    national_insurance_number,
    one_line,
    user_id,
)

ACCEPTED = {
    "PP000001A": "PP000001A",
    "pp 00 00 01 a": "PP000001A",
    "PP-00-00-01-A": "PP000001A",
    "PP.00.00.01.A": "PP000001A",
    "\uff30\uff30\uff10\uff10\uff10\uff10\uff10\uff11\uff21": "PP000001A",  # full width
    "\u200ePP\u200b000001A\u202c": "PP000001A",  # marks that can't be seen
    "(PP000001A)": "PP000001A",  # as it is pasted
    "PP 000001 (A),": "PP000001A",
    "\u201cPP000001A\u201d": "PP000001A",
    "PP\t00\r\n0001A": "PP000001A",
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
    *(f"PP00{odd}0001A" for odd in ("\0", "\x01", "\x0b", "\x1c", "\x85", "\ue000", "\u0378", "\ud800")),  # no text
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
        ("<ama@example.nhs.uk>;", "ama@example.nhs.uk"),
        ("Sample, Ama (Riverside) <ama@example.nhs.uk>;", "ama@example.nhs.uk"),
        ("ama@example.nhs.uk.", "ama@example.nhs.uk"),
        ("(ama@example.nhs.uk),", "ama@example.nhs.uk"),
        ("mailto:ama@example.nhs.uk", "ama@example.nhs.uk"),
        ("paul@stra\u00dfe.example", "paul@xn--strae-oqa.example"),  # and not strasse.example, which is another's
        ("paul@xn--strae-oqa.example", "paul@xn--strae-oqa.example"),  # what Chromium's field makes of it
        ("paul@STRASSE.example", "paul@strasse.example"),
    ],
)
def test_an_address_is_compared_without_case_and_in_either_form_of_its_domain(typed, address):
    assert email_address(typed) == address


@pytest.mark.parametrize("typed", ["", "ama", "ama@", "@example.org", "a b@example.org", "ama@example.org, x@example.org",
                                   "x" * 250 + "@a.uk", "am\u212a@example.org", "ama@exa\nmple.org", "ama@xn--a.example",
                                   '"ama"@example.org', '"a\x0bb:c"@example.org', '"</script><h1/id=pwn>"@example.org',
                                   "a\x01b@example.org", "ama@[127.0.0.1]", "bo@example.org <ama@example.org>", '"x<"@example.org', "ama@example.org" + "\u0301" * 2000])  # fmt: skip
def test_what_is_no_single_address_is_refused(typed):
    with pytest.raises(ValueError, match=r"email address|254 characters"):
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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Rho\u0302s", "Rh\u00f4s"),  # as a Mac writes it
        ("Anne\u00a0Marie  O\u2019Brien\u3000", "Anne Marie O\u2019Brien"),
        ("e\u0301" * 100, "\u00e9" * 100),
    ],
)
def test_a_name_is_kept_composed_with_one_space_between_its_words(typed, kept):
    assert name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "  ", "a" * 101, "a\x01b", "a\ue000b", "a\u0378b", "a" + "\u0315\u0300" * 24_000]
)
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(ValueError, match="not "):
        name(typed)


@pytest.mark.parametrize("typed", ["123456", "123 456", "#123456", "Your code is 123456.", "Your code is 123\u2013456", "Code: \uff11\uff12\uff13456",
                                   "123456 (it works for 15 minutes)"])  # fmt: skip
def test_a_code_is_found_among_the_words_pasted_with_it(typed):
    assert code(typed, 6) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "123456 or 654321", "12a3456", "\u0661\u0662\u0663\u0664\u0665\u0666", "123\ue000456", "20 123456"])  # fmt: skip
def test_what_may_be_another_code_is_none(typed):
    assert code(typed, 6) == ""


MARKS = [
    "a" + "\u0315\u0300" * 24_000,
    "a" + "".join(mark * 6_000 for mark in "\u0345\u035d\u035c\u0315\u0300\u0316\u0327\u0334"),
]


@pytest.mark.parametrize("marks", [*MARKS, "x@a" + MARKS[0], "9" * 100_000, " " * 100_000, "\u200b" * 100_000])
def test_no_text_however_long_takes_long(marks):
    begun = time.thread_time()
    for read in (
        bounded,
        one_line,
        composed,
        compact,
        user_id,
        name,
        national_insurance_number,
        email_address,
        lambda text: code(text, 6),
    ):
        with suppress(ValueError):
            read(marks)
    assert time.thread_time() - begun < 0.5


def test_what_is_refused_as_no_text_is_what_can_not_be_seen():
    assert is_text("Si\u00e2n O\u2019Brien \U0001f9d1")
    for odd in "\0\x01\x7f\x85\ue000\u0378\ud800":
        assert not is_text(one_line(f"a{odd}b"))
