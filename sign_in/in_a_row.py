"""Wrong tries in a row, which a kind counts until something else is right."""

from django.utils.module_loading import import_string

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.limits import counting
from careid.limits.counting import Count


def forget(*, authenticator: Authenticator, word: str, taking_back: tuple[Count, ...] = ()) -> None:
    """Of every other kind, forget what was wrong in a row: who signed in, in the browser of this word, is the person.

    `taking_back` is what counted this very try. One statement; none where that is empty and no other kind counts so.
    """
    others = [kind.in_a_row for kind in KINDS.values() if kind.in_a_row and kind.slug != authenticator.kind]
    gone = tuple(count for name in others for count in import_string(name)(authenticator.profile, word))
    counting.take_back(*taking_back, forgetting=gone)
