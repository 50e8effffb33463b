"""From what a carrier says of a parcel to the milestone it means; a file a language."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from core.values import Milestone

Words: TypeAlias = Mapping[Milestone, tuple[str, ...]]

LONGEST = 200
"""A status is a few words; what is longer tells a story, and we do not read stories."""

_MARKS_OF_TRADE = str.maketrans("", "", "™®©℠")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_SEPARATOR = re.compile(
    r"\s*(?:[,;:.!/|()\[\]（）【】，、。：；！～~·\n\r]|\s[-–—]+\s)\s*"
)

_TURNED_ROUND = re.compile(
    r"sender|shipper|retur|\bnot\b|unable|attempt|refus|cancel|fail"
    r"|반송|반품|취소|실패|退|拒|未|返送|返品|不在"
    r"|devol|remetent|remitent|cancelad|\bno\b|\bnao\b|nicht|zuruck|absender"
    r"|expediteur|afzender|niet|nadawc|zwrot|pengirim|gagal|batal|รอ|คน|ไม"
)
"""What follows a status and can make it mean something else than its first words."""

_NOT_YET = re.compile(
    r"expected|estimated|today by|예정|预计|預計|予定|previst|estimad|voraussicht|prevu"
    r"|verwacht|przewidywan|estimasi"
)
"""What follows «delivery» where it is still to come."""


def meanings(vocabularies: Iterable[Words]) -> dict[str, Milestone]:
    """Each phrase as ``spoken`` has it, and its milestone; the first to say it wins."""
    found: dict[str, Milestone] = {}
    for words in vocabularies:
        for milestone, phrases in words.items():
            for phrase in phrases:
                found.setdefault(spoken(phrase), milestone)
    return found


def spoken(text: str) -> str:
    """The text as it sounds: no capitals, accents, spaces or punctuation."""
    # Taken apart, an accent is a mark of its own, which falls out with the
    # punctuation. So do the marks of Thai and Japanese, on both sides alike.
    unmarked = text.translate(_MARKS_OF_TRADE)
    apart = unicodedata.normalize("NFKD", unmarked).casefold()
    return _NOT_A_LETTER.sub("", apart)


def milestone_in(text: str, phrases: Mapping[str, Milestone]) -> Milestone | None:
    """The milestone that the text names, whole or before its first comma or bracket.

    None where it names none that we know, and where what follows might turn the
    meaning round: «Delivered, to sender» is no delivery.
    """
    if len(text) > LONGEST:
        return None
    whole = phrases.get(spoken(text))
    if whole is not None:
        return whole
    start, *rest = _SEPARATOR.split(text.strip(), maxsplit=1)
    milestone = phrases.get(spoken(start))
    if milestone is None or not rest:
        return None
    after = _plain(rest[0])
    is_promise = milestone is Milestone.DELIVERED and _NOT_YET.search(after)
    return None if is_promise or _TURNED_ROUND.search(after) else milestone


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold()
    without_marks = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    # Together again: what we look for in Korean is written in syllables.
    return unicodedata.normalize("NFKC", without_marks)
