"""The demo's mailbox: what the file mail backend wrote, newest first."""

from collections.abc import Iterator
from datetime import UTC
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from enrolment.journey import open_to_all

BACKEND: Final = "django.core.mail.backends.filebased.EmailBackend"
AFTER_EACH: Final = b"\n" + b"-" * 79 + b"\n"  # written by the backend once a message is whole
MOST: Final = 50


@open_to_all
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    here = settings.EMAIL_BACKEND == BACKEND
    mails = list(islice(_mails(Path(settings.EMAIL_CONFIG["EMAIL_FILE_PATH"])), MOST)) if here else []
    if request.GET.get("format") == "json":
        return JsonResponse({"mails": mails})
    context = {"page": "inbox", "mails": mails, "most": MOST, "elsewhere": "" if here else settings.EMAIL_HOST}
    return render(request, "demo/inbox.html", context)


def _mails(folder: Path) -> Iterator[dict[str, Any]]:
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files:
        *messages, _unfinished = path.read_bytes().split(AFTER_EACH)
        for message in reversed(messages):
            yield _read(message_from_bytes(message, policy=policy.default))


def _read(message: EmailMessage) -> dict[str, Any]:
    body, at = message.get_body(("plain",)), message["Date"].datetime
    return {
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "body": body.get_content() if body else "",
        "message_id": str(message["Message-ID"]),
        "date": at if at.tzinfo else at.replace(tzinfo=UTC),  # RFC 5322 writes UTC as -0000, which is read as no zone
    }
