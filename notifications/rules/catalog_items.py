"""What a product's variants look like in the catalog, or why they are not shown."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from core.catalog import MOST_BRAND, MOST_LINK, MOST_TITLE, Availability, Item
from core.currencies import written
from core.products import Product, ProductStatus, Variant
from core.values import Money, VariantId
from notifications.rules.catalog_codes import google_category_of, gtin_of
from notifications.rules.catalog_options import attributes
from notifications.rules.catalog_texts import (
    cut,
    description_of,
    one_line,
    title_of,
)
from notifications.rules.commerce_policy import Category, Forbidden

MOST_IMAGES = 10
_MOST_PRICE = Decimal(10**12)
_IMAGE_WIDTH = "1080"
"""Twice what Meta wants at least, and far below the bytes that it takes."""
_MOST_OTHERS = 80
_SHOPIFYS_IMAGES = "cdn.shopify.com"
_SIZES = frozenset({"width", "height", "crop", "pad_color"})
_IN_ADDRESSES = "%/:=&?~#+!$,;'@()*[]-._"


class Withheld(StrEnum):
    """Why a variant is not shown; kept, so never rename a value."""

    DRAFT = "draft"
    ARCHIVED = "archived"
    UNLISTED = "unlisted"
    UNPUBLISHED = "unpublished"
    GIFT_CARD = "gift_card"
    HIDDEN = "hidden"
    FORBIDDEN = "forbidden"
    BY_OWNER = "by_owner"
    NO_TITLE = "no_title"
    NO_LINK = "no_link"
    NO_IMAGE = "no_image"
    NO_PRICE = "no_price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a store shows its things: in its ``currency``, by its ``name`` where they
    have no brand, and without those that have the tag ``hidden_tag``."""

    currency: str
    name: str
    hidden_tag: str = ""


Shown: TypeAlias = Item | Withheld

_BY_STATUS = {
    ProductStatus.DRAFT: Withheld.DRAFT,
    ProductStatus.ARCHIVED: Withheld.ARCHIVED,
    ProductStatus.UNLISTED: Withheld.UNLISTED,
}


def items_of(
    product: Product,
    terms: Terms,
    *,
    forbidden: Forbidden | None = None,
    only: Collection[VariantId] | None = None,
    labels: tuple[str, ...] = (),
) -> dict[VariantId, Shown]:
    """Each variant's item, or why it has none; of these variants alone, if some are
    named. Every item is one that Meta takes. ``forbidden`` is what Meta's commerce
    policy or the owner has against the product; ``labels`` say in which sets it is."""
    wanted = [v for v in product.variants if only is None or v.variant_id in only]
    because = withheld(product, terms, forbidden)
    if because is not None:
        return {each.variant_id: because for each in wanted}
    seen = replace(_Seen.of(product, terms), labels=labels)
    return {each.variant_id: seen.item(each) for each in wanted}


