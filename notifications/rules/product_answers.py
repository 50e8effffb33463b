"""What of a store is shown to somebody who asks for it in a chat: what Meta shows now,
and can be bought."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlsplit

from core.catalog import Availability
from core.products import Product, name_key
from core.showcases import MOST_PRODUCTS, MOST_SECTION_TITLE, MOST_SECTIONS
from core.values import VariantId
from notifications.rules.catalog_items import availability_of
from notifications.rules.product_questions import Asked, Link, host_of


class Unanswered(StrEnum):
    """Why a person has to answer; told with the webhook."""

    NOT_IN_CATALOG = "not_in_catalog"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True, slots=True)
class Known:
    """A product as the store told of it last, and its variants that Meta shows."""

    product: Product
    live: Collection[VariantId]


@dataclass(frozen=True, slots=True)
class Card:
    """One variant, or several of one product."""

    title: str
    variants: tuple[VariantId, ...]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is of one kind, in the store's own word for it; an empty one is the rest."""

    kind: str
    variants: tuple[VariantId, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Several products."""

    shelves: tuple[Shelf, ...]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """All of the catalog."""

    languages: tuple[str, ...]


Shown: TypeAlias = Card | Range | Everything
Answer: TypeAlias = Shown | Unanswered


def answer_to(
    asked: Asked, known: Sequence[Known], *, domain: str, shows_any: bool
) -> Answer | None:
    """What is shown, of all in the store that has one of these handles, names and
    kinds; None where nothing of it is meant. ``shows_any`` is whether Meta shows
    anything of the store."""
    if asked.everything is not None:
        if shows_any:
            return Everything(asked.everything)
        return Unanswered.NOT_IN_CATALOG
    if asked.links:
        return _by_link(asked.links, known, domain)
    found = [each for each in known if name_key(each.product.title) in asked.names]
    if found:
        languages = asked.names[name_key(found[0].product.title)]
        return _shown([(each, None) for each in found], languages)
    return _by_range(asked, known)


def _by_link(
    links: Sequence[Link], known: Sequence[Known], domain: str
) -> Answer | None:
    meant: list[tuple[Known | None, VariantId | None]] = []
    for link in links:
        found = [each for each in known if _leads_to(link, each.product, domain)]
        if found or link.host == domain:
            meant.append((found[0] if found else None, link.variant))
    return _shown(meant, ()) if meant else None


def _leads_to(link: Link, product: Product, domain: str) -> bool:
    hosts = {domain, host_of(urlsplit(product.url or ""))}
    return link.handle == product.handle.casefold() and link.host in hosts


def _by_range(asked: Asked, known: Sequence[Known]) -> Answer | None:
    found = [(each, _range_of(each.product, asked)) for each in known]
    named = [(each, name) for each, name in found if name is not None]
    if not named:
        return None
    return _shown([(each, None) for each, _ in named], asked.names[named[0][1]])


def _range_of(product: Product, asked: Asked) -> str | None:
    """By which of the names it is meant: its kind is called so, or its title begins
    with these words."""
    if (kind := name_key(product.kind)) in asked.ranges:
        return kind
    return next((each for each in _beginnings(product) if each in asked.ranges), None)


def _beginnings(product: Product) -> Iterator[str]:
    begun = ""
    for word in product.title.split():
        begun += name_key(word)
        yield begun


def _shown(
    meant: Sequence[tuple[Known | None, VariantId | None]], languages: tuple[str, ...]
) -> Answer:
    """All of it that can be bought, as far as Meta shows it; where something is to be
    shown, what is not there is left out."""
    there: dict[Product, tuple[VariantId, ...]] = {}
    lacks: list[Unanswered] = []
    for known, variant in meant:
        found = Unanswered.NOT_IN_CATALOG if known is None else _of(known, variant)
        if isinstance(found, Unanswered):
            lacks.append(found)
        elif known is not None:
            both = (*there.get(known.product, ()), *found)
            there[known.product] = tuple(dict.fromkeys(both))
    if not there:
        return lacks[0]
    if len(there) == 1:
        [(product, variants)] = there.items()
        return Card(product.title, variants[:MOST_PRODUCTS], languages)
    return Range(_shelves(there), languages)


def _of(known: Known, variant: VariantId | None) -> tuple[VariantId, ...] | Unanswered:
    """The variant that is named, or all of them."""
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
    return tuple(for_sale) or Unanswered.SOLD_OUT


def _shelves(there: Mapping[Product, tuple[VariantId, ...]]) -> tuple[Shelf, ...]:
    """By kind, in the order in which they were found. Where not all variants have room
    each product is there with its first: its page shows the others."""
    has_room = sum(map(len, there.values())) <= MOST_PRODUCTS
    by_kind: dict[str, list[VariantId]] = {}
    words: dict[str, str] = {}
    for product, variants in list(there.items())[:MOST_PRODUCTS]:
        word = " ".join(product.kind.split())[:MOST_SECTION_TITLE].strip()
        key = name_key(word)
        words.setdefault(key, word if key else "")
        by_kind.setdefault(key, []).extend(variants if has_room else variants[:1])
    shelves = [Shelf(words[key], tuple(each)) for key, each in by_kind.items() if key]
    # What has no kind stands last, with all for which no section is left.
    most = MOST_SECTIONS if len(shelves) <= MOST_SECTIONS and "" not in by_kind else 0
    kept = shelves[: most or MOST_SECTIONS - 1]
    rest = [id_ for each in shelves[len(kept) :] for id_ in each.variants]
    rest += by_kind.get("", [])
    return (*kept, *([Shelf("", tuple(rest))] if rest else []))
