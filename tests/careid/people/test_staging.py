"""A file that somebody gives the desk: what becomes of its lines, and what is said of one that nothing can be done with."""

import io
import time

import pytest
from django.db import connection

from careid.people import cells, staging, typed
from careid.people.spreadsheets import BadFile
from careid.people.uploads import Upload, UploadLine

pytestmark = pytest.mark.django_db
WANTED, ALLOWED = ("email", "given_name"), ("note",)
HEADER = "email,given_name,note\n"
GOOD = "ama@example.nhs.uk,Ama,"


def check(row):
    return {
        "email": cells.checked(row, "email", typed.email_address),
        "given_name": cells.checked(row, "given_name", cells.name),
        "note": row.get("note", ""),
    }


def stage(text, **more):
    raw = text if isinstance(text, bytes) else text.encode()
    asked = {"purpose": Upload.Purpose.INVITATIONS, "by": "admin:1", "wanted": WANTED, "allowed": ALLOWED, **more}
    return staging.stage(file=io.BytesIO(raw), check=check, **asked)


def lines(upload):
    return list(upload.lines.order_by("number").values_list("number", "email", "given_name", "fault"))


def test_each_line_becomes_a_row_by_its_number_and_a_bad_one_says_what_is_wrong_and_nothing_of_what_it_holds():
    upload = stage(
        f"{HEADER}{GOOD}\n\n,,\nnobody,Ben,\n\"open,Cleo,\ndee@example.org\nEve@Example.org,'=Eve,\n", about="7"
    )
    assert lines(upload) == [
        (2, "ama@example.nhs.uk", "Ama", ""),
        (5, "", "", "email is not an email address"),
        (6, "", "", "a quotation mark is not closed, or stands in the wrong place"),
        (7, "", "", "the line has 1 cells and the header 3"),
        (8, "eve@example.org", "=Eve", ""),
    ]
    stored = Upload.objects.get()
    assert (stored.rows, stored.failed, stored.about, stored.by) == (5, 3, "7", "admin:1")
    assert (stored.state, stored.purpose, stored.wanted) == ("judged", "invitations", "")


def test_a_note_is_sealed_to_its_own_row():
    stage(f"{HEADER}ama@example.nhs.uk,Ama,Night shifts\nben@example.nhs.uk,Ben,\n")
    first, second = UploadLine.objects.order_by("number")
    assert (first.note, second.note) == ("Night shifts", None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM careid_uploadline WHERE number = 2")
        assert b"Night" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "has nothing on its first line"),
        (HEADER, "has no line below its first"),
        ("email;given_name\nama@example.nhs.uk;Ama\n", "has its columns separated by semicolons: save it as CSV UTF-8"),
        ("given_name\nAma\n", "has no column email; its first line must name email, given_name"),
        ("Email,given_name\nama@example.nhs.uk,Ama\n", "names a column 'Email': write email"),
        ("email,given_name,salary\n,,\n", "has a column too many, 'salary': remove it"),
        (HEADER.encode("utf-16"), "is UTF-16: save it as CSV UTF-8"),
        ("email,given_name,pr\u00e9nom\n".encode("cp1252"), "is not UTF-8: save it as CSV UTF-8"),
        (b"PK\x03\x04 a workbook", "is a workbook, not a CSV file: save it as CSV UTF-8"),
    ],
    ids=lambda one: one[:12] if isinstance(one, str) else None,
)
def test_a_file_that_nothing_can_be_done_with_is_said_in_words_and_nothing_of_it_stays(file, words):
    with pytest.raises(BadFile, match=f"^The file {words}"):
        stage(file)
    assert not Upload.objects.exists()


def test_a_byte_order_mark_is_fine_and_a_name_in_windows_letters_fails_its_own_line():
    accents = (
        "\ufeffemail,given_name\nsian@example.nhs.uk,Si\u00e2n\n".encode()
        + "rene@example.nhs.uk,Ren\u00e9\n".encode("cp1252")
    )
    found = lines(stage(accents))
    assert found[0] == (2, "sian@example.nhs.uk", "Siân", "")
    assert found[1][3].startswith("the line is not UTF-8; open the file again and save it as CSV UTF-8")


@pytest.mark.parametrize(
    "text", ["\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "a" * 20_000, "\u0301" * 7_000]
)
def test_whatever_a_line_holds_it_is_only_that_line_that_fails(text):
    found = lines(stage(f"{HEADER}{text},{text},\n{GOOD}\n"))
    assert [bool(fault) for *_, fault in found] == [True, False]


def test_who_stands_on_an_earlier_good_line_is_not_taken_twice_and_is_told_which_line_it_is():
    again = "AMA@example.nhs.uk"
    found = lines(stage(f"{HEADER}ama@example.nhs.uk,,\n{GOOD}\n{again},Ama,\nben@example.nhs.uk,Ben,\n{again},Bo,\n"))
    assert [fault for *_, fault in found] == [
        "given_name is not 1 to 100 characters",
        "",
        "email stands on line 3 already",
        "",
        "email stands on line 3 already",
    ]
    assert found[2][1:3] == ("ama@example.nhs.uk", "Ama")


def test_what_may_stand_on_one_line_alone_may_be_several_columns_together():
    file = f"{HEADER}{GOOD}\nama@example.nhs.uk,Bo,\n{GOOD}\n"
    assert [fault for *_, fault in lines(stage(file, once=("email", "given_name")))] == [
        "", "", "email stands on line 2 already",
    ]  # fmt: skip


def test_a_file_has_50000_lines_at_most(monkeypatch):
    assert staging.MOST == 50_000
    monkeypatch.setattr("careid.people.staging.MOST", 2)
    assert stage(HEADER + f"{GOOD}\n" * 2).rows == 2
    with pytest.raises(BadFile, match="has more than 2 lines"):
        stage(HEADER + f"{GOOD}\n" * 3)
    assert Upload.objects.count() == 1


def test_what_the_caller_finds_by_sets_is_counted_with_the_rest():
    upload = stage(f"{HEADER}{GOOD}\nnobody,Ben,\n")
    upload.lines.filter(number=2).update(fault="stands on line 1 already")
    staging.tally(upload)
    assert Upload.objects.values_list("rows", "failed").get() == (2, 2)


def test_a_file_that_is_given_up_is_forgotten_and_one_that_was_taken_is_not():
    upload = stage(f"{HEADER}{GOOD}\n")
    assert staging.give_up(upload=upload)
    assert (Upload.objects.get().state, upload.lines.count()) == ("given_up", 0)
    taken = stage(f"{HEADER}{GOOD}\n")
    Upload.objects.filter(pk=taken.pk).update(state=Upload.State.TAKEN)
    assert not staging.give_up(upload=taken)
    assert (taken.lines.count(), staging.give_up(upload=upload)) == (1, False)


def test_as_many_lines_as_a_file_may_have_are_read_in_good_time():
    """Of a processor: the proxy waits for half a minute."""
    file = HEADER + "".join(
        f"person.{n}@example.nhs.uk,Given{n},A note of the desk about {n}\n" for n in range(staging.MOST)
    )
    begun = time.process_time()
    assert stage(file[:5_000_000].rpartition("\n")[0]).failed == 0
    assert time.process_time() - begun < 15
