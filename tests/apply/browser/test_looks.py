"""Each page of coming on file, looked at."""

import pytest

from tests.apply.browser import rows
from tests.apply.browser.test_in_chromium import fill, prove


def test_the_pages_of_who_applies(walk):
    email, link = rows.invite(walk)
    walk.open(link)
    walk.at("apply")
    walk.look("apply")
    walk.press()
    walk.at("apply-code")
    walk.look("apply-code")
    walk.press()
    walk.look("apply-code-wrong")
    prove(walk, email, link)
    walk.look("apply-details")
    walk.page.get_by_label("First names").fill("Bea")
    walk.page.get_by_label("Day").fill("27")
    walk.press()
    walk.at("apply-details")
    walk.look("apply-details-wrong")
    fill(walk.page, rows.number())
    walk.press()
    walk.at("apply-sent")
    walk.look("apply-sent")


def test_the_page_of_who_has_a_profile(walk):
    fill(prove(walk, *rows.invite(walk, email=walk.email)), walk.number)
    walk.press()
    walk.at("apply-sent")
    walk.look("apply-found")
    walk.page.context.clear_cookies(name="careid")
    walk.open("/apply/sent/")
    walk.look("apply-found-over")


@pytest.mark.parametrize("state", ["expired", "cancelled", "blocked", "submitted"])
def test_the_page_of_a_dead_link(walk, state):
    walk.open(rows.invite(walk, state=state)[1])
    walk.at("apply")
    walk.look(f"apply-{state}")


def test_the_pages_of_no_link_and_of_asking(walk):
    for path, name in (
        ("/apply/nothing/", "apply-unknown"),
        ("/apply/code/", "apply-lost"),
        ("/apply/ask/", "apply-ask"),
    ):
        walk.open(path)
        walk.look(name)
    walk.press()
    walk.look("apply-ask-wrong")
    walk.open("/apply/ask/sent/")
    walk.look("apply-asked")
