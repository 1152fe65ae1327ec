"""Who has broken into the web, and so has its role in the database, attacks the sealing of the trail and its verification."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from careid.finding import Check
from careid.trail.models import Event, Seal
from careid.trail.names import EventName
from careid.trail.record import record, together
from careid.trail.seals import jobs, jumps, sealing, verifying
from operating import grants
from operating.doctor import work
from operating.doctor.asking import bounded
from tests.operating.roles import RUN, WORK, acting_as, execute, refusal

pytestmark = pytest.mark.django_db
FAR = 2**63 - 2
AN_EVENT = "(at, name, outcome, reason, actor, organisation, reference, network, browser, request_id, details)"
VALUES = "'command.run', 'ok', '', 'x', '', '', '', '', '', '{}'"
FIRST_COLUMNS = AN_EVENT[1:]
MERGE = "MERGE INTO careid_event e USING (SELECT 1) s ON false WHEN NOT MATCHED THEN INSERT"
NOT_ALLOWED = "42501"


def happen(count=1):
    for _ in range(count):
        record(EventName.COMMAND_RUN, actor="command:test")


@pytest.fixture
def sealed(role):
    with acting_as(WORK):
        happen(3)
        assert sealing.seal() == 3
    return role


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO careid_event (sequence, {FIRST_COLUMNS} VALUES ({FAR}, now(), {VALUES})",
        f"INSERT INTO careid_event (sequence, {FIRST_COLUMNS} VALUES (DEFAULT, now(), {VALUES})",
        f"INSERT INTO careid_event (sequence, {FIRST_COLUMNS} OVERRIDING SYSTEM VALUE VALUES ({FAR}, now(), {VALUES})",
        f"COPY careid_event (sequence, {FIRST_COLUMNS} FROM STDIN",
        f"{MERGE} (sequence, {FIRST_COLUMNS} VALUES ({FAR}, now(), {VALUES})",
        f"SELECT setval('careid_event_sequence_seq', {FAR})",
        "SELECT nextval('careid_event_sequence_seq') FROM generate_series(1, 1000000)",
        "ALTER SEQUENCE careid_event_sequence_seq RESTART",
        "ALTER TABLE careid_event ALTER sequence SET GENERATED ALWAYS",
    ],
)
@pytest.mark.parametrize("who", [RUN, WORK])
def test_neither_role_chooses_an_events_number_or_burns_them(who, statement, sealed):
    with acting_as(who):
        assert refusal(statement) == NOT_ALLOWED


@pytest.mark.parametrize("number", [2, 2**63 - 1])
@pytest.mark.parametrize("last", [0, 2**62])
def test_the_webs_role_makes_no_seal_up(number, last, sealed):
    with acting_as(sealed):
        made_up = f"({number}, now(), {last}, 1, 1, 's1', '\\x00')"
        columns = "(number, at, last, count, form, key_id, mac)"
        assert refusal(f"INSERT INTO careid_seal {columns} VALUES {made_up}") == NOT_ALLOWED
        assert not sealing.is_allowed()


def test_the_worker_that_has_the_webs_role_seals_nothing_and_says_so(sealed, caplog):
    with acting_as(sealed):
        happen()
        jobs.seal.func(timestamp=0)
    assert "this worker's role may add no seals" in caplog.text
    assert Seal.objects.count() == 1
    with acting_as(WORK):
        jobs.seal.func(timestamp=0)
    assert Seal.objects.count() == 2


@pytest.mark.parametrize("shift", ["- interval '3 days'", "+ interval '30 years'"])
def test_an_event_has_the_databases_time_whatever_its_writer_says(shift, sealed):
    with acting_as(sealed):
        execute(
            f"INSERT INTO careid_event {AN_EVENT} VALUES (now() {shift}, {VALUES})"
        )  # the release before names it, too
    assert abs(Event.objects.latest("sequence").at - timezone.now()) < timedelta(minutes=1)
    with acting_as(WORK):
        assert sealing.seal() == 1
    assert verifying.verify().found == verifying.stale() == []


def test_the_trail_is_written_as_ever_one_by_one_and_many_at_once(sealed):
    with acting_as(sealed):
        happen(2)
        with together():
            happen(5)
    with acting_as(WORK):
        assert sealing.seal() == 7
    assert verifying.verify().found == []


def test_a_gap_that_takings_back_leave_seals_on_and_is_whole(sealed):
    with acting_as(sealed):
        with pytest.raises(RuntimeError), transaction.atomic():
            execute(f"INSERT INTO careid_event {AN_EVENT} SELECT now(), {VALUES} FROM generate_series(1, 10000)")
            raise RuntimeError
        happen()
    with acting_as(WORK):
        assert sealing.seal() == 1
    report = verifying.verify()
    assert (report.found, report.events) == ([], 4)


MONSTERS = {
    "a number longer than Python reads": '{"rows": 1' + 5_000 * "0" + "}",
    "a number beyond a float": '{"rows": 1' + 400 * "0" + ".5}",
    "a number of many digits from three": '{"rows": 1e9000}',
    "more nested than Python reads": '{"rows": ' + 5_000 * "[" + 5_000 * "]" + "}",
    "as long as a book": '{"rows": "' + 20_000 * "x" + '"}',
    "no object": "[1]",
}


@pytest.mark.parametrize("details", MONSTERS.values(), ids=MONSTERS)
def test_details_that_nobody_could_read_are_refused(details, sealed):
    with acting_as(sealed):
        assert refusal(f"INSERT INTO careid_event {AN_EVENT} VALUES (now(), {VALUES[:-4]}'{details}')") == "23514"


@pytest.mark.parametrize("details", MONSTERS.values(), ids=MONSTERS)
def test_such_details_that_stand_there_already_stop_no_sealing(details, sealed):
    execute("ALTER TABLE careid_event DISABLE TRIGGER USER")
    execute(f"INSERT INTO careid_event {AN_EVENT} VALUES (now(), {VALUES[:-4]}'{details}')")
    assert sealing.seal() == 1
    assert verifying.verify().found == []
    execute("UPDATE careid_event SET details = '{}' WHERE sequence = (SELECT max(sequence) FROM careid_event)")
    assert len(verifying.verify().found) == 1


class TestWhoCouldChooseNumbersBefore:
    """As the rights were when web and worker had one role."""

    @pytest.fixture
    def before(self, sealed):
        execute(f"GRANT INSERT ON careid_event, careid_seal TO {sealed}")
        return sealed

    def jump(self, role):
        with acting_as(role):
            execute(f"INSERT INTO careid_event (sequence, {FIRST_COLUMNS} VALUES ({FAR}, now(), {VALUES})")

    def test_events_after_a_jump_are_sealed_and_the_jump_is_named(self, before):
        self.jump(before)
        happen(2)
        assert sealing.seal() == 2
        assert verifying.verify().found == [f"Event {FAR} names a number that was never given out: it was put in."]

    @pytest.mark.parametrize(("number", "last"), [(2, 2**62), (2**63 - 1, 0), (2**63 - 1, 2**62)])
    def test_nothing_is_built_on_a_seal_that_cant_be_and_it_is_named(self, number, last, before, caplog):
        with acting_as(before):
            Seal.objects.create(
                number=number, at=timezone.now(), last=last, count=1, form=1, key_id="s1", mac=b"x" * 32
            )
        happen()
        assert sealing.seal() == 0
        assert "a seal has a number that was never given out" in caplog.text
        assert any(f"Seal {number} (up to event {last})" in words for words in verifying.verify().found)

    def test_what_lies_behind_a_seal_that_reaches_too_far_is_stale_by_its_time(self, before):
        Seal.objects.create(
            number=2, at=timezone.now() - timedelta(minutes=9), last=FAR, count=1, form=1, key_id="s1", mac=b"x" * 32
        )
        Event.objects.create(name="command.run", actor="x", outcome="ok", at=timezone.now() - timedelta(minutes=5))
        assert "no event was sealed" in verifying.stale()[0]

    def test_a_grant_takes_the_right_back(self, before):
        assert set(grants.excess(before)) == {
            "may choose the numbers of the trail's events",
            "may write seals, which is for the worker's role alone",
        }
        call_command("grants", before)
        assert grants.excess(before) == []


def test_a_number_that_is_given_out_while_it_is_looked_at_is_no_alarm(role):
    """What a statement sees was given out before the statement asks how far the numbers go."""
    happen()
    assert jumps.found() == []
    assert str(jumps.events().query).count("pg_sequences") == 1


class TestTheDoctor:
    def sealed(self):
        return bounded(Check("Trail sealed", work.sealed))

    def test_says_that_a_worker_with_the_webs_role_seals_nothing(self, sealed):
        with acting_as(sealed):
            assert (self.sealed().words, self.sealed().state) == ("this worker's role may add no seals", False)
        with acting_as(WORK):
            assert self.sealed().state

    def test_says_where_web_and_worker_still_have_one_role(self, sealed, settings):
        settings.SEAL_KEYS = ""  # as the web has it
        with acting_as(sealed):
            assert self.sealed().state
        execute(f"REVOKE INSERT ON careid_seal FROM {WORK}")
        with acting_as(sealed):
            found = self.sealed()
        assert found.words == "no role but who owns the tables may add seals"
        assert "manage.py grants WEB --worker WORKER" in found.do

    def test_says_that_the_webs_role_may_still_seal(self, sealed, settings):
        settings.SEAL_KEYS = ""
        execute(f"GRANT INSERT ON careid_seal TO {sealed}")
        with acting_as(sealed):
            assert self.sealed().words == "the web's role may add seals"

    def test_names_what_was_never_given_out(self, sealed):
        Event.objects.create(sequence=FAR, name="command.run", actor="x", outcome="ok")
        assert f"Event {FAR} names a number that was never given out" in self.sealed().words
