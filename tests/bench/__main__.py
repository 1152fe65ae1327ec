"""`make bench`: prints what the portal costs, in ratios measured in one run, beside what is to be reached."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from importlib.util import find_spec

from aiosmtpd.controller import Controller

from tests.bench import portal

DATABASE, MILLION, YOUNG, GROWN, MOVES = "bench", "bench_million", "bench_young", "bench_grown", "bench_moves"
RUSHES = ((1, 20), (8, 80), (50, 250))
PAGES_MOST, START_MOST, STATEMENTS_MOST, BYTES_MOST, SPREAD_MOST, LOOKUP_MOST, ROWS_LEAST = (
    50,
    1.5,
    40,
    30_000,
    5,
    1.2,
    100_000,
)
APP_MOST, WRONG_MOST, KEY_MOST, APART_MOST, ACCOUNT_MOST, PROOF_STATEMENTS_MOST = 1.25, 0.2, 0.35, 0.05, 3, 10
TOOLKIT_MOST, PANVA_MOST, FLOW_STATEMENTS_MOST, NONE_MOST, SIGNING_MOST, AT_ONCE = 0.6, 4, 12, 1.3, 0.15, 200
FILE_MOST, ROUND_MOST, HOUR = 10, 30, 60  # seconds, seconds, minutes
SECTIONS = (
    "enrolment",
    "crowd",
    "signing",
    "services",
    "answers",
    "growth",
    "moves",
    "million",
    "desk",
    "slow_clients",
)


def main(chosen):
    own = dict(os.environ)
    with ExitStack() as stack:
        post = portal.PostRoom()
        controller = Controller(post, hostname="127.0.0.1", port=portal.free_port())
        controller.start()
        stack.callback(controller.stop, no_assert=True)
        port = portal.prepare(DATABASE, f"smtp://127.0.0.1:{controller.port}")
        quiet(portal.FOLDER)
        stack.enter_context(portal.database(DATABASE))
        fill()
        if "growth" in chosen:
            growth()
        if "moves" in chosen:
            moves()
        if {"enrolment", "crowd", "signing", "services", "answers"} & set(chosen):
            with_portal(chosen, port, post)
        if "million" in chosen:
            million()
    if "desk" in chosen:
        subprocess.run([sys.executable, "-m", "tests.bench.desk"], check=True, env=own)
    if "slow_clients" in chosen and find_spec("tests.bench.slow_clients"):
        os.execv(sys.executable, [sys.executable, "-m", "tests.bench.slow_clients"])


def quiet(folder):
    """The libraries' own words go to a file, so that the figures stand alone."""
    import logging

    logging.basicConfig(filename=folder / "bench.log", level=logging.WARNING)


def fill():
    import django

    django.setup()
    import logging

    from django.core.management import call_command

    from tests.bench import people
    from tests.bench.lookup import FEW

    for name in ("mail.log", "careid.request"):
        logging.getLogger(name).setLevel(logging.ERROR)
    call_command("migrate", verbosity=0)
    with portal.connect(DATABASE) as connection:
        people.organisations(connection)
        people.crowd(connection, 1, FEW)
    close()


def close():
    from django.db import connection

    connection.close()
    connection.close_pool()


def with_portal(chosen, port, post):
    from tests.bench import journeys, people

    with (
        portal.connect(DATABASE) as connection,
        portal.serving(port) as web,
        portal.bare("page") as page,
        portal.bare("nothing") as nothing,
    ):
        crowd = journeys.Crowd(web, people.Register(connection), connection, post)
        crowd.visits_in_turn(journeys.WARM_UP)
        if "enrolment" in chosen:
            enrolment(crowd, page, nothing)
        if "crowd" in chosen:
            rushes(crowd)
        if "signing" in chosen:
            signing(crowd, page)
        if "services" in chosen:
            services(crowd)
        if "answers" in chosen:
            answers(crowd)


def enrolment(crowd, page, nothing):
    from tests.bench import journeys

    bare, start = journeys.page_cost(page), journeys.page_cost(crowd.server)
    least, hashing = journeys.page_cost(nothing), journeys.hash_cost()
    cost, wall, waited, pages = journeys.enrolment_cost(crowd)
    bare = (bare + journeys.page_cost(page)) / 2
    start = (start + journeys.page_cost(crowd.server)) / 2
    heading("One enrolment, processor time of the web server in bare pages")
    say("a bare page", f"{bare * 1000:.3f} ms; with no middleware and no template {least * 1000:.3f} ms")
    say("with the password hash", f"{cost / bare:.0f} pages ({cost * 1000:.1f} ms)")
    say("the hash", f"{hashing / bare:.0f} pages ({hashing * 1000:.1f} ms)")
    rest = (cost - hashing) / bare
    say("beside the hash", f"{rest:.0f} pages", rest <= PAGES_MOST, f"at most {PAGES_MOST}")
    say("the start page", f"{start / bare:.2f} pages", start / bare <= START_MOST, f"at most {START_MOST}")
    asked, apart = journeys.statements(crowd)
    say(
        "statements",
        f"{asked}; {apart} BEGIN, COMMIT and savepoints",
        asked <= STATEMENTS_MOST,
        f"at most {STATEMENTS_MOST}",
    )
    most = max(size for _, size in pages)
    say("bytes of the largest page", f"{most:,}", most < BYTES_MOST, f"under {BYTES_MOST:,}")
    for what, size in pages:
        say(f"  {what.split('/', 1)[1].split('-')[0][:30] or 'start'}", f"{size:,}")
    say("wall time, nobody waiting", f"{wall * 1000:.0f} ms, of which {waited * 1000:.0f} ms until the code came")


