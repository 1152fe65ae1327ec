"""The people of a move, from a file: operators load them, and are told how many have a profile."""

from typing import BinaryIO, Final

from django.http import HttpRequest

from careid.errors import counted
from careid.people.uploads import Upload
from careid.trail import actors
from desk.move_words import REFUSED
from desk.uploading import Column, Taking
from moves import loading
from moves.models import Move

PERMISSION: Final = "moves.load_people"


def _judge(request: HttpRequest, move: Move, file: BinaryIO) -> Upload:
    return loading.judge(file=file, move=move, by=actors.admin(request.user.pk))


def _take(request: HttpRequest, move: Move, upload: Upload, wanted: str) -> None:
    loading.take(upload=upload, wanted=wanted, by=actors.admin(request.user.pk))


def _brings(upload: Upload) -> list[str]:
    coming = loading.coming(upload)
    unmatched = coming.people - coming.matched
    lines = [
        f"{counted(coming.matched, 'person has', 'people have')} a profile already: found by the email address.",
        f"{counted(unmatched, 'person has', 'people have')} none, and will be invited to apply once the move runs.",
    ]
    if coming.known:
        told = counted(coming.known, "person is", "people are")
        lines.append(
            f"{told} in the move already. The file's words about them count from now on, and their answers stay."
        )
    return lines


PEOPLE: Final = Taking(
    url="moves_move_people",
    purpose=Upload.Purpose.PEOPLE,
    permission=PERMISSION,
    title="Load people",
    tells="They are in the move once you take them. While it is a draft nobody is told; once it runs, each is emailed.",
    columns=(
        Column("email", "The address that the service has of them", "jo.sample@example.nhs.uk"),
        Column("given_name", "As on their official identity", "Jo"),
        Column("family_name", "As on their official identity", "Sample"),
        Column("organisation", "Its ODS code", "RX1"),
        Column("way", "How they sign in today: two_factor or smartcard", "two_factor"),
    ),
    judge=_judge,
    take=_take,
    verb="Load",
    doing="Loading people",
    done="loaded",
    brings=_brings,
    refused=tuple(REFUSED.items()),
)


def may_load(request: HttpRequest, move: Move) -> bool:
    """Whether this admin may load people into the move, as it is now."""
    return request.user.has_perm(PERMISSION) and move.state in loading.TAKES
