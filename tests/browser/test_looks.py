"""The pages that few people come to, looked at like the others."""

import re

from authenticators.registry import KINDS
from tests import kinds
from tests.browser import closely
from tests.desk.door.browser.desk import Desk
from tests.portal import manage

ATTEMPT = "WHERE profile_id = (SELECT id FROM careid_profile WHERE email = %s) RETURNING 1"


def change(walk, sql, *values):
    assert walk.portal.query(sql, *values or (walk.email,))


def give(walk, kind, count):
    change(
        walk,
        """INSERT INTO authenticators_authenticator (id, profile_id, kind, external_id, name, material, details, added_at,
               added_by, usable_from, state, state_reason, state_changed_at)
           SELECT gen_random_uuid(), p.id, %s, gen_random_uuid(), '', 'x', '{}', now(), 'person', now(), 'active', '', now()
           FROM careid_profile p, generate_series(1, %s) WHERE p.email = %s RETURNING 1""",
        *(kind, count, walk.email),
    )


def test_a_lock_that_only_the_registration_authority_lifts(walk):
    walk.to_details()
    walk.details()
    page = walk.at("code")
    page.get_by_label("Code from the email").fill("000000")
    walk.press()
    walk.at("code")
    change(
        walk,
        'UPDATE careid_limitcount SET count = 100 WHERE id = (SELECT max(id) FROM careid_limitcount WHERE "limit" = %s) RETURNING 1',
        "code_wrong_in_a_row",
    )
    page.get_by_label("Code from the email").fill("000000")
    walk.press()
    walk.at("locked")
    assert page.locator("body").get_attribute("data-reason") == "registration_authority"
    walk.look("locked-registration-authority")


def test_after_its_ten_minutes_the_page_about_it_is_closed(walk):
    page = walk.to_done()
    change(walk, f"UPDATE enrolment_attempt SET added_at = added_at - interval '11 minutes' {ATTEMPT}")
    page.reload()
    walk.at("expired")
    assert page.locator("body").get_attribute("data-reason") == "added"
    walk.look("expired-added")
    change(walk, f"UPDATE enrolment_attempt SET undone = true {ATTEMPT}")
    page.reload()
    walk.at("expired")
    assert page.locator("body").get_attribute("data-reason") == "undone"
    walk.look("expired-undone")


def test_what_is_out_of_date_or_too_long(walk):
    walk.to_details()
    page = walk.at("details")
    page.context.clear_cookies(name="csrf")
    with page.expect_response("**/details/") as answer:
        walk.details()
    assert answer.value.status == 403
    walk.at("details")
    assert page.get_by_label("Email address").input_value() == walk.email
    walk.look("details-stale")
    walk.details()
    walk.at("code")
    page.context.clear_cookies(name="csrf")
    walk.press("Start again")
    walk.at("error")
    assert page.locator("body").get_attribute("data-reason") == "403"
    walk.look("error-403")
    walk.open("/details/")
    walk.at("details").get_by_label("Email address").fill("x" * 150_000)
    walk.press()
    walk.at("error")
    assert page.locator("body").get_attribute("data-reason") == "413"
    walk.look("error-413")


def test_choosing_with_one_kind_full_and_with_nothing_to_choose(walk):
    first, *others = KINDS.values()
    give(walk, first.slug, kinds.most(first.slug))
    walk.to_choose()
    page = walk.page
    assert f"you already have {kinds.most(first.slug)}" in page.locator("main").inner_text()
    assert page.locator("input[type=radio]").count() == len(others)
    walk.look("choose-one-full")
    for kind in others:
        give(walk, kind.slug, kinds.most(kind.slug))
    page.reload()
    walk.at("choose")
    assert page.locator("h1").inner_text() == "There is nothing you can add here now"
    walk.look("choose-nothing")


TEN_PAGES = """
from careid.trail.names import EventName
from careid.trail.record import record
for _ in range(500):
    record(EventName.COMMAND_RUN, actor="command:test")
"""
NUMBERED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+")


def sorts(page, seen):
    """The links of a page to a sort of page that was not seen yet, each sort once; without queries, which narrow a list."""
    for link in page.locator('a[href^="/admin/"]').evaluate_all("(all) => all.map((one) => one.getAttribute('href'))"):
        path = link.partition("?")[0].partition("#")[0]
        sort = NUMBERED.sub("-", path)
        if sort not in seen and not path.endswith(("/export/", "/template/", "/logout/")):
            seen.add(sort)
            yield path


def test_every_page_of_the_desk_by_its_links(browser, portal, browser_context_args, walk):
    give(walk, kinds.some_kind(), 1)
    report = """INSERT INTO authenticators_report (profile_id, token_hash, reported_at, closed_by, outcome)
        SELECT id, 'made up'::bytea, now(), '', '' FROM careid_profile WHERE email = %s RETURNING 1"""
    change(walk, report)
    manage(portal.environment, "shell", "-v0", "-c", TEN_PAGES)
    link = manage(portal.environment, "invite_admin", "looks@example.nhs.uk", "--superuser").split()[-1]
    context = browser.new_context(**browser_context_args)
    desk = Desk(context, portal, "looks@example.nhs.uk", link)
    seen, waiting = set(), ["/admin/", "/admin/careid/profile/?q=zzzz", f"/admin/careid/profile/find/?q={walk.email}"]
    for path in waiting:
        desk.open(path)
        closely.look(desk, "desk" + re.sub(r"[^a-z]+", "-", NUMBERED.sub("", path)).removeprefix("-admin").rstrip("-"))
        waiting += sorts(desk.page, seen)
    assert len(waiting) > 30
    context.close()
    assert desk.complaints() == []
