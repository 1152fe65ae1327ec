"""The people of a move from a file: what is wrong with it is told by line, and what is taken is taken once."""

import io

import pytest

from careid.errors import Refused
from careid.people.models import Organisation
from careid.people.spreadsheets import BadFile
from careid.people.uploads import Upload, UploadLine
from careid.trail.models import Event
from moves import joining, links, loading, making, matching
from moves.models import Move, Person
from tests.moves import crowd
from tests.moves.crowd import OPERATOR

pytestmark = pytest.mark.django_db
HEAD = "email,given_name,family_name,organisation,way"
GOOD = "ama@example.nhs.uk,Ama,Sample,RX1,two_factor"


@pytest.fixture
def move(organisation):
    return crowd.draft(ends_on=crowd.today())


def judged(move, *lines, head=HEAD):
    return loading.judge(file=io.BytesIO("\n".join([head, *lines, ""]).encode()), move=move, by=OPERATOR)


def faults(upload):
    return dict(upload.lines.exclude(fault="").values_list("number", "fault"))


def take(upload, wanted="all"):
    loading.take(upload=upload, wanted=wanted, by=OPERATOR)
    joining.join(upload)
    upload.refresh_from_db()
    return upload


def refused(upload, wanted="all"):
    with pytest.raises(Refused) as caught:
        loading.take(upload=upload, wanted=wanted, by=OPERATOR)
    return caught.value.reason


def test_each_line_is_looked_at_by_itself_and_beside_the_others(move):
    upload = judged(
        move,
        GOOD,
        "not an address,Ama,Sample,RX1,two_factor",
        "bo@example.nhs.uk,,Sample,RX1,two_factor",
        "cy@example.nhs.uk,Cy,Sample,RX9,two_factor",
        "di@example.nhs.uk,Di,Sample,RX1,token",
        "AMA@Example.NHS.uk,Ama,Other,RX1,smartcard",
        "ed@example.nhs.uk,Ed,Sample,rx1,SMARTCARD",
        "fi@example.nhs.uk,Fi,Sample,R,two_factor",
    )
    assert faults(upload) == {
        3: "email is not an email address",
        4: "given_name is not 1 to 100 characters",
        5: "organisation is none of those here",
        6: "way is not one of two_factor, smartcard",
        7: "email stands on line 2 already",
        9: "organisation is not 2 to 12 letters and digits",
    }
    assert (upload.rows, upload.failed, upload.state, upload.about) == (8, 6, "judged", str(move.pk))
    assert not Person.objects.exists()


@pytest.mark.parametrize("head", ["email,given_name,family_name,organisation", HEAD + ",more"])
def test_a_file_with_other_columns_is_refused_as_a_whole(head, move):
    with pytest.raises(BadFile):
        judged(move, GOOD, head=head)
    assert not Upload.objects.exists()


def test_it_is_told_beforehand_who_is_known_and_who_is_on_file(move, make_person):
    make_person(email="Bo@example.nhs.uk")
    make_person(email="cy@example.nhs.uk", state="closed", closed_reason="leaver")
    crowd.join(move, "cy")
    upload = judged(move, GOOD, GOOD.replace("ama", "bo"), GOOD.replace("ama", "cy"), "x")
    assert loading.coming(upload) == loading.Coming(people=3, known=1, matched=1)


def test_all_are_taken_or_none_or_the_good_ones(move):
    upload = judged(move, GOOD, "x,Ama,Sample,RX1,two_factor")
    assert refused(upload) == "faults"
    assert take(upload, "valid").state == "done"
    assert Person.objects.get().email == "ama@example.nhs.uk"
    assert list(upload.lines.order_by("number").values_list("done", flat=True)) == [True, False]
    assert refused(upload, "valid") == "taken"
    assert refused(judged(move, "x,Ama,Sample,RX1,two_factor"), "valid") == "nothing"


def test_who_is_taken_is_found_by_address_and_has_a_link(move, make_person):
    profile = make_person(email="Ama@Example.nhs.uk")
    upload = take(judged(move, GOOD, "bo@example.nhs.uk,Bo,Sample,RX1,smartcard"))
    ama, bo = Person.objects.order_by("email")
    assert (ama.profile, bo.profile) == (profile, None)
    assert (bo.way, bo.given_name, bo.organisation.code, bo.invitation, bo.mailed_on) == (
        "smartcard", "Bo", "RX1", None, None,
    )  # fmt: skip
    for one in (ama, bo):
        assert links.find(links.give(one).split("/")[-2]) == one
    event = Event.objects.get(name="move.people_loaded")
    assert (event.actor, event.organisation) == (OPERATOR, "RX1")
    assert event.details == {"move": move.slug, "rows": 2, "failed": 0}
    assert upload.done_at


