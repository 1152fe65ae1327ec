"""A real SMTP server on this machine that can be told to behave badly."""

import asyncio
import socket
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Sink:
    """Keeps what it accepts. `answer` is what it says to RCPT, `sender_answer` to MAIL (`None`: yes).

    `cut` drops the line after DATA; `takes(message)` seconds pass before it says that it took a message.
    """

    def __init__(self):
        self.messages = []
        self.answer = None
        self.sender_answer = None
        self.data_answer = None
        self.cut = False
        self.takes = lambda message: 0
        self.silent_quit = False

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.sender_answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data_answer:
            return self.data_answer
        self.messages.append(message_from_bytes(envelope.original_content, policy=policy.default))
        if self.cut:
            server.transport.abort()
        await asyncio.sleep(self.takes(self.messages[-1]))
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        if self.silent_quit:
            server.transport.abort()
        return "221 Bye"


@contextmanager
def running(**how):
    """A sink, with `.url` for EMAIL_URL. `how` goes to aiosmtpd's server: its certificate, whom it lets in."""
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        sink.port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **how)
    controller.start()
    sink.url = f"smtp://127.0.0.1:{sink.port}"
    try:
        yield sink
    finally:
        controller.stop(no_assert=True)
