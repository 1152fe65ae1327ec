"""`make demo`: brings everything up, says what to try, and takes everything down again."""

import fcntl
import os
import signal
import sys
import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn

from demo import env, locks, ports, postgres
from demo.children import Children
from demo.postgres_server import CannotRun

if TYPE_CHECKING:
    from demo.people import Person

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
say = partial(print, flush=True)


class Asked(BaseException):
    """Somebody wants the demo to end."""


def main() -> None:
    for sign in SIGNALS:
        if sign != signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:  # nohup keeps its promise
            signal.signal(sign, _asked)
    try:
        with ExitStack() as stack:
            _demo(stack)
    except Asked:
        say("\nStopped: nothing of the demo runs any more.")
    except CannotRun as problem:
        sys.exit(f"\n{problem}")


def _asked(*_: object) -> NoReturn:
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)
    raise Asked


def _demo(stack: ExitStack) -> None:
    parent = os.getppid()
    stopping = _alone()
    port = ports.claim(os.environ.get("PORT", ""))
    say("Keys and settings")
    sign_in, service = ports.claim(""), ports.claim("")
    env.write(port, sign_in, service)
    os.environ |= {"CAREID_DEMO": "on", "PORT": str(port), "NHSNET_DEMO_PORT": str(sign_in)}
    os.environ[env.SERVICE_PORT] = str(service)
    if "DATABASE_URL" not in os.environ and "DATABASE_URL_FILE" not in os.environ:
        say("Postgres")
        postgres.use(env.POSTGRES)
    say("Tables and sample people")
    _fill(service)
    say("Web server, mail worker, stand-in sign-in and sample service")
    children = stack.enter_context(Children({"web": port, "sign_in": sign_in, "sample_service": service}, stopping))
    children.wait_until_up()
    say(_what_to_try(port, service))
    while "MAKELEVEL" not in os.environ or os.getppid() == parent:  # make can be killed without a word to us
        children.check()
        time.sleep(0.3)


def _alone() -> int:
    """One demo a folder. Returns the lock that its children hold too: the next start waits for the last of them."""
    env.FOLDER.mkdir(mode=0o700, exist_ok=True)
    try:
        locks.hold(env.FOLDER / "running", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotRun(f"The demo of this folder runs already, at {env.read().get('CAREID_ORIGIN', '')}.") from None
    try:
        return locks.hold(env.FOLDER / "stopping", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Waiting for the last run to stop")
        return locks.hold(env.FOLDER / "stopping")


def _fill(service: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careid.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import OperationalError

    from careid.storing import database
    from demo import applicants, mock_people, movers, people, services

    try:
        if people.strangers():
            raise CannotRun(
                "The database that DATABASE_URL names holds people who are not the demo's: it is left alone."
            )
        call_command("migrate", verbosity=0, interactive=False)
        people.seed(admin_password=os.environ[env.ADMIN_PASSWORD], password=os.environ[env.PASSWORD])
        mock_people.seed()
        services.seed(service)
        applicants.seed()
        movers.seed()
    except OperationalError as error:
        raise CannotRun(f"The database that DATABASE_URL names does not answer: {error}") from None
    database.close_pool()


def _what_to_try(port: int, service: int) -> str:
    from demo import admins, people

    address = f"http://localhost:{port}"
    first = people.TO_SIGN_IN[0]
    return f"""
Care ID      {address}

People to try, with their National Insurance numbers (all made up):
{_lines(people.TO_TRY)}
  and {len(people.MORE)} more who can, {people.MORE[0].email} {people.MORE[0].number} to {people.MORE[-1].number}

Those who have an app and an NHS.net account from the start:
{_lines(people.TO_SIGN_IN)}

Sign in      {address}/sign-in/
  with       {first.email}, password {os.environ[env.PASSWORD]}, and the code at {address}/demo/phone/{first.user_id}/
  others     {address}/demo/phone/ shows everybody's codes, those of apps that you add too
{_of_services(service)}
{_of_moves(address)}
Their mail   {_mail(address)}
NHS.net      a stand-in takes the place of its sign-in, with an account for every outcome
Admin        {address}/admin/  name {admins.ADMIN}, password {os.environ[env.ADMIN_PASSWORD]}
  or as      {admins.RA}, same password: the Registration Authority of Mill Lane Surgery, who sees its people alone
  or as      {admins.OWNER}, same password: who looks after one service, and sees figures alone
  their code {address}/demo/phone/  or any authenticator app with the key {admins.key()}
  your own   .venv/bin/python manage.py invite_admin you@example.org --superuser
Logs         .demo/web.log, .demo/worker.log, .demo/sign_in.log and .demo/sample_service.log

Ctrl-C stops all of it."""


def _of_services(port: int) -> str:
    from django.conf import settings

    from demo import mock_people, services

    return f"""A service    {services.origin(port)}/  relies on Care ID: sign in there, and see what it is told
  or as      one of the {len(mock_people.MOCKS)} people of its mock, of AAL2 and AAL3, by a press on their name
  your own   .venv/bin/python manage.py client add --service "{services.NAME}" --auth none --scope profile \\
               --redirect http://localhost:9000/back --level AAL2_ANY --by you   and the issuer {settings.ISSUER}"""


def _of_moves(address: str) -> str:
    from demo import applicants, movers

    return f"""A move       {address}/moves/{movers.SLUG}/  half way: each person's own link is in their mail
To apply     a link in the mail of {applicants.APPLICANTS[0].email}"""


def _mail(address: str) -> str:
    from django.conf import settings

    from demo import inbox

    here = settings.EMAIL_BACKEND == inbox.BACKEND
    return f"{address}/demo/inbox/" if here else f"sent through {settings.EMAIL_HOST}, as EMAIL_URL says"


def _lines(listed: "list[Person]") -> str:
    return "\n".join(
        f"  {one.name:<15} {one.email:<39} {one.number or 'any number':<14} {one.outcome}" for one in listed
    )


if __name__ == "__main__":
    main()
