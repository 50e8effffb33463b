"""A store's products as the store itself tells of them, variants and all."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.values import ProductId, VariantId


class ProductStatus(StrEnum):
    """In Shopify's own words. *Unlisted* is what only whoever has its address finds."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"
    DRAFT = "DRAFT"
    UNLISTED = "UNLISTED"


@dataclass(frozen=True, slots=True)
class Places:
    """In which languages a store is asked what products are called, and for which
    countries what they cost there."""

    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


NOWHERE = Places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A product's texts in another ``language``; empty where the store has none."""

    language: str
    title: str = ""
    description: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPrice:
    """What a variant costs whoever buys in a ``country``, in the currency there."""

    country: str
    currency: str
    price: Decimal
    was_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """``price`` and ``was_price`` are in the shop's own currency. ``stock`` may be less
    than nothing, and counts only where it ``is_tracked``. ``sells_on`` is whether it is
    sold beyond its stock, ``is_for_sale`` the store's own word on whether it can be
    bought. ``options`` are names and values, such as ``("Colour", "Sand")``."""

    variant_id: VariantId
    title: str
    price: Decimal
    was_price: Decimal | None = None
    sku: str | None = None
    barcode: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    image: str | None = None
    stock: int = 0
    is_tracked: bool = True
    sells_on: bool = False
    is_for_sale: bool = True
    inventory_item_id: int | None = None
    local_prices: tuple[LocalPrice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """``url`` is None where the online store does not show it. ``description`` is HTML
    that somebody has written. ``category`` is Shopify's id of one, such as ``aa-1-4``.
    """

    product_id: ProductId
    title: str
    handle: str
    status: ProductStatus
    url: str | None
    description: str = field(default="", repr=False)
    vendor: str = ""
    kind: str = ""
    is_gift_card: bool = False
    tags: tuple[str, ...] = ()
    category: str | None = None
    images: tuple[str, ...] = ()
    translations: tuple[Translation, ...] = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Products that the store shows together, by a name and an address of their own."""

    collection_id: int
    handle: str
    title: str


@dataclass(frozen=True, slots=True)
class CollectionsPage:
    """``after`` asks for the next page, and is None on the last one."""

    collections: tuple[Collection, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class MembersPage:
    """A collection with some of its products; ``after`` as above."""

    collection: Collection
    product_ids: tuple[ProductId, ...]
    after: str | None


_Thing = Product | Variant | Translation | LocalPrice


def name_key(text: str) -> str:
    """What a text is called by: its letters and digits, without case, accents, spaces
    and punctuation."""
    full = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(each for each in full if not "\u0300" <= each <= "\u036f")
    composed = unicodedata.normalize("NFC", plain)
    return "".join(each for each in composed if unicodedata.category(each)[0] in "LNM")


def as_json(product: Product) -> dict[str, Any]:
    """What JSON can hold, without what says nothing."""
    said = _said(product)
    said["variants"] = [_said(each) for each in product.variants]
    if product.translations:
        said["translations"] = [_said(each) for each in product.translations]
    for variant, each in zip(said["variants"], product.variants, strict=True):
        if each.local_prices:
            variant["local_prices"] = [_said(price) for price in each.local_prices]
    return said


def from_json(said: Mapping[str, Any]) -> Product:
    """The product that ``as_json`` was made of."""
    return Product(
        **{
            **said,
            "status": ProductStatus(said["status"]),
            "tags": tuple(said.get("tags", ())),
            "images": tuple(said.get("images", ())),
            "url": said.get("url"),
            "translations": tuple(
                Translation(**each) for each in said.get("translations", ())
            ),
            "variants": tuple(_variant(each) for each in said["variants"]),
        }
    )


def _variant(said: Mapping[str, Any]) -> Variant:
    was = said.get("was_price")
    return Variant(
        **{
            **said,
            "price": Decimal(said["price"]),
            "was_price": None if was is None else Decimal(was),
            "options": tuple((name, value) for name, value in said.get("options", ())),
            "local_prices": tuple(map(_price, said.get("local_prices", ()))),
        }
    )


def _price(said: Mapping[str, Any]) -> LocalPrice:
    was = said.get("was_price")
    return LocalPrice(
        country=said["country"],
        currency=said["currency"],
        price=Decimal(said["price"]),
        was_price=None if was is None else Decimal(was),
    )


_NEEDED = {
    "language",
    "country",
    "currency",
    "product_id",
    "variant_id",
    "title",
    "handle",
    "status",
    "price",
}


def _said(thing: _Thing) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, usual in _USUAL[type(thing)].items():
        value = getattr(thing, name)
        if name in _NEEDED or value != usual:
            said[name] = str(value) if isinstance(value, Decimal) else value
    return said


def _usual(kind: type[_Thing]) -> dict[str, Any]:
    known = kind.__dataclass_fields__
    return {name: each.default for name, each in known.items() if name not in _PARTS}


_PARTS = {"variants", "translations", "local_prices"}
_USUAL = {kind: _usual(kind) for kind in (Product, Variant, Translation, LocalPrice)}
