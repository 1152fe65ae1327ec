"""Who is on the way to a profile when the demo starts: an invitation in each state, each by the rules of `apply`."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from apply import checking, deciding, expiring, inviting, opening, proving, submitting, user_ids
from apply.models import Application, Invitation
from careid.people.models import Organisation, Profile
from careid.people.typed import national_insurance_number
from careid.post.models import Mail
from careid.serving.visitors import Visitor
from careid.trail import actors
from demo import admins, people

State = Invitation.State
HERE: Final = Visitor("127.0.0.1", "127.0.0.0", 1)
TIMES: Final = ("made_at", "sent_at", "expires_at", "opened_at", "proved_at", "submitted_at")
SEEN: Final = ("passport", "driving_licence", "council_tax")
CODE: Final = 6  # digits


@dataclass(frozen=True)
class Applicant:
    """Somebody who was invited so many days ago, and how far they are. `by_ra` did, or else an operator."""

    name: str
    state: State
    days: int
    number: str = ""
    born: date = date(1990, 5, 17)
    checked: bool = False
    by_ra: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{people.DOMAINS[admins.RA_ORGANISATION]}"


ON_FILE: Final = people.MORE[11]  # who has a profile already, and was invited by mistake
APPLICANTS: Final = (
    Applicant("Aisha Rahman", State.SENT, 2, by_ra=True),
    Applicant("Bruno Costa", State.OPENED, 3, by_ra=True),
    Applicant("Chloe Grant", State.PROVED, 1, by_ra=True),
    Applicant(ON_FILE.name, State.FOUND, 6, ON_FILE.number, by_ra=True),
    Applicant("Derek Stone", State.SUBMITTED, 12, "PP 00 02 05 A"),
    Applicant("Elena Rossi", State.SUBMITTED, 9, "PP 00 02 06 A", checked=True),
    Applicant("Ellie Rossi", State.SUBMITTED, 4, "PP 00 02 06 A", by_ra=True),  # the same number as Elena's
    Applicant("Farid Khan", State.APPROVED, 15, "PP 00 02 07 A", checked=True),
    Applicant("Gwen Parry", State.REJECTED, 18, "PP 00 02 08 A"),
    Applicant("Helen Marsh", State.EXPIRED, 30, by_ra=True),
    Applicant("Ivan Petrov", State.CANCELLED, 5, by_ra=True),
    Applicant("Jane Doyle", State.BLOCKED, 8, by_ra=True),
)


def seed() -> None:
    """Invite whoever was not yet, and lead each as far as it is said of them. What came of it since stays."""
    organisation = Organisation.objects.get(code=admins.RA_ORGANISATION)
    operator, ra = (actors.admin(User.objects.get(username=name).pk) for name in (admins.ADMIN, admins.RA))
    for one in APPLICANTS:
        was_here = Invitation.objects.filter(organisation=organisation, email=one.email).exists()
        if not was_here and (one.state == State.FOUND or not Profile.objects.filter(email=one.email).exists()):
            _Way(one, organisation, by=ra if one.by_ra else operator, ra=ra).go()


class _Way:
    """One applicant's way, by what they and the Registration Authority do."""

    def __init__(self, one: Applicant, organisation: Organisation, *, by: str, ra: str) -> None:
        given, family = one.name.split()
        who: dict[str, Any] = {"email": one.email, "given_name": given, "family_name": family}
        self.one, self.ra, self.browser = one, ra, ""
        self.invitation = inviting.invite(organisation=organisation, by=by, **who)

    def go(self) -> None:
        if self.one.state == State.CANCELLED:
            inviting.cancel(invitation=self.invitation, by=self.ra, reason="wrong_person")
        elif self.one.state not in {State.SENT, State.EXPIRED}:
            self._open()
        self._days_pass()
        expiring.expire()

    def _open(self) -> None:
        self.browser = opening.open_(invitation=self.invitation, browser="", pressed="")
        if self.one.state == State.BLOCKED:
            opening.block(self.invitation, reason="wrong_codes")
        elif self.one.state != State.OPENED:
            self._prove()

    def _prove(self) -> None:
        sent = Mail.objects.filter(template="apply_code", reference=self.invitation.reference).latest("queued_at")
        [code] = [line for line in sent.content["body"].splitlines() if line.isdecimal() and len(line) == CODE]
        self.browser = proving.check(invitation=self.invitation, browser=self.browser, typed=code)
        if self.one.number:
            self._give_details()

    def _give_details(self) -> None:
        given, family = self.one.name.split()
        number = national_insurance_number(self.one.number)
        details = submitting.Details(number, self.one.born, given, family)
        invited: Any = {"invitation": self.invitation, "browser": self.browser}
        submitting.submit(**invited, details=details, here=HERE, replaces=None)
        if application := Application.objects.filter(invitation=self.invitation).first():
            self._decide(application)

    def _decide(self, application: Application) -> None:
        done: Any = {"application": application, "by": self.ra, "oneself": False}
        if self.one.checked:
            how: Any = {"checked": "in_person", "checked_by": self.ra, "route": "two_photos"}
            checking.record_check(**done, **how, documents=SEEN)
        if self.one.state == State.APPROVED and user_ids.bounds():
            deciding.approve(**done, among=Profile.objects.filter(organisation=application.organisation))
        elif self.one.state == State.REJECTED:
            deciding.reject(**done, reason="photo_not_accepted")

    def _days_pass(self) -> None:
        """As if they had been invited so long ago; what was done within the last day stays as it was."""
        ago = timedelta(days=self.one.days)
        Invitation.objects.filter(pk=self.invitation.pk).update(**{name: F(name) - ago for name in TIMES})
        long_ago = timezone.now() - ago
        Application.objects.filter(invitation=self.invitation).update(submitted_at=long_ago)
