"""What the desk can do to a move and to somebody in one: each verb's words and right, and the rule that does it."""

from typing import Final

from desk import owned
from desk.move_form import DateForm, NoteForm
from desk.verb import Verb
from moves import calling, making
from moves.models import Move, Person

_START: Final = "moves.start_move"


def _runs(move: Move) -> bool:
    return move.state == Move.State.RUNNING


def _tells(move: Move) -> bool:
    return move.state in (Move.State.RUNNING, Move.State.CANCELLED)


MOVE: Final = (
    Verb(
        "start",
        "Start the move",
        "Its page is there for everybody, and each person in it gets an email with a link of their own. Reminders go "
        "out by themselves until the last day. Look at the words and the days once more: the address cannot be changed "
        "after this.",
        _START,
        lambda row, **data: making.start(move=row, **data),
        "The move was started. Its emails are on their way.",
        lambda row: row.state == Move.State.DRAFT,
        form=NoteForm,
        fresh=True,
    ),
    Verb(
        "date",
        "Change the last day",
        "Everybody in the move is told of the new day once, but for those who answered no or keep their smartcard.",
        _START,
        lambda row, **data: making.change_date(move=row, **data),
        "The last day was changed.",
        _runs,
        form=DateForm,
        fresh=True,
        otherwise="Nothing was changed: that is the last day already.",
    ),
    Verb(
        "stop",
        "Stop all its emails",
        "None that waits goes out and none is written, until you let them go again. Nothing else changes.",
        _START,
        lambda row, **data: making.stop(move=row, **data),
        "Its emails were stopped.",
        lambda row: _tells(row) and not row.stopped,
        form=NoteForm,
        grave=True,
    ),
    Verb(
        "resume",
        "Let its emails go out again",
        "What was stopped and is still due goes out, and so do reminders.",
        _START,
        lambda row, **data: making.resume(move=row, **data),
        "Its emails go out again.",
        lambda row: _tells(row) and row.stopped,
        form=NoteForm,
        fresh=True,
    ),
    Verb(
        "cancel",
        "Cancel the move",
        "The old way goes on. Whoever was told of the move, and did not answer no, is told that it is cancelled. "
        "It cannot be started again.",
        _START,
        lambda row, **data: making.cancel(move=row, **data),
        "The move was cancelled.",
        lambda row: row.state in owned.OPEN,
        form=NoteForm,
        fresh=True,
        grave=True,
    ),
)
PERSON: Final = (
    Verb(
        "called",
        "Note that they were called",
        "The call leaves the list of calls that people want. When it suits them is forgotten.",
        "moves.help_person",
        lambda row, **data: calling.done(person=row, **data),
        "The call was noted.",
        lambda row: row.call == Person.Call.WANTED,
        form=NoteForm,
        otherwise="Nothing was changed: they wait for no call.",
    ),
)
