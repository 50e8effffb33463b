"""Which of a store's things somebody asks for in a chat, where that is beyond doubt.

A machine that answers where nobody asked is worse than none: a link to a product is a
question for it, and a name only where the message says nothing else.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from core.catalog import Availability
from core.products import Product, name_key
from core.showcases import MOST_PRODUCTS
from core.values import VariantId
from notifications.product_words import ASKING, SAID_EVERY_DAY
from notifications.rules.catalog_items import availability_of


class Answers(StrEnum):
    """What a store has answered; kept, so never rename a value."""

    OFF = "off"
    LINKS = "links"
    NAMES = "names"
    """A name that is all of a message, or of a short question, as well as links."""


class Unanswered(StrEnum):
    """Why a person has to answer; told with the webhook."""

    AMBIGUOUS = "ambiguous"
    NOT_IN_CATALOG = "not_in_catalog"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True, slots=True)
class Link:
    """An address of a product: its host without ``www``, its handle, the variant."""

    host: str
    handle: str
    variant: VariantId | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """By ``links``, or else by what it may be called: each with the languages that this
    is asked in, and none where nothing else is said."""

    links: tuple[Link, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """A product as the store told of it last, and its variants that Meta shows."""

    product: Product
    live: Collection[VariantId]


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown: one variant, or several of one product."""

    title: str
    variants: tuple[VariantId, ...]
    languages: tuple[str, ...] = ()


Answer: TypeAlias = Card | Unanswered

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


def asked_in(text: str, *, answers: Answers) -> Asked | None:
    """What somebody may ask for by these words; None for what asks for nothing."""
    if answers is Answers.OFF or len(text) > _MOST_CHARACTERS:
        return None
    links = tuple(dict.fromkeys(_links(text)))
    if links:
        return Asked(links=links)
    if answers is not Answers.NAMES or "\n" in text.strip() or "/" in text:
        return None
    if len(text) > _LONGEST_QUESTION:
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


def answer_to(asked: Asked, known: Sequence[Known], *, domain: str) -> Answer | None:
    """What of the store is meant, of all that has one of these handles or names; None
    where it is none of its things."""
    if asked.links:
        return _by_link(asked.links, known, domain)
    found = [each for each in known if name_key(each.product.title) in asked.names]
    if not found:
        return None
    if len(found) > 1:
        return Unanswered.AMBIGUOUS
    languages = asked.names[name_key(found[0].product.title)]
    return _shown(found[0], None, languages)


def _by_link(
    links: Sequence[Link], known: Sequence[Known], domain: str
) -> Answer | None:
    meant: list[tuple[Link, Known | None]] = []
    for link in links:
        found = [each for each in known if _leads_to(link, each.product, domain)]
        if found or link.host == domain:
            meant.append((link, found[0] if found else None))
    if not meant:
        return None
    if len(meant) > 1:
        return Unanswered.AMBIGUOUS
    [(link, one)] = meant
    return Unanswered.NOT_IN_CATALOG if one is None else _shown(one, link.variant, ())


def _leads_to(link: Link, product: Product, domain: str) -> bool:
    hosts = {domain, host_of(urlsplit(product.url or ""))}
    return link.handle == product.handle.casefold() and link.host in hosts


def _shown(
    known: Known, variant: VariantId | None, languages: tuple[str, ...]
) -> Answer:
    """The variant that is named, or all that can be bought, as far as Meta shows
    them."""
    wanted = [
        each
        for each in known.product.variants
        if variant is None or each.variant_id == variant
    ]
    live = [each for each in wanted if each.variant_id in known.live]
    if not live:
        return Unanswered.NOT_IN_CATALOG
    for_sale = [
        each.variant_id
        for each in live
        if availability_of(each) is Availability.IN_STOCK
    ]
    if not for_sale:
        return Unanswered.SOLD_OUT
    title = known.product.title
    return Card(title, tuple(for_sale[:MOST_PRODUCTS]), languages)
