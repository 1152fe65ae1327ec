"""The file of people to invite, at the desk."""

from typing import Any, BinaryIO, Final

from django.http import HttpRequest

from apply import filing
from careid.people.uploads import Upload
from careid.trail import actors
from desk.scope import codes
from desk.uploading import Column, Taking


def _codes(request: HttpRequest) -> list[str] | None:
    """Of the organisations that the admin looks after; None for a superuser, who looks after all."""
    return None if getattr(request.user, "is_superuser", False) else codes(request.user)


def _judge(request: HttpRequest, _: Any, file: BinaryIO) -> Upload:
    return filing.judge(file=file, by=actors.admin(request.user.pk), codes=_codes(request))


def _take(request: HttpRequest, _: Any, upload: Upload, wanted: str) -> None:
    filing.take(upload=upload, wanted=wanted, by=actors.admin(request.user.pk), codes=_codes(request))


TAKING: Final = Taking(
    url="apply_invitation_file",
    purpose=Upload.Purpose.INVITATIONS,
    permission="apply.invite_applicant",
    title="Invite people from a file",
    tells="Each person gets an email with a link of their own, by which they apply for a profile.",
    columns=(
        Column("email", "Their own address at work", "ama.sample@example.nhs.uk"),
        Column("given_name", "As you know them", "Ama"),
        Column("family_name", "As you know them", "Sample"),
        Column("organisation", "The ODS code of one that you look after", "RX1"),
        Column("note", "For you and your colleagues: one line, or nothing. Name nobody in it", "Starts in May"),
    ),
    judge=_judge,
    take=_take,
    verb="Invite",
    doing="Inviting people",
    done="invited",
)
