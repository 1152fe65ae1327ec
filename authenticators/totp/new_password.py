"""A new password for an app, once the mailed code and the app's own were right."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.totp import forgotten, limits
from authenticators.totp.forgotten import DONE, PASSWORD, SLUG, Entry
from authenticators.totp.kind import KIND
from authenticators.totp.whose import swap
from careid.errors import Refused
from careid.limits import counting
from careid.people.models import Profile
from careid.post import outbox
from careid.storing import crypto, database
from careid.trail.actors import PERSON
from careid.trail.names import EventName
from careid.trail.record import origin, record
from sign_in import sessions, visits
from sign_in.models import Visit
from sign_in.words import Ended


def whose(visit: Visit) -> Profile | None:
    """Who makes a new password in this visit, if their profile is still what they have proved."""
    entry = forgotten.read(visit)
    found = Profile.objects.select_related("organisation").filter(pk=entry["profile"]).first()
    return found if found and _stands(found, entry) else None


def app_of(visit: Visit) -> Authenticator:
    """The app that this visit has given a new password."""
    return Authenticator.objects.get(pk=forgotten.read(visit)["app"])


def change(*, visit: Visit, password: str) -> None:
    """Give the app this password, end the person's sessions, and tell everybody. Of two presses the first one counts.

    Where their details were changed lately, or nobody can be told, the app is held as a new one would be. Refused:
    `gone`, where the person or the app is not what was proved any more. Locked after ten in a quarter of an hour.
    """
    counting.hit_or_lock((limits.PASSWORDS, str(visit.pk)))
    database.let_go()  # two hash at a time: who waits holds no connection
    hashed = make_password(password, hasher=crypto.PEOPLES)
    with transaction.atomic():
        profile = Profile.locked(forgotten.read(visit)["profile"])
        row = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
        entry = visits.read(row, SLUG)
        if entry.get("stage") == DONE:
            visit.token = visits.next_token(visit)
            return
        well = entry.get("stage") == PASSWORD and _stands(profile, entry) and _set(profile, entry, hashed)
        if well:
            sessions.end_all(profile=profile, by=PERSON, reason=Ended.NEW_PASSWORD)
            row.purpose, row.pending = entry["for"], {SLUG: {"stage": DONE, "app": entry["app"]}}
        else:
            row.pending = {}
        visits.renew(visit=row, token=visit.token)
        row.save(update_fields=["purpose", "pending", "token_hash", "started_at"])
    if not well:
        raise Refused("gone")
    visit.token = visits.next_token(visit)


def _stands(profile: Profile, entry: Entry) -> bool:
    same = (profile.email or "").lower() == entry["email"]
    return same and profile.is_open and profile.reported_at is None


def _set(profile: Profile, entry: Entry, hashed: str) -> bool:
    """Write it, in the caller's transaction, with its event and its mail; False where the app is no longer theirs."""
    rows = Authenticator.objects.select_for_update(no_key=True)  # a sign-in of this moment comes before, and ends
    app = rows.filter(pk=entry["app"], profile=profile, state=Authenticator.State.ACTIVE).first()
    if app is None:
        return False
    now = timezone.now()
    hold = _hold(profile, now)
    app.profile, app.usable_from = profile, max(app.usable_from, now + hold)
    if not swap(app=app, material={**app.material, "password": hashed}, usable_from=app.usable_from):
        return False
    details = {"kind": KIND.slug} | ({"hours_on_hold": hold // timedelta(hours=1)} if hold else {})
    record(EventName.PASSWORD_CHANGED, profile=profile, authenticator_id=app.pk, details=details)
    context = {
        "authenticator": app,
        "profile": profile,
        "browser": origin.get().browser,
        "hold": app.usable_from > now,
        "at": now,
    }
    outbox.to_everyone("password_changed", profile=profile, context=context, authenticator_id=app.pk)
    return True


def _hold(profile: Profile, now: datetime) -> timedelta:
    """As for what is added: what came before it does not matter, since the app itself was proved."""
    doubtful = profile.changed_lately(now) or not profile.email
    return settings.HOLD_AFTER_CHANGE if doubtful else timedelta()
