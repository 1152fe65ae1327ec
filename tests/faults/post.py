"""The mail server: a real one, that notes when each mail came, and has bad days."""

import asyncio
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmtpd.controller import Controller

from tests.fakes.smtp import Sink
from tests.portal import code_in

CODE = "your code"  # in the subject of the mail that holds one


@dataclass(frozen=True)
class Delivery:
    at: float
    to: str
    subject: str
    message_id: str


class Post(Sink):
    """`delay`: seconds between keeping a mail and saying so. `cutting`: the first copy of each is kept, and the line
    is cut in place of an answer."""

    def __init__(self, port):
        super().__init__()
        self.port, self.url = port, f"smtp://127.0.0.1:{port}"
        self.deliveries, self.refused = [], set()
        self.codes = defaultdict(list)
        self.delay, self.cutting, self.cut_off = 0.0, False, set()
        self._controller = None

    def up(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self):
        self._controller.stop(no_assert=True)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer and self.answer.startswith("5"):
            self.refused.add(address)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        said = await super().handle_DATA(server, session, envelope)
        mail = self.messages.pop()
        self.deliveries.append(Delivery(time.time(), mail["To"], mail["Subject"], mail["Message-ID"]))
        if CODE in mail["Subject"]:
            self.codes[mail["To"]].append(code_in(mail))
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.cutting and mail["Message-ID"] not in self.cut_off:
            self.cut_off.add(mail["Message-ID"])
            server.transport.abort()
        return said

    @contextmanager
    def behaving(self, **ways):
        """With these attributes for a while."""
        before = {name: getattr(self, name) for name in ways}
        vars(self).update(ways)
        try:
            yield
        finally:
            vars(self).update(before)

    @contextmanager
    def away(self):
        self.down()
        try:
            yield
        finally:
            self.up()
