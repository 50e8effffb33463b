"""What a store shows in its catalog on WhatsApp, and what is asked of its keeper.

A catalog has an item for each variant of a product. It is changed in portions, which
are taken at once and looked at later: what became of them is asked for again and again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NewType, Protocol, TypeAlias

from core.currencies import written
from core.values import Money

Handle = NewType("Handle", str)
"""By this name the keeper of the catalog tells what became of a portion."""

MOST_TITLE = 200
MOST_DESCRIPTION = 9_999
MOST_BRAND = 100
MOST_OPTION = 200
"""Of a colour, a size, a material and a pattern, in characters."""
MOST_LABEL = 100
MOST_LABELS = 5
MOST_SET_NAME = 100
MOST_LINK = 2_000
MOST_ADDITIONAL_IMAGES = 20


class Availability(StrEnum):
    """Whether it can be bought, in Meta's own words."""

    IN_STOCK = "in stock"
    OUT_OF_STOCK = "out of stock"
    PREORDER = "preorder"
    AVAILABLE_FOR_ORDER = "available for order"
    DISCONTINUED = "discontinued"


class Condition(StrEnum):
    NEW = "new"
    REFURBISHED = "refurbished"
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One variant as buyers see it in the catalog.

    ``retailer_id`` is the variant's number at the store, and ``item_group_id`` the
    product's, by which variants belong together. ``price`` is what it costs without
    ``sale_price``, which is in the same currency. ``google_product_category`` is a
    number or a path of Google's. ``custom_labels`` are seen by the owner alone. Texts
    and lists are no longer than the limits above.
    """

    retailer_id: str
    item_group_id: str
    title: str
    description: str
    link: str
    image_link: str
    price: Money
    availability: Availability
    brand: str
    additional_image_links: tuple[str, ...] = ()
    sale_price: Money | None = None
    condition: Condition = Condition.NEW
    gtin: str | None = None
    google_product_category: str | None = None
    color: str | None = None
    size: str | None = None
    material: str | None = None
    pattern: str | None = None
    custom_labels: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """The same for two items exactly when the catalog would show the same."""
        seen = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        seen["custom_labels"] = _labels(self.custom_labels)
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]


def _labels(labels: Sequence[str]) -> list[str]:
    """A label that is empty is none."""
    return [*labels, *[""] * MOST_LABELS][:MOST_LABELS]


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return [written(value), value.currency]
    return value or None


class ItemState(StrEnum):
    """Where an item is; kept, so never rename a value.

    *Waiting* to be sent, *sent* and not yet judged, *live* where buyers see it,
    *refused* by the keeper, *withheld* by ourselves, *deleted* from the catalog.
    """

    WAITING = "waiting"
    SENT = "sent"
    LIVE = "live"
    REFUSED = "refused"
    WITHHELD = "withheld"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the keeper does not show an item: ``code`` is a name of ours that stays,
    ``words`` and ``advice`` two marked sentences, and ``said`` its own words.
    ``may_pass`` where the same item may be shown another day, though nobody has changed
    anything of it."""

    code: str
    words: str
    advice: str
    said: str = ""
    may_pass: bool = False


@dataclass(frozen=True, slots=True)
class Upsert:
    """Show this item, whether it was shown before or not."""

    item: Item

    @property
    def retailer_id(self) -> str:
        return self.item.retailer_id


@dataclass(frozen=True, slots=True)
class Delete:
    """Show it no more. What is not there is deleted already."""

    retailer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalWords:
    """How an item is called in another language."""

    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPrices:
    """What an item costs in a country, as in ``Item``."""

    price: Money
    sale_price: Money | None = None


Otherwise: TypeAlias = LocalWords | LocalPrices


