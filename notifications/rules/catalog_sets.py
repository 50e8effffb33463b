"""Which of a store's collections are sets of its catalog, and by which words in its
labels an item is in them."""

from collections.abc import Iterable, Sequence

from core.catalog import MOST_LABEL, MOST_LABELS

ALL = "all"
NONE = "none"
MOST_SETS = 500
"""Of a catalog. Meta names no number; nobody turns through so many in a chat."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WIDTH = 12
"""Longer than any number of a collection is by these digits, so that each word is as
long as the other, and none is a part of two."""
_OF_A_LABEL = (MOST_LABEL + 1) // (_WIDTH + 2)
MOST_OF_AN_ITEM = MOST_LABELS * _OF_A_LABEL
"""Sets that one item is in."""


def handles_in(said: str) -> list[str] | None:
    """Those of a choice such as ``summer,sale``; None where it is all of them."""
    if said == ALL:
        return None
    return [] if said == NONE else said.split(",")


def word_of(collection_id: int) -> str:
    """The word that the items of a collection have in a label."""
    digits, left = "", collection_id
    while left:
        left, digit = divmod(left, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"c{digits.rjust(_WIDTH, '0')}"


def labels_of(collection_ids: Iterable[int]) -> tuple[str, ...]:
    """The labels of an item that is in these; of too many the oldest count."""
    words = [word_of(each) for each in sorted(set(collection_ids))][:MOST_OF_AN_ITEM]
    return tuple(
        " ".join(_few(words, place)) for place in range(0, len(words), _OF_A_LABEL)
    )


def _few(words: Sequence[str], place: int) -> Sequence[str]:
    return words[place : place + _OF_A_LABEL]


def own_id_of(collection_id: int) -> str:
    """The store's name of the set of a collection."""
    return f"{_OWN}{collection_id}"


def collection_of(own_id: str) -> int | None:
    """The collection whose set has this name; None for a set that is none of ours."""
    number = own_id.removeprefix(_OWN)
    is_ours = own_id.startswith(_OWN) and number.isascii() and number.isdigit()
    return int(number) if is_ours and len(number) < 20 else None


_OWN = "sosik-collection-"
