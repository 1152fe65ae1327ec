"""The outbox: what is sent is a row and a job, written in the caller's transaction. A worker delivers it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import DurationField, Value
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate.contrib.django import app

from careid.people import replaced
from careid.people.models import Profile
from careid.post import not_me, spreading
from careid.post.models import Mail
from careid.storing import copying

CODES: Final = "codes"  # queues: what is sent waits for the mail server, and nothing else waits for that
NOTICES: Final = spreading.MANY
DELIVER: Final = spreading.DELIVER


@dataclass(frozen=True, slots=True)
class Written:
    """The words of one mail."""

    subject: str
    body: str


def write(template: str, context: dict[str, Any]) -> Written:
    """The words of `templates/mail/<template>.txt`, whose first line is the subject."""
    common = {"security_contact": settings.SECURITY_CONTACT}
    subject, _, body = render_to_string(f"mail/{template}.txt", {**context, **common}).partition("\n")
    return Written(subject.strip(), body.strip() + "\n")


def send(
    template: str,
    *,
    profile: Profile | None,
    context: dict[str, Any] | None = None,
    written: Written | None = None,
    to: str | None = None,
    reference: str = "",
    good_for: timedelta | None = None,
    organisation: str = "",
    about: str = "",
) -> Mail:
    """Queue one mail: in the words of its template with this context, or in those that are `written` already.

    It goes to the profile's address, or to `to`. With neither it is a decoy, written with the same work and dropped by
    the worker. One that is `good_for` a time (a code) is never sent after it, by the database's clock: those of the
    machines may differ. `organisation` is the code of whose it is where no profile says; `about` is for `drop`.
    """
    words = written or write(template, {**(context or {}), "reference": reference})
    mail = Mail(
        template=template,
        profile=profile,
        reference=reference,
        organisation=profile.organisation.code if profile else organisation,
        about=about,
        content={"to": to or (profile and profile.email) or "", **asdict(words)},
        not_after=Now() + Value(good_for, DurationField()),  # NULL where it is good for ever: the same statement
    )
    _queue(mail, urgent=good_for is not None)
    return mail


def drop(*, about: str, among: Collection[UUID] | None = None) -> list[UUID]:
    """Let none of the mails of this go out that wait, in the caller's transaction. Returns which they were.

    Of those `among` these keys alone, where they are given.
    """
    waiting = Mail.objects.select_for_update(no_key=True).filter(about=about, state=Mail.State.QUEUED)
    waiting = waiting if among is None else waiting.filter(pk__in=among)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    Mail.objects.filter(pk__in=keys).update(state=Mail.State.DROPPED, content=None, settled_at=timezone.now())
    return keys


_waiting: ContextVar["list[Mail] | None"] = ContextVar("waiting", default=None)


def _queue(mail: Mail, *, urgent: bool) -> None:
    waiting = _waiting.get()
    if waiting is None:
        mail.save(force_insert=True)
        lane = CODES if urgent else NOTICES
        app.configure_task(DELIVER, queue=lane, priority=int(urgent)).defer(mail_id=str(mail.pk))
    else:
        mail.not_after = None  # a notice is good for ever, and a value is written faster than an expression
        waiting.append(mail)


@contextmanager
def together(an_hour: int = 0) -> Iterator[None]:
    """Queue the notices of this block at its end, by two statements of the same transaction: none that is urgent.

    With `an_hour` no more than so many of them go out in an hour, after those that wait in this way already.
    """
    mails: list[Mail] = []
    before = _waiting.set(mails)
    try:
        yield
    finally:
        _waiting.reset(before)
    if an_hour:
        spreading.spread(mails, an_hour)
    elif mails:
        copying.add(mails)
        app.configure_task(DELIVER, queue=NOTICES).batch_defer(*spreading.jobs(mails))


def to_everyone(
    template: str,
    *,
    profile: Profile,
    context: dict[str, Any],
    reference: str = "",
    authenticator_id: UUID | None = None,
    addresses: Collection[str] | None = None,
) -> dict[str, Mail]:
    """A notice to the profile's address and to each that it replaced within 30 days. Returns them by address.

    Each has a link of its own for “this was not me”, of the authenticator that is named: those who are told need not
    trust each other. `addresses` are those of `replaced.addresses_of`, where many people's were looked up together.
    """
    to = replaced.addresses(profile) if addresses is None else addresses
    links = {one: not_me.link(profile, address=one, authenticator_id=authenticator_id) for one in to}
    return {
        address: send(template, profile=profile, context={**context, "not_me": link}, to=address, reference=reference)
        for address, link in links.items()
    }
