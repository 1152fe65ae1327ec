"""The desk's words for what the rules of a move refuse."""

from typing import Final

REFUSED: Final = {
    "slug_taken": "Another move has that address. Nothing was kept.",
    "order": "The new way has to work before the last day of the old way is over. Nothing was changed.",
    "over": "The move is over. Nothing was changed.",
    "known": "People were told of that when the move was started, so it stays. Nothing was changed.",
    "past": "The last day is over already. Nothing was changed.",
}