def withheld(
    product: Product, terms: Terms, forbidden: Forbidden | None = None
) -> Withheld | None:
    """Why nothing of the product is shown; what is to be done first comes first."""
    if product.status in _BY_STATUS:
        return _BY_STATUS[product.status]
    if product.is_gift_card:
        return Withheld.GIFT_CARD
    hidden = terms.hidden_tag.strip().casefold()
    if hidden and hidden in {each.strip().casefold() for each in product.tags}:
        return Withheld.HIDDEN
    if product.url is None:
        return Withheld.UNPUBLISHED
    if forbidden is not None:
        is_owners = forbidden.category is Category.WITHHELD
        return Withheld.BY_OWNER if is_owners else Withheld.FORBIDDEN
    if not title_of(product.title):
        return Withheld.NO_TITLE
    return None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What all variants of a product have in common."""

    product: Product
    terms: Terms
    title: str
    description: str
    brand: str
    images: tuple[str, ...]
    labels: tuple[str, ...] = ()

    @classmethod
    def of(cls, product: Product, terms: Terms) -> "_Seen":
        title = title_of(product.title)
        maker = one_line(product.vendor) or one_line(terms.name) or title
        brand = cut(maker, MOST_BRAND)
        description = description_of(product.description)
        if not description or description.casefold() == title.casefold():
            # Meta takes no description that says the same as the title.
            description = f"{title} · {brand}"
        return cls(
            product,
            terms,
            title=title,
            description=description,
            brand=brand,
            images=tuple(_images(product.images)),
        )

    def item(self, variant: Variant) -> Shown:
        link = _link(self.product.url or "", variant.variant_id)
        if link is None:
            return Withheld.NO_LINK
        own = list(_images([variant.image] if variant.image else []))
        images = [*dict.fromkeys([*own, *self.images])][:MOST_IMAGES]
        if not images:
            return Withheld.NO_IMAGE
        prices = prices_of(variant.price, variant.was_price, self.terms.currency)
        if prices is None:
            return Withheld.NO_PRICE
        placed, others = attributes(variant.options)
        is_one_of_many = len(self.product.variants) > 1
        return Item(
            retailer_id=str(variant.variant_id),
            item_group_id=str(self.product.product_id),
            title=titled(self.title, others) if is_one_of_many else self.title,
            description=self.description,
            link=link,
            image_link=images[0],
            additional_image_links=tuple(images[1:]),
            price=prices[0],
            sale_price=prices[1],
            availability=availability_of(variant),
            brand=self.brand,
            gtin=gtin_of(variant.barcode),
            google_product_category=google_category_of(self.product.category),
            color=placed.get("color"),
            size=placed.get("size"),
            material=placed.get("material"),
            pattern=placed.get("pattern"),
            custom_labels=self.labels,
        )


def availability_of(variant: Variant) -> Availability:
    """Sold beyond its stock it can be bought, and WhatsApp's cart takes nothing that is
    not in stock by this word."""
    has_some = not variant.is_tracked or variant.sells_on or variant.stock > 0
    if variant.is_for_sale and has_some:
        return Availability.IN_STOCK
    return Availability.OUT_OF_STOCK


def prices_of(
    price: Decimal, was_price: Decimal | None, currency: str
) -> tuple[Money, Money | None] | None:
    """What it costs, and what it costs by a sale if there is one; None where that
    cannot be shown."""
    now = _whole(price, currency)
    if now is None:
        return None
    before = _whole(was_price, currency) or now
    return (before, now) if before.amount > now.amount else (now, None)


def others_of(variant: Variant) -> list[str]:
    """What its options say that no field of an item has a place for."""
    return attributes(variant.options)[1]


def _whole(amount: Decimal | None, currency: str) -> Money | None:
    """In whole coins of the currency; None where it costs less than one, or more than
    Meta can read."""
    if amount is None or not amount.is_finite() or abs(amount) > _MOST_PRICE:
        return None
    coins = Decimal(written(Money(amount, currency)))
    return Money(coins, currency) if 0 < coins < _MOST_PRICE else None


def titled(title: str, others: list[str]) -> str:
    """With what else tells the variant apart, since there is no other place for it."""
    if not others:
        return title
    behind = cut(" / ".join(others), _MOST_OTHERS)
    return f"{cut(title, MOST_TITLE - len(behind) - 3)} - {behind}"


def _link(url: str, variant_id: VariantId) -> str | None:
    """The variant's page, and by what the store sees that somebody came from here."""
    parts = _web(url)
    if parts is None:
        return None
    more = {
        "variant": str(variant_id),
        "utm_source": "whatsapp",
        "utm_medium": "catalog",
    }
    kept = [pair for pair in parse_qsl(parts[3]) if pair[0] not in more]
    query = urlencode([*kept, *more.items()])
    link = urlunsplit((*parts[:3], query, ""))
    return link if len(link) <= MOST_LINK else None


def _images(urls: Collection[str]) -> Iterator[str]:
    """Those that can be fetched by anybody, in a size that Meta takes."""
    for url in urls:
        parts = _web(url)
        if parts is None or parts[0] != "https":
            continue
        if parts[1] == _SHOPIFYS_IMAGES or "/cdn/shop/" in parts[2]:
            kept = [pair for pair in parse_qsl(parts[3]) if pair[0] not in _SIZES]
            query = urlencode([*kept, ("width", _IMAGE_WIDTH)])
            parts = (*parts[:3], query)
        made = urlunsplit((*parts, ""))
        if len(made) <= MOST_LINK:
            yield made


def _web(url: str) -> tuple[str, str, str, str] | None:
    """Its parts, written without anything that is not of an address; None for what is
    none."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.encode("idna").decode()
        is_web = parts.scheme in ("https", "http") and bool(parts.hostname)
    except (ValueError, UnicodeError):
        return None
    if not is_web or "@" in host or "." not in host or not url.isprintable():
        return None
    if " " in url:
        return None
    path, query = (quote(part, safe=_IN_ADDRESSES) for part in parts[2:4])
    return parts.scheme, host, path, query
