"""A real conversation with the mail server, up to the sender's address. No mail is sent."""

import smtplib
import socket
import ssl
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from careid.finding import Amiss
from operating.checks import is_strict

OK: Final = 250
SECONDS: Final = 10  # a step
# The first that fits. The server's own words stay out: they may repeat what it was told.
WRONG: Final[tuple[tuple[type[Exception], str, str], ...]] = (
    (smtplib.SMTPAuthenticationError, "does not accept our user and password", "correct them in EMAIL_URL"),
    (smtplib.SMTPNotSupportedError, "offers no STARTTLS or no sign-in", "see its port, and how EMAIL_URL begins"),
    (smtplib.SMTPSenderRefused, "refuses to send from our address", "correct DEFAULT_FROM_EMAIL, or allow it there"),
    (ssl.SSLCertVerificationError, "shows a certificate that is not trusted", "see its name and who signed it"),
    (ssl.SSLError, "does not speak TLS here", "write smtp+tls:// for port 587, smtps:// for port 465"),
    (smtplib.SMTPException, "broke the conversation off", "see its log"),
    (socket.gaierror, "is not a name that can be looked up here", "correct EMAIL_URL, or mend the name service"),
    (TimeoutError, f"does not answer within {SECONDS} seconds", "see its state, and the firewall between"),
    (ConnectionRefusedError, "refuses the connection", "see that it runs, and its port in EMAIL_URL"),
    (OSError, "can not be reached", "see the network between"),
)


def takes_mail() -> str:
    backend: Any = get_connection(timeout=SECONDS)
    if not isinstance(backend, EmailBackend):
        if is_strict():
            raise Amiss("EMAIL_URL does not send", do="set it to smtp+tls://user:password@server:587")
        return "none: EMAIL_URL does not send, which is for trying out alone"
    try:
        return f"{backend.host}:{backend.port} takes mail from {_converse(backend)}, {_how(backend)}"
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        words, do = next((words, do) for kind, words, do in WRONG if isinstance(error, kind))
        code = f" ({error.smtp_code})" if hasattr(error, "smtp_code") else ""
        raise Amiss(f"{backend.host}:{backend.port} {words}{code}", do=do) from error


def _converse(backend: EmailBackend) -> str:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        backend.open()  # connects, says EHLO, starts TLS and signs in
        line = backend.connection
        assert line
        line.ehlo_or_helo_if_needed()
        code, words = line.mail(sender)
        if code != OK:
            raise smtplib.SMTPSenderRefused(code, words, sender)
        line.rset()
    finally:
        backend.close()  # with QUIT
    return sender


def _how(backend: EmailBackend) -> str:
    how = "over TLS" if backend.use_tls or backend.use_ssl else "without TLS"
    return f"{how}, signed in" if backend.username else f"{how}, without signing in"