def signing(crowd, page):
    from tests import kinds
    from tests.bench import signing

    found = signing.measure(crowd, page)
    cost, (app, key) = found.seconds, (kinds.some_kind(), kinds.another_kind())
    heading("Signing in, processor time of the web server for the one POST that judges")
    say("one hash", f"{cost['hash'] * 1000:.1f} ms")
    for kind in kinds.by_forms():
        say(f"{kind}, right", f"{cost[kind, 'right'] * 1000:.1f} ms; wrong {cost[kind, 'wrong'] * 1000:.1f} ms")
    ratios = [
        (f"{app} beside a hash", cost[app, "right"] / cost["hash"], 0, APP_MOST),
        (f"{app}, wrong beside right", cost[app, "wrong"] / cost[app, "right"], 0, WRONG_MOST),
        (f"{key} beside {app}", cost[key, "right"] / cost[app, "right"], 0, KEY_MOST),
        ("an address on file beside none", cost["known"] / cost["unknown"], 1 - APART_MOST, 1 + APART_MOST),
        ("my account beside a bare page", found.account / found.bare, 0, ACCOUNT_MOST),
    ]
    for what, ratio, least, most in ratios:
        target = f"at most {most}" if not least else f"{least} to {most}"
        say(what, f"{ratio:.3f}", least <= ratio <= most, target)
    for kind, (asked, apart) in found.asked.items():
        say(
            f"statements, {kind}",
            f"{asked}; {apart} apart",
            asked <= PROOF_STATEMENTS_MOST,
            f"at most {PROOF_STATEMENTS_MOST}",
        )


def services(crowd):
    from tests import kinds
    from tests.bench import services

    found = services.measure(crowd)
    ours = found.flow["ours"]
    heading("Signing somebody in to a service who is signed in here: authorize, token, userinfo; processor time")
    for name, seconds in found.flow.items():
        say(name, f"{seconds * 1000:.1f} ms")
    parts = {name: getattr(found, name) for name in ("none", "userinfo", "token", "signing")}
    say("ours, in parts", ", ".join(f"{name} {seconds * 1000:.2f} ms" for name, seconds in parts.items()))
    ratios = [("beside django-oauth-toolkit", ours / found.flow["toolkit"], TOOLKIT_MOST)]
    if "panva" in found.flow:
        ratios.append(("beside panva's in memory", ours / found.flow["panva"], PANVA_MOST))
    ratios.append(("prompt=none beside userinfo", found.none / found.userinfo, NONE_MOST))
    ratios.append(("signing, of a token request", found.signing / found.token, SIGNING_MOST))
    for what, ratio, most in ratios:
        say(what, f"{ratio:.3f}", ratio <= most, f"at most {most}")
    asked, apart = found.asked
    say("statements", f"{asked}; {apart} apart", asked <= FLOW_STATEMENTS_MOST, f"at most {FLOW_STATEMENTS_MOST}")
    errors, seconds = services.at_once(crowd, AT_ONCE)
    say(
        f"{AT_ONCE} at once, by {kinds.another_kind()}",
        f"{len(errors)} errors, {seconds:.1f} s {errors[:2]}",
        not errors,
        "no error",
    )


def rushes(crowd):
    from tests.bench import journeys

    heading("Many at once")
    for at_once, total in RUSHES:
        rush = crowd.rush(at_once, total)
        whole = journeys.percentiles(rush.enrolments)
        p50, p95, p99 = (f"{value:.2f}" for value in whole)
        a50, a95, a99 = journeys.percentiles(rush.answers)
        holds = None if at_once < max(RUSHES)[0] else not rush.errors and whole[2] <= SPREAD_MOST * whole[0]
        say(
            f"{at_once} at once",
            f"{rush.a_second:.1f} a second, {sum(rush.errors.values())} errors, whole enrolments p50 {p50} p95 {p95} p99 {p99} s",
            holds,
            "no error, p99 at most 5 times p50",
        )
        say(
            "  each answer",
            f"p50 {a50 * 1000:.0f} p95 {a95 * 1000:.0f} p99 {a99 * 1000:.0f} ms: p99 is {a99 / a50:.1f} times p50",
        )
        for error, count in rush.errors.most_common(5):
            say("  error", f"{count} of {error}")


