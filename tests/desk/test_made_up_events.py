"""The trail at the desk, when whoever broke into the web has written events into it: none hides the others."""

from uuid import uuid4

import pytest

from careid.trail.models import Event
from careid.trail.names import EventName
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db
TRAIL = "/admin/careid/event/"
BEFORE, REJECTED = EventName.PROFILE_CREATED, EventName.CEREMONY_REJECTED


@pytest.mark.parametrize(
    "written",
    [
        {"actor": "admin:x"},
        {"actor": "admin:"},
        {"actor": "admin:-1"},
        {"actor": "admin:\u0663"},
        {"actor": f"admin:{10**30}"},
        {"actor": f"admin:{10**18 - 1}"},
        {"name": "made.up", "outcome": "made up", "reason": "made up"},
        {"name": REJECTED, "reason": "cancelled", "details": {"kind": ["x"]}},
        {"name": REJECTED, "reason": "cancelled", "details": {"kind": {"x": 1}, "error": [1]}},
        {"name": EventName.MAIL_FAILED, "details": {"template": [1], "answer": {"x": 1}}},
        {"name": EventName.ASSISTED_STARTED, "details": {"checked_by": 7, "note": [None]}},
        {"name": EventName.ADMIN_CHANGED, "details": {"changed": {"x": 1}, "organisations": 7, "groups": "x"}},
        {"profile_id": -1},
    ],
)
def test_an_event_that_the_portal_never_writes_leaves_the_rest_of_the_trail_readable(
    written, organisation, make_person
):
    person, desk = make_person(), role("RA manager", organisation)
    known = {"profile_id": person.pk, "organisation": organisation.code, "attempt_id": uuid4(), "outcome": "ok"}
    Event.objects.create(**known, name=BEFORE, actor="person")
    made_up = Event.objects.create(**{**known, "name": BEFORE, "actor": "person", **written})
    assert desk.get(TRAIL).context["cl"].result_count == 2
    for page in (f"{TRAIL}{made_up.pk}/change/", f"/admin/careid/profile/{person.pk}/change/", "/admin/"):
        assert desk.get(page).status_code == 200
    assert desk.get("/admin/careid/profile/dashboard/").status_code == 200
