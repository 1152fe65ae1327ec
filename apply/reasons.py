"""Why an application is rejected, from a closed list: what the desk says, what the person is told and what they do."""

from dataclasses import dataclass
from typing import Final

from careid.trail.names import EventName


@dataclass(frozen=True)
class Rejection:
    """`words` are the desk's; `told` says to the person what was wrong, and `do` what to do about it."""

    words: str
    told: str
    do: str


_COME_WITH: Final = "Ask your Registration Authority to invite you again. Bring"
REJECTIONS: Final[dict[str, Rejection]] = {
    "photo_not_accepted": Rejection(
        "A document with a photo is not of the list, or has run out",
        "A document with a photo was not one that we can take, or it had run out.",
        f"{_COME_WITH} one that is in date, or a UK passport that ran out in the last 6 months.",
    ),
    "photo_unlike": Rejection(
        "The photo is not clear, or does not look like them",
        "We could not tell from the photo that it is you.",
        f"{_COME_WITH} a document with a newer or clearer photo.",
    ),
    "details_differ": Rejection(
        "The names or the date of birth are not those of the documents",
        "Your names or your date of birth were not the same as in your documents.",
        "Ask your Registration Authority to invite you again. Give your names as they stand in your passport or on "
        "your driving licence.",
    ),
    "documents_unread": Rejection(
        "A document could not be read, is not whole or is no original",
        "We could not read one of your documents, or it was a copy or not whole.",
        f"{_COME_WITH} the documents themselves, and all their pages.",
    ),
    "not_enough": Rejection(
        "There were not enough documents",
        "There were not enough documents to show who you are.",
        "Ask your Registration Authority which documents to bring, and to invite you again.",
    ),
    "no_check": Rejection(
        "They did not come to the check",
        "You did not come to have your identity checked.",
        "If you still need a profile, ask your Registration Authority to invite you again.",
    ),
    "has_profile": Rejection(
        "They have a profile already",
        "You do not need a new profile.",
        "Ask your Registration Authority which profile to use, and how to sign in with it.",
    ),
    "typed_again": Rejection(
        "They have to give their details again",
        "We need your details once more. You did nothing wrong.",
        "Ask your Registration Authority to invite you again, then give your details as you did before.",
    ),
    "not_needed": Rejection(
        "They do not need a profile any more",
        "You do not need a profile any more.",
        "If you think that you do, talk to your Registration Authority.",
    ),
    "not_them": Rejection(
        "They may not be who they say they are",
        "We could not be sure who you are.",
        "Talk to your Registration Authority. They can tell you what you can do.",
    ),
}
REJECT: Final = {slug: one.words for slug, one in REJECTIONS.items()}
# Why nobody could say yes: who is on file is named to nobody.
NOT_APPROVED: Final = {
    "has_profile": "somebody has that number or that email address",
    "ask_operator": "an operator has to look at it",
}
# What the words mean in these events alone.
BY_EVENT: Final[dict[str, dict[str, str]]] = {
    EventName.APPLICATION_APPROVED: NOT_APPROVED,
    EventName.APPLICATION_REJECTED: REJECT,
}