def answers(crowd):
    from tests.bench import answers

    heading("What the time of the answer to the details tells")
    match, told = answers.measure(crowd)
    say("match", f"median {match * 1000:.2f} ms")
    for one in told:
        say(
            one.kind,
            f"median {one.apart * 1000:+.2f} ms, area {one.area:.3f}, {one.errors:.1f} standard errors",
            one.holds,
            "3.1, or 1 ms",
        )


def million():
    from tests.bench import imports, lookup, people, plans

    with portal.database(MILLION):
        begun = time.perf_counter()
        copy(MILLION)
        with portal.connect(MILLION) as connection:
            people.crowd(connection, lookup.FEW + 1, lookup.MANY)
            heading("A million and a half people")
            say("rows made in", f"{time.perf_counter() - begun:.0f} s")
            found = lookup.measure(DATABASE, MILLION)
            say(
                "identity lookup",
                f"{found.few * 1e6:.0f} µs among {lookup.FEW:,}, {found.many * 1e6:.0f} µs among {lookup.MANY:,}: {found.ratio:.2f}",
                found.ratio <= LOOKUP_MOST,
                f"at most {LOOKUP_MOST}",
            )
            for plan in plans.measure(connection):
                say(
                    plan.question,
                    f"{plan.milliseconds:.2f} ms" + f", reads all of {plan.scans}" * bool(plan.scans),
                    not plan.scans,
                    "an index",
                )
    close()
    done = imports.measure(DATABASE)
    heading("Import of 100,000 people")
    say(
        "rows a minute",
        f"{done.rows_a_minute:,.0f}; again, nothing changed {done.again_a_minute:,.0f}",
        done.rows_a_minute >= ROWS_LEAST,
        f"{ROWS_LEAST:,} or more",
    )
    say("beside a bare COPY", f"{done.times_copy:.0f} times its time")
    say(
        "most memory",
        f"{done.memory / 1e6:.0f} MB; with a fifth of the rows {done.memory_of_few / 1e6:.0f} MB",
        done.memory < 1.1 * done.memory_of_few,
        "the same",
    )


def growth():
    from tests.bench import growth, rows

    heading("The same sign-in to a service among ten thousand rows and among ten million, wall time")
    with portal.database(YOUNG), portal.database(GROWN):
        begun = time.perf_counter()
        for name, many, clients in ((YOUNG, growth.FEW, rows.CLIENTS // 1000), (GROWN, growth.MANY, rows.CLIENTS)):
            copy(name)
            growth.fill(name, many, clients)
        say("rows made in", f"{time.perf_counter() - begun:.0f} s")
        found = growth.measure(YOUNG, GROWN)
    for what, seconds in (found.parts | found.jobs).items():
        few, many = seconds[YOUNG], seconds[GROWN]
        reached = many <= LOOKUP_MOST * few if what in found.parts else None
        say(what, f"{few * 1000:.1f} and {many * 1000:.1f} ms: {many / few:.2f}", reached, f"at most {LOOKUP_MOST}")
    say("statements that read much", f"{len(found.plans)}", not found.plans, "none")
    for statement, read in found.plans.items():
        say(f"  {read}", statement)


def moves():
    from tests.bench import lookup, moves

    with portal.database(MOVES):
        copy(MOVES)
        with lookup.connected(MOVES) as use:
            use()
            found = moves.measure()
    heading(f"A move of {moves.ALL:,} people, {moves.ON_FILE:,} of them on file")
    file = found.judged + found.joined
    say("their file, looked at", f"{found.judged:.1f} s")
    say("  and taken", f"{found.joined:.1f} s; {file:.1f} s in all", file <= FILE_MOST, f"at most {FILE_MOST}")
    say("the first email, with invitations", f"{found.started:.1f} s")
    say(
        "a round of reminders, queued", f"{found.reminded:.1f} s", found.reminded <= ROUND_MOST, f"at most {ROUND_MOST}"
    )
    say("the same round again: none", f"{found.again:.1f} s")
    spread = found.mails == moves.ALL and HOUR - 1 <= found.minutes <= HOUR
    say("spread over", f"{found.mails:,} emails over {found.minutes:.0f} minutes", spread, "one each, over an hour")


def copy(name):
    """A database that is like the one which all others are made from."""
    with portal.connect() as server:
        server.execute(f"DROP DATABASE {name}")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")


def heading(words):
    print(f"\n{words}", flush=True)


def say(what, figure, reached=None, target=""):
    verdict = "" if reached is None else f"   {'reached' if reached else 'MISSED'} ({target})"
    print(f"  {what:<30} {figure}{verdict}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or SECTIONS)
