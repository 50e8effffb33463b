"""For which of a store's things somebody asks in a chat, where that is beyond doubt.

A machine that answers where nobody asked is worse than none: a link to a product is a
question for it, and a name only where the message says nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from core.products import name_key
from core.values import VariantId
from notifications.catalog_words import ASKING_FOR_ALL, GREETINGS, PLEASE
from notifications.product_words import ASKING, SAID_EVERY_DAY


class Answers(StrEnum):
    """What a store has answered; kept, so never rename a value."""

    OFF = "off"
    LINKS = "links"
    NAMES = "names"
    """A name that is all of a message, or of a short question, as well as links."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address of a product: its host without ``www``, its handle, the variant."""

    host: str
    handle: str
    variant: VariantId | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """By ``links``, or else by what it may be called: each with the languages that this
    is asked in, and none where nothing else is said. Or for ``everything``, in these
    languages."""

    links: tuple[Link, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    everything: tuple[str, ...] | None = None

    @property
    def ranges(self) -> frozenset[str]:
        """Of the names those that are asked for in words: several things may be meant
        by one, such as all that are of a kind."""
        return frozenset(name for name, languages in self.names.items() if languages)


_MOST_CHARACTERS = 2_000
_LONGEST_QUESTION = 150
_LARGEST_ID = 2**63 - 1
_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w@.-]))[\w-]+(?:\.[\w-]+)+/[^\s<>\"]+", re.IGNORECASE
)
_BEHIND = ".,;:!?)]}'»”’…。，！？、"
_PRODUCT = re.compile(
    r"(?:/[a-z]{2,3}(?:-[a-z0-9]{2,4})?)?(?:/collections/[^/]+)?/products/([^/]+)/?",
    re.IGNORECASE,
)
_QUESTION = re.compile("[?¿؟？⁇⁈⁉❓❔]")
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_FEWEST_LETTERS = 3
_FEWEST_SIGNS = 2
_SIGNS_OF_TWO_WORDS = 4
_MOST_MANNERS = 3


def asked_in(text: str, *, answers: Answers) -> Asked | None:
    """What somebody may ask for by these words; None for what asks for nothing."""
    if answers is Answers.OFF or len(text) > _MOST_CHARACTERS:
        return None
    links = tuple(dict.fromkeys(_links(text)))
    if links:
        return Asked(links=links)
    if answers is not Answers.NAMES or "/" in text or len(text) > _LONGEST_QUESTION:
        return None
    if languages := _asking_for_all().get(_without_manners(name_key(text))):
        return Asked(everything=languages)
    if "\n" in text.strip():
        return None
    names = _names(text)
    return Asked(names=names) if names else None


def _links(text: str) -> Iterator[Link]:
    for found in _ADDRESS.findall(text):
        link = _link(found.rstrip(_BEHIND))
        if link is not None:
            yield link


def _link(address: str) -> Link | None:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = host_of(parts)
    except ValueError:
        return None
    found = _PRODUCT.fullmatch(parts.path)
    if found is None or not host:
        return None
    handle = unquote(found[1]).casefold()
    return Link(host, handle, _variant(parts.query)) if handle else None


def _variant(query: str) -> VariantId | None:
    said = parse_qs(query[:_MOST_CHARACTERS]).get("variant", [""])[0]
    is_one = said.isascii() and said.isdecimal() and len(said) <= 19
    return VariantId(int(said)) if is_one and 0 < int(said) <= _LARGEST_ID else None


def host_of(address: SplitResult) -> str:
    return (address.hostname or "").casefold().removeprefix("www.")


def _names(text: str) -> dict[str, tuple[str, ...]]:
    key = name_key(text)
    found: dict[str, list[str]] = {}
    for language, before, behind in _asking():
        if len(key) > len(before) + len(behind) and (
            key.startswith(before) and key.endswith(behind)
        ):
            rest = key[len(before) : len(key) - len(behind)]
            found.setdefault(rest, []).append(language)
    names = {
        rest: tuple(dict.fromkeys(languages))
        for rest, languages in found.items()
        if _is_name(rest)
    }
    is_question = bool(_QUESTION.search(text))
    if (_is_name(key) and is_question) or _says_nothing_else(text, key):
        names[key] = ()
    return names


@cache
def _asking() -> tuple[tuple[str, str, str], ...]:
    """A language, and what stands before the name and behind it."""
    found = []
    for language, all_ in ASKING.items():
        for each in all_:
            before, _, behind = each.partition("{}")
            found.append((language, name_key(before), name_key(behind)))
    return tuple(found)


@cache
def _asking_for_all() -> Mapping[str, tuple[str, ...]]:
    """The languages in which these words ask for all that there is."""
    found: dict[str, list[str]] = {}
    for language, all_ in ASKING_FOR_ALL.items():
        for each in all_:
            found.setdefault(_without_manners(name_key(each)), []).append(language)
    return {key: tuple(dict.fromkeys(each)) for key, each in found.items() if key}


def _without_manners(key: str) -> str:
    """Without a greeting before it, and a please on either side."""
    before, behind = _manners()
    for _ in range(_MOST_MANNERS):
        begins = next((each for each in before if key.startswith(each)), "")
        ends = next((each for each in behind if key.endswith(each)), "")
        key = key[len(begins) :].removesuffix(ends)
    return key


@cache
def _manners() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The longest first: a *good morning* is no *good*."""
    before = {name_key(each) for each in (*GREETINGS, *PLEASE)}
    behind = {name_key(each) for each in PLEASE}
    first, last = (sorted(each, key=len, reverse=True) for each in (before, behind))
    return tuple(first), tuple(last)


@cache
def _every_day() -> frozenset[str]:
    return frozenset(map(name_key, SAID_EVERY_DAY))


def _is_name(key: str) -> bool:
    fewest = _FEWEST_SIGNS if _WITHOUT_SPACES.search(key) else _FEWEST_LETTERS
    return len(key) >= fewest and not key.isdecimal()


def _says_nothing_else(text: str, key: str) -> bool:
    """Whether a text may be a name and no everyday word: of two words at least."""
    if not _is_name(key) or key in _every_day():
        return False
    words = [each for each in text.split() if name_key(each)]
    is_long = bool(_WITHOUT_SPACES.search(key)) and len(key) >= _SIGNS_OF_TWO_WORDS
    return len(words) > 1 or is_long