def test_who_is_in_the_move_already_follows_the_file_and_keeps_their_answer(move):
    Organisation.objects.create(code="RX2")
    bo = crowd.join(move, "bo", answer="wants_call", call="wanted", when_words="mornings")
    other = crowd.join(crowd.draft(), "bo")
    take(judged(move, "BO@example.nhs.uk,Boris,Changed,RX2,smartcard"))
    fresh = Person.objects.get(pk=bo.pk)
    assert (fresh.given_name, fresh.family_name, fresh.organisation.code, fresh.way) == (
        "Boris", "Changed", "RX2", "smartcard",
    )  # fmt: skip
    assert (fresh.answer, fresh.call, fresh.when_words) == ("wants_call", "wanted", "mornings")
    assert bytes(fresh.token_hash) == bytes(bo.token_hash)
    assert Person.objects.get(pk=other.pk).given_name == "Bo"
    assert Person.objects.count() == 2


def test_who_belongs_to_another_organisation_by_a_new_file_is_invited_anew_by_that_one(move):
    Organisation.objects.create(code="RX2")
    ama, bo = crowd.join(move, "ama"), crowd.join(move, "bo")
    matching.invite(move)
    take(judged(move, GOOD, GOOD.replace("ama", "bo").replace("RX1", "RX2")))
    ama, bo = (Person.objects.select_related("invitation").get(pk=one.pk) for one in (ama, bo))
    assert ama.invitation.organisation.code == "RX1"
    assert bo.invitation is None
    assert matching.invite(move) == 1
    assert Person.objects.get(pk=bo.pk).invitation.organisation.code == "RX2"


def test_an_organisation_that_came_or_went_meanwhile_counts_as_it_is(move):
    Organisation.objects.create(code="RX2")
    upload = judged(move, GOOD, GOOD.replace("ama", "bo").replace("RX1", "RX2"))
    Organisation.objects.filter(code="RX2").delete()
    assert refused(upload) == "faults"
    assert take(upload, "valid").state == "done"
    assert Person.objects.get().email == "ama@example.nhs.uk"


def test_a_press_that_comes_late_changes_nothing_of_a_file_that_was_taken(move):
    Organisation.objects.create(code="RX2")
    upload = judged(move, GOOD, GOOD.replace("ama", "bo").replace("RX1", "RX2"))
    loading.take(upload=upload, wanted="all", by=OPERATOR)
    Organisation.objects.filter(code="RX2").delete()
    assert refused(upload) == "taken"
    assert (faults(upload), Upload.objects.get().failed) == ({}, 0)


def test_nobody_joins_a_move_that_is_over(move):
    upload, late = judged(move, GOOD), judged(move, GOOD)
    loading.take(upload=upload, wanted="all", by=OPERATOR)
    making.cancel(move=move, by=OPERATOR)
    joining.join(upload)
    upload.refresh_from_db()
    assert upload.state == "given_up"
    assert refused(late) == "over"
    assert not Person.objects.exists()
    assert not Event.objects.filter(name="move.people_loaded").exists()


def test_a_worker_that_is_killed_leaves_whole_parts_and_the_next_one_goes_on(move, monkeypatch):
    monkeypatch.setattr(joining, "AT_ONCE", 2)
    upload = judged(move, *(GOOD.replace("ama", f"p{number}") for number in range(5)))
    loading.take(upload=upload, wanted="all", by=OPERATOR)

    class Killed(BaseException):
        pass

    mark, done = UploadLine.objects.filter, []

    def die(*args, **kwargs):
        done.append(1)
        if len(done) == 2:
            raise Killed
        return mark(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(UploadLine.objects, "filter", die)
        with pytest.raises(Killed):
            joining.join(upload)
    assert Person.objects.count() == upload.lines.filter(done=True).count() == 2
    joining.join(upload)
    joining.join(upload)
    assert Person.objects.count() == 5
    assert Event.objects.filter(name="move.people_loaded").count() == 1


def test_who_joins_while_it_runs_is_told(move):
    making.start(move=move, by=OPERATOR)
    crowd.tell(move)
    take(judged(move, GOOD))
    assert crowd.tell(Move.objects.get()) == {"start": 1}
    assert crowd.waiting(move) == ["ama"]
