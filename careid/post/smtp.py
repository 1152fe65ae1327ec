"""One mail on one line to the mail server.

What happens until the server lets us in is the server's or ours to mend, and all mail waits. Once an envelope has
begun, what happens counts against that mail alone.
"""

import smtplib
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

# Seconds that an answer may take: RFC 5321, 4.5.3.2.2 and 3 (MAIL, RCPT), and 4.5.3.2.6 (the end of DATA). Connecting,
# greeting and signing in have EMAIL_TIMEOUT.
ENVELOPE: Final = 300
TAKING: Final = 600
TAKEN: Final = range(200, 300)  # RFC 5321, 4.2.1
FOR_GOOD: Final = range(500, 600)
FAULTS: Final = (OSError, smtplib.SMTPException)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
_lines: set[smtplib.SMTP] = set()  # those of this process on which an envelope has begun


class Unreachable(Exception):
    """No line, no greeting or no sign-in."""


class NotBuilt(Exception):
    """No mail can be made of what is to be sent."""


@dataclass(frozen=True)
class Refusal:
    """Why a mail was not taken: the reply code, or our own words. The server's may name an address."""

    answer: str
    for_good: bool = False


def hand_over(message: EmailMessage) -> Refusal | None:
    """Give one mail to the server: None where it took the mail. Raises Unreachable, NotBuilt."""
    sender, to, content = _built(message)
    backend: Any = get_connection()
    if not isinstance(backend, EmailBackend):
        backend.send_messages([message])
        return None
    line = _line(backend)
    _lines.add(line)
    try:
        return _converse(line, sender, to, content)
    except FAULTS:
        return Refusal("no answer")
    finally:
        _lines.discard(line)
        _close(line.quit, line)


def hang_up() -> None:
    """End every line on which the server is waited for: who is on it comes back with another try."""
    for line in tuple(_lines):
        held = line.sock  # which the line's own thread may close meanwhile
        with suppress(OSError):
            if held:
                held.shutdown(socket.SHUT_RDWR)


def _built(message: EmailMessage) -> tuple[str, str, bytes]:
    try:
        encoding = message.encoding or settings.DEFAULT_CHARSET
        [to] = (sanitize_address(one, encoding) for one in message.recipients())
        sender = sanitize_address(parseaddr(message.from_email)[1], encoding)
        built: Any = message.message()  # Django's own class, which may be asked for the line's end
        return sender, to, built.as_bytes(linesep="\r\n")
    except Exception as error:  # noqa: BLE001  whatever a library stumbles over: it would again at the next try
        raise NotBuilt(type(error).__name__) from None


def _line(backend: Any) -> smtplib.SMTP:
    try:
        backend.open()
        line: smtplib.SMTP = backend.connection
        line.ehlo_or_helo_if_needed()
    except (*FAULTS, UnicodeError):  # UnicodeError: the server's name
        _close(backend.close)
        raise Unreachable from None
    return line


def _converse(line: smtplib.SMTP, sender: str, to: str, content: bytes) -> Refusal | None:
    _patience(line, ENVELOPE)
    code, _ = line.mail(sender)
    if code not in TAKEN:
        log.error("the mail server refuses our sender", answer=code)
        return Refusal(f"sender {code}")  # to be mended in the time that the mail is tried
    code, _ = line.rcpt(to)
    if code in TAKEN:
        _patience(line, TAKING)
        try:
            code, _ = line.data(content)
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
    return None if code in TAKEN else Refusal(str(code), for_good=code in FOR_GOOD)


def _patience(line: smtplib.SMTP, seconds: float) -> None:
    assert line.sock
    line.sock.settimeout(seconds)


def _close(politely: Callable[[], Any], line: smtplib.SMTP | None = None) -> None:
    """Whatever becomes of the goodbye: it changes nothing about the mail."""
    with suppress(*FAULTS):
        if line and line.sock:
            _patience(line, settings.EMAIL_TIMEOUT)
        politely()
    if line:
        line.close()
