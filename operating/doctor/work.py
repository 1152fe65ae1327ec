"""Whether what was asked for gets done: worker, jobs, mail."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from careid.errors import counted
from careid.finding import Amiss
from careid.post.models import Mail
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.seals import jumps, sealing
from operating import grants
from operating.doctor.database import one_row
from sign_in.models import Session

SILENT: Final = 60  # seconds
WAITED: Final = 120  # seconds
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
REFUSED_MOST: Final = 100  # in an hour, where fewer were let in
ROLE: Final = "give the worker one of its own: deploy/roles.sql, manage.py grants WEB --worker WORKER, its DATABASE_URL"
# Whether anybody seals. A portal whose one role owns the tables seals as that one, which is for trying out.
SEALERS: Final = """
SELECT has_table_privilege('careid_seal', 'INSERT') OR EXISTS (
    SELECT FROM pg_roles r JOIN pg_class c ON c.oid = 'careid_seal'::regclass
    WHERE r.rolcanlogin AND has_table_privilege(r.oid, c.oid, 'INSERT')
        AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER'))"""


def ago(seconds: float) -> str:
    """`5 seconds`, `3 minutes`, `2 hours`, `4 days`."""
    units = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
    length, unit = next((one for one in units if seconds >= one[0]), units[-1])
    return counted(int(seconds // length), unit)


def worker() -> str:
    alive, silent = one_row(
        # A worker has a row for each lane. One that is heard of in the future is none: no worker writes that.
        "SELECT ceil(count(*) FILTER (WHERE last_heartbeat > now() - make_interval(secs => %s)) / 4.0)::int, "
        "extract(epoch FROM now() - max(last_heartbeat))::float8 FROM procrastinate_workers "
        "WHERE last_heartbeat < now() + make_interval(secs => %s)",
        (SILENT, SILENT),
    )
    if not alive:
        last = f"the last was heard of {ago(silent)} ago" if silent else "none was heard of yet"
        raise Amiss(f"none works, {last}: no mail goes out", do="start manage.py worker, and see its log")
    return f"{counted(alive, 'worker')}, last heard of {ago(silent)} ago"


def overdue() -> str:
    late, oldest, failed, names = one_row(
        """
        WITH due AS (
            SELECT status, task_name, CASE WHEN status = 'todo' THEN coalesce(scheduled_at, deferred.at) END AS since,
                failed.at AS failed_at
            FROM procrastinate_jobs job
            LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events
                WHERE job_id = job.id AND type = 'deferred') deferred ON status = 'todo'
            LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events
                WHERE job_id = job.id AND type = 'failed') failed ON status = 'failed'
            WHERE status IN ('todo', 'failed'))
        SELECT count(*) FILTER (WHERE since < now() - make_interval(secs => %s)),
            extract(epoch FROM now() - min(since))::float8,
            count(*) FILTER (WHERE failed_at > now() - %s),
            string_agg(DISTINCT task_name, ', ') FILTER (WHERE failed_at > now() - %s)
        FROM due""",
        (SILENT, DAY, DAY),
    )
    if late:
        raise Amiss(
            f"{late} overdue, the oldest by {ago(oldest)}", do="see the worker's log; start more workers if it is busy"
        )
    if failed:
        raise Amiss(f"{failed} failed in the last day: {names}", do="see the worker's log for why")
    return "none overdue, none failed in the last day"


def unsent() -> str:
    now = timezone.now()
    waiting = Mail.objects.filter(state=Mail.State.QUEUED)
    due = waiting.filter(refusals=0, queued_at__lte=now).order_by("queued_at")
    oldest = due.values_list("queued_at", flat=True).first()
    waited = (now - oldest).total_seconds() if oldest else 0
    if waited > WAITED:
        words = f"{waiting.count()} unsent, the oldest since {ago(waited)}"
        raise Amiss(words, do="see Worker and Mail server here; what waits goes out by itself once both are well")
    return f"{waiting.count()} unsent, the oldest since {ago(waited)}" if oldest else "none unsent"


def sessions() -> str:
    """Whether those by which nobody is here are ended: each four seconds a job looks."""
    still = Session.objects.filter(ended_at=None)
    oldest = still.order_by("last_seen_at").values_list("last_seen_at", flat=True).first()
    overdue = (timezone.now() - oldest - settings.SESSION_IDLE).total_seconds() if oldest else 0
    if overdue > WAITED:
        words = f"one is over since {ago(overdue)} and was not ended"
        raise Amiss(words, do="see Worker and Jobs here; nobody gets in by it, but services were not told")
    return f"{counted(still.count(), 'session')} open, none overdue"


def sign_ins() -> str:
    lately = Event.objects.filter(at__gt=timezone.now() - HOUR)
    let_in = lately.filter(name=EventName.SIGN_IN_SUCCEEDED).count()
    refused = lately.filter(name=EventName.SIGN_IN_REFUSED).count()
    words = f"{let_in} let in and {refused} refused in the last hour"
    if refused > max(REFUSED_MOST, let_in):
        raise Amiss(words, do="see on the desk's dashboard why, and which networks the trail names")
    return words


def sealed() -> str:
    if impossible := jumps.found():
        raise Amiss(" ".join(impossible[:2]).rstrip("."), do="see manage.py audit verify, then manage.py audit repair")
    if bool(settings.SEAL_KEYS) != sealing.is_allowed() and not grants.owns_the_tables():
        words = "this worker's role may add no seals" if settings.SEAL_KEYS else "the web's role may add seals"
        raise Amiss(words, do=ROLE)
    if not one_row(SEALERS)[0]:
        raise Amiss("no role but who owns the tables may add seals", do=ROLE)
    since = sealing.unsealed_since()
    waited = (timezone.now() - since).total_seconds() if since else 0
    if waited > sealing.STALE.total_seconds():
        words = f"events wait unsealed since {ago(waited)}"
        raise Amiss(words, do="see Worker here; it needs CAREID_SEAL_KEYS, and its log says if something held it up")
    return f"up to {ago(waited)} ago" if since else "up to the last event"
