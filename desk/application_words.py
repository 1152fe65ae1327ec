"""The desk's words about applications: what a rule refuses, and how much somebody is like another."""

from typing import Final

from careid.people.models import Profile

REFUSED: Final = {
    "oneself": "This is your own application, or that of the colleague whom you named. Ask another colleague.",
    "four_eyes": "You invited them, or loaded people of their organisation for a move, so a colleague has to approve.",
    "not_checked": "Record first how their identity was checked.",
    "documents": "Those documents are too few. Look at them again.",
    "decided": "Nothing was changed: it was decided already.",
    "old_key": "Their number was kept under a key of before, so nobody can tell whether it is on file. Reject it with "
    "“They have to give their details again”, and invite them again.",
    "no_range": "This service has no user ids to give. Ask whoever runs it.",
    "range_full": "All user ids of this service are given. Ask whoever runs it.",
    "user_id_taken": "Somebody took that user id at this very moment. Press again.",
    "ask_operator": "It cannot be approved here. Ask whoever runs this service, and tell them the reference.",
}
ALIKE: Final = {
    "number": "same National Insurance number",
    "address": "same email address",
    "born": "same name and date of birth",
    "name": "same name",
}


def has_profile(profile: Profile) -> str:
    return (
        f"{profile}, user id {profile.user_id}, has this number or this address. If that is the same person, reject it "
        "with “They have a profile already”."
    )