def fingerprint_of(otherwise: Otherwise) -> str:
    """The same for two exactly when the catalog would show the same."""
    seen = {e.name: _plain(getattr(otherwise, e.name)) for e in fields(otherwise)}
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class UpsertLocal:
    """Show an item, which is there, otherwise to those of a ``place``: of a language
    such as ``pt-BR`` or a country such as ``BR``."""

    retailer_id: str
    place: str
    otherwise: Otherwise


@dataclass(frozen=True, slots=True)
class DeleteLocal:
    """Show it to them as to everybody."""

    retailer_id: str
    place: str


Change: TypeAlias = Upsert | Delete | UpsertLocal | DeleteLocal


def place_of(change: Change) -> str:
    """Whom it is for; empty for everybody."""
    return change.place if isinstance(change, UpsertLocal | DeleteLocal) else ""


LANGUAGES = frozenset(
    {
        *("af", "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi"),
        *("fr", "gu", "he", "hi", "hr", "hu", "id", "it", "ja", "kn", "ko", "lt", "lv"),
        *("ml", "mr", "ms", "nl", "pl", "pt-BR", "pt-PT", "ro", "ru", "sk", "sl", "sv"),
        *("sw", "ta", "te", "th", "tr", "uk", "ur", "vi", "zh-CN", "zh-TW"),
    }
)
"""Into which an item can be translated, as stores call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What was found with one item. It is not shown where there are ``errors``; where
    there are ``warnings`` alone, it is."""

    retailer_id: str
    errors: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A portion was taken, but for the items that were refused at once. Without a
    ``handle`` nothing of it was taken."""

    handle: Handle | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStatus:
    """How far a portion is. ``problems`` are whole once it is finished; every item of
    it that has none was then done as asked.

    ``unnamed`` are errors of which nobody is told what item they are about.
    """

    is_finished: bool
    problems: tuple[Problem, ...] = ()
    unnamed: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLocal:
    """What the keeper shows otherwise in a ``place``; prices as in ``ShownItem``."""

    place: str
    title: str | None = None
    description: str | None = None
    price: str | None = None
    sale_price: str | None = None

    def shows(self, otherwise: Otherwise) -> bool:
        if isinstance(otherwise, LocalWords):
            return all(
                _spaced(getattr(self, name)) == _spaced(getattr(otherwise, name))
                for name in ("title", "description")
            )
        sale = otherwise.sale_price
        if self.price not in _digits(otherwise.price):
            return False
        if sale is None:
            return not self.sale_price
        return self.sale_price in _digits(sale)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """An item as the keeper has it now. What it does not tell is None.

    ``price`` and ``sale_price`` are the digits alone, as in ``3990`` for 39.90 euros,
    since it writes prices in a language of its own choice.
    """

    retailer_id: str
    item_group_id: str | None
    title: str | None
    description: str | None
    link: str | None
    image_link: str | None
    price: str | None
    currency: str | None
    sale_price: str | None
    availability: str | None
    brand: str | None
    additional_image_links: tuple[str, ...] | None = None
    condition: str | None = None
    gtin: str | None = None
    color: str | None = None
    size: str | None = None
    material: str | None = None
    pattern: str | None = None
    custom_labels: tuple[str, ...] | None = None
    state: ItemState = ItemState.LIVE
    refusals: tuple[Refusal, ...] = ()
    local: tuple[ShownLocal, ...] = ()

    def shows(self, item: Item) -> bool:
        """Whether nothing that is told of it differs from ``item``, but for spaces."""
        for name in _COMPARED:
            told, wanted = getattr(self, name), getattr(item, name)
            if told is not None and _spaced(told) != _spaced(wanted or type(told)()):
                return False
        labels = self.custom_labels
        if labels is not None and _labels(labels) != _labels(item.custom_labels):
            return False
        if self.price is not None and self.price not in _digits(item.price):
            return False
        if self.currency not in (None, item.price.currency):
            return False
        if item.sale_price is None or self.sale_price is None:
            return item.sale_price is None and self.sale_price is None
        return self.sale_price in _digits(item.sale_price)


_COMPARED = (
    *("item_group_id", "title", "description", "link", "image_link"),
    *("additional_image_links", "availability", "condition", "brand", "gtin"),
    *("color", "size", "material", "pattern"),
)


_SHOWN_WHOLE = frozenset(
    ["CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"]
)
"""Of these Meta knows no coins smaller than one, whatever ISO 4217 says."""


def _spaced(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _digits(money: Money) -> set[str]:
    """How the amount may be shown."""
    amounts = {written(money)}
    if money.currency in _SHOWN_WHOLE:
        amounts.add(f"{money.amount.quantize(Decimal(1), ROUND_HALF_UP):f}")
    return {"".join(filter(str.isdigit, each)).lstrip("0") for each in amounts}


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """``after`` asks for the next page, and is None on the last one."""

    items: tuple[ShownItem, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSet:
    """Some items under a ``name``: those that have the word ``label`` in one of their
    labels. ``own_id`` is the store's name of it."""

    own_id: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownSet:
    """A set as the keeper has it; ``shown`` is None where it is made in another way
    than ours."""

    id: str
    own_id: str
    shown: ItemSet | None


@dataclass(frozen=True, slots=True)
class SetsPage:
    """``after`` asks for the next page, and is None on the last one."""

    sets: tuple[ShownSet, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Access:
    """A store's catalog, and the token that opens it."""

    catalog_id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommerceSettings:
    """What buyers see in the chat with a number."""

    is_cart_enabled: bool
    is_catalog_visible: bool


class Catalog(Protocol):
    """Whoever keeps the catalogs of stores and shows them to buyers.

    Reading raises TryLater or WillNotWork; changing raises Unsure besides, where nobody
    knows whether it was done. All changes of items may be sent again: the second time
    changes nothing. TryLater's ``code`` ``meta_80014`` says that this one catalog is
    asked too often: others may go on. WillNotWork's ``catalog_unknown`` says that it is
    not there, or not for this token.
    """

    def portions(self, changes: Iterable[Change]) -> Iterator[list[Change]]:
        """The changes in their order, as many together as one ``send`` takes: by their
        number and their size, for one place, and no item twice in one. Nothing is read
        ahead."""

    def send(self, access: Access, changes: Sequence[Change]) -> Taken:
        """An item that breaks one of the keeper's rules which we know is not sent, and
        is a problem of the code ``breaks_a_rule``. Raises ValueError for more than a
        portion."""

    def progress(self, access: Access, handle: Handle) -> BatchStatus:
        """WillNotWork with the code ``handle_unknown`` where it is known no more: the
        portion is to be sent again."""

    def items(
        self, access: Access, after: str | None = None, places: Sequence[str] = ()
    ) -> ItemsPage:
        """A page of what it shows, and what it shows otherwise in these places."""

    def create(self, token: str, *, account_id: str, name: str) -> str:
        """The id of a new catalog of the business that owns the WhatsApp account. Done
        twice, there are two: ask ``attached`` before."""

    def attached(self, token: str, *, account_id: str) -> str | None:
        """The id of the catalog that a WhatsApp account shows, if it has one."""

    def attach(self, access: Access, *, account_id: str) -> None:
        """Show this catalog, and no other; twice changes nothing."""

    def settings(self, token: str, *, phone_number_id: str) -> CommerceSettings: ...

    def set_settings(
        self, token: str, settings: CommerceSettings, *, phone_number_id: str
    ) -> None: ...

    def sets(self, access: Access, after: str | None = None) -> SetsPage: ...

    def create_set(self, access: Access, wanted: ItemSet) -> str:
        """The id of a new set of items. Where there is one of that ``own_id``, it is
        replaced."""

    def replace_set(self, access: Access, set_id: str, wanted: ItemSet) -> None:
        """WillNotWork with the code ``set_unknown`` where it is not there any more."""

    def delete_set(self, access: Access, set_id: str) -> None:
        """What is not there is deleted already."""
