"""What a simulated store has for sale, and the news of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sandbox.knobs import BadControl
from sandbox.shopify.execute import Node, connection
from sandbox.shopify.people import PRODUCTS

_IMAGES = "https://cdn.shopify.com/s/files/1/0700/0000/0001/files"
_STOCK = 25
_STATUSES = ("ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED")
_POLICIES = ("DENY", "CONTINUE")
_STOCK_IDS = 40_000_000_000_000
"""So far from its variant's is the id of what lies on the shelf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    id: int
    title: str = "Default Title"
    price: str = "10.00"
    compare_at_price: str | None = None
    sku: str | None = None
    barcode: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    image: str | None = None
    stock: int = _STOCK
    tracked: bool = True
    policy: str = "DENY"
    local_prices: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_for_sale(self) -> bool:
        return not self.tracked or self.policy == "CONTINUE" or self.stock > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """``published`` is whether the online store shows it. ``translations`` are texts by
    languages, such as ``{"fr": {"title": "Lin"}}``."""

    id: int
    title: str
    updated_at: str
    description: str = ""
    vendor: str = ""
    kind: str = ""
    status: str = "ACTIVE"
    published: bool = True
    gift_card: bool = False
    tags: tuple[str, ...] = ()
    category: str | None = None
    images: tuple[str, ...] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()

    @property
    def handle(self) -> str:
        words = "".join(c if c.isalnum() else " " for c in self.title.lower()).split()
        return "-".join(words)[:200] or f"product-{self.id}"


_OF_PRODUCT = frozenset(Product.__dataclass_fields__) - {"id", "updated_at", "variants"}
_OF_VARIANT = frozenset(Variant.__dataclass_fields__) - {"id"}


class Markets:
    """What things cost in a country: a variant's own price there, or by the factor of
    the country's market; and what they cost everywhere else."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self.by_country: dict[str, tuple[str, Decimal]] = {}

    def put(self, body: Mapping[str, Any]) -> None:
        """In ``country`` things cost ``factor`` as much, in another ``currency``."""
        country = str(body.get("country", ""))
        if len(country) != 2:
            raise BadControl("country: must be two letters")
        factor = Decimal(str(body.get("factor", "1")))
        self.by_country[country] = (str(body.get("currency", self._currency)), factor)

    def drop(self, body: Mapping[str, Any]) -> None:
        self.by_country.pop(str(body.get("country", "")), None)

    def pricing(self, variant: Variant, context: Mapping[str, Any]) -> Node:
        country = context.get("country") or ""
        currency, factor = self.by_country.get(country, (self._currency, Decimal(1)))
        own = variant.local_prices.get(country)
        was = variant.compare_at_price

        def money(price: str, times: Decimal) -> Node:
            amount = (Decimal(price) * times).quantize(Decimal("0.01"))
            return {"amount": str(amount), "currencyCode": currency}

        return {
            "price": money(own, Decimal(1)) if own else money(variant.price, factor),
            "compareAtPrice": money(was, factor) if was and not own else None,
        }


class Goods:
    """One store's; it begins with what the sandbox' orders are of."""

    def __init__(self, currency: str = "EUR") -> None:
        self.markets = Markets(currency)
        since = "2026-10-01T00:00:00Z"
        self.products: dict[int, Product] = {
            each.id: Product(
                id=each.id,
                title=each.title,
                updated_at=since,
                description=f"<p>{each.title}, made by hand.</p>",
                vendor="Sosik Sandbox",
                images=(f"{_IMAGES}/{each.sku.lower()}.jpg?v=1",),
                variants=(
                    Variant(
                        id=each.variant_id,
                        title=each.variant,
                        price=str(each.price),
                        sku=each.sku,
                        options={"Style": each.variant},
                    ),
                ),
            )
            for each in PRODUCTS
        }

    def put(
        self, body: Mapping[str, Any], new_id: Callable[[], int], now: str
    ) -> tuple[Product, list[str]]:
        """Make a product or, by its ``id``, change one; and what topics tell of that.

        ``variants`` are all that it then has; one with an ``id`` stays that.
        """
        known = self._known(body)
        said = {name: body[name] for name in _OF_PRODUCT if name in body}
        for name in ("tags", "images"):
            if name in said:
                said[name] = tuple(said[name])
        if said.get("status", "ACTIVE") not in _STATUSES:
            raise BadControl(f"status: must be one of {', '.join(_STATUSES)}")
        if known is None:
            if not isinstance(said.get("title"), str):
                raise BadControl("title: must be a text")
            known = Product(id=new_id(), title=said["title"], updated_at=now)
            said.setdefault("images", (f"{_IMAGES}/{known.id}.jpg?v=1",))
            body = {"variants": [{}], **body}
        made = replace(known, **said, updated_at=now)
        if "variants" in body:
            before = {each.id: each for each in known.variants}
            variants = [_variant(each, before, new_id) for each in body["variants"]]
            made = replace(made, variants=tuple(variants))
        is_new = made.id not in self.products
        self.products[made.id] = made
        topics = ["products/create" if is_new else "products/update"]
        return made, topics + _crossings(known, made)

    def drop(self, body: Mapping[str, Any]) -> Product:
        known = self._known(body)
        if known is None:
            raise BadControl("id: no such product")
        return self.products.pop(known.id)

    def restock(
        self, body: Mapping[str, Any], now: str
    ) -> tuple[Product, Variant, list[str]]:
        """So many of ``variant_id`` are there now: ``stock``."""
        wanted = body.get("variant_id")
        for product in self.products.values():
            for place, variant in enumerate(product.variants):
                if variant.id != wanted:
                    continue
                other = replace(variant, stock=int(body.get("stock", 0)))
                rest = [*product.variants]
                rest[place] = other
                made = replace(product, variants=tuple(rest), updated_at=now)
                self.products[product.id] = made
                return made, other, ["products/update", *_crossings(product, made)]
        raise BadControl("variant_id: no such variant")

    def fill(
        self, body: Mapping[str, Any], new_id: Callable[[], int], now: str
    ) -> list[int]:
        """``count`` products of so many ``variants``, of which nobody is told."""
        count, variants = int(body.get("count", 0)), int(body.get("variants", 1))
        made = []
        for number in range(count):
            said = {
                "title": f"Thing {number} of the store",
                "description": f"<p>Thing {number}.</p><ul><li>Well made</li></ul>",
                "vendor": "Maker",
                "variants": [
                    {
                        "title": f"Size {size}",
                        "price": f"{10 + number % 90}.90",
                        "options": {"Size": str(size), "Colour": "Sand"},
                    }
                    for size in range(variants)
                ],
            }
            product, _ = self.put(said, new_id, now)
            made.append(product.id)
        return made

    def variant_node(self, number: int) -> Node | None:
        """Of a variant that nobody's order is of; None for what the store has not."""
        for product in self.products.values():
            for each in product.variants:
                if each.id == number:
                    return _variant_node(each, self.markets) | {
                        "sellableOnlineQuantity": max(each.stock, 0),
                        "product": {
                            "title": product.title,
                            "status": product.status,
                            "hasOnlyDefaultVariant": not each.options,
                        },
                    }
        return None

    def _known(self, body: Mapping[str, Any]) -> Product | None:
        if "id" not in body:
            return None
        known = self.products.get(body["id"])
        if known is None:
            raise BadControl("id: no such product")
        return known

    def changed(self, wanted: Iterable[tuple[str, str, str]]) -> list[Product]:
        """Those whose times fit."""
        found = list(self.products.values())
        for name, sign, moment in wanted:
            if name == "updated_at" and sign in (">=", ">"):
                since = moment[:19]
                found = [each for each in found if each.updated_at[:19] >= since]
        return found


def _variant(
    said: Mapping[str, Any], before: Mapping[int, Variant], new_id: Callable[[], int]
) -> Variant:
    known = before.get(said.get("id", 0)) or Variant(id=said.get("id") or new_id())
    told = {name: said[name] for name in _OF_VARIANT if name in said}
    made = replace(known, **told)
    if made.policy not in _POLICIES:
        raise BadControl(f"policy: must be one of {', '.join(_POLICIES)}")
    return made


def _crossings(before: Product, after: Product) -> list[str]:
    """What of it is sold out now, or no more."""
    had = {each.id: each.is_for_sale for each in before.variants}
    found = []
    for each in after.variants:
        if had.get(each.id, each.is_for_sale) != each.is_for_sale:
            word = "in_stock" if each.is_for_sale else "out_of_stock"
            found.append(f"variants/{word}:{each.id}")
    return found


# As it is told


def bodies_of(product: Product, topics: Iterable[str]) -> Iterable[tuple[str, Any]]:
    """Each topic with its body. One of a variant has that behind it."""
    for topic in topics:
        name, _, variant = topic.partition(":")
        yield (
            name,
            _variant_body(product, int(variant)) if variant else body_of(product),
        )


def body_of(product: Product) -> dict[str, Any]:
    return {
        "admin_graphql_api_id": f"gid://shopify/Product/{product.id}",
        "body_html": product.description,
        "handle": product.handle,
        "id": product.id,
        "product_type": product.kind,
        "published_at": product.updated_at if product.published else None,
        "title": product.title,
        "updated_at": product.updated_at,
        "vendor": product.vendor,
        "status": product.status.lower(),
        "tags": ", ".join(product.tags),
        "images": [{"src": each} for each in product.images],
        "variants": [_variant_body(product, each.id) for each in product.variants],
    }


def stock_body(variant: Variant, now: str) -> dict[str, Any]:
    return {
        "inventory_item_id": variant.id + _STOCK_IDS,
        "location_id": 24826418,
        "available": variant.stock,
        "updated_at": now,
    }


def _variant_body(product: Product, variant_id: int) -> dict[str, Any]:
    [variant] = [each for each in product.variants if each.id == variant_id]
    return {
        "id": variant.id,
        "product_id": product.id,
        "title": variant.title,
        "price": variant.price,
        "compare_at_price": variant.compare_at_price,
        "inventory_policy": variant.policy.lower(),
        "inventory_quantity": variant.stock,
        "sku": variant.sku,
        "barcode": variant.barcode,
        "updated_at": product.updated_at,
    }


def product_node(product: Product, domain: str, markets: Markets) -> Node:
    url = f"https://{domain}/products/{product.handle}" if product.published else None
    media = [
        {
            "__typename": "MediaImage",
            "id": f"gid://shopify/MediaImage/{product.id * 100 + place}",
            "image": {"url": each},
        }
        for place, each in enumerate(product.images)
    ]
    return {
        "__typename": "Product",
        "id": f"gid://shopify/Product/{product.id}",
        "legacyResourceId": str(product.id),
        "title": product.title,
        "handle": product.handle,
        "status": product.status,
        "onlineStoreUrl": url if product.status == "ACTIVE" else None,
        "descriptionHtml": product.description,
        "vendor": product.vendor,
        "productType": product.kind,
        "isGiftCard": product.gift_card,
        "tags": list(product.tags),
        "category": _category(product.category),
        "updatedAt": product.updated_at,
        "media": lambda a: connection(media, a),
        "translations": lambda a: [
            {"key": key, "value": value}
            for key, value in product.translations.get(a["locale"], {}).items()
        ],
        "variants": lambda a: connection(
            [_variant_node(each, markets) for each in product.variants], a
        ),
    }


def _category(name: str | None) -> Node | None:
    return {"id": f"gid://shopify/TaxonomyCategory/{name}"} if name else None


def _variant_node(variant: Variant, markets: Markets) -> dict[str, Any]:
    options = [
        {"name": name, "value": value} for name, value in variant.options.items()
    ]
    return {
        "__typename": "ProductVariant",
        "id": f"gid://shopify/ProductVariant/{variant.id}",
        "legacyResourceId": str(variant.id),
        "title": variant.title,
        "sku": variant.sku,
        "barcode": variant.barcode,
        "price": variant.price,
        "compareAtPrice": variant.compare_at_price,
        "availableForSale": variant.is_for_sale,
        "inventoryQuantity": variant.stock,
        "inventoryPolicy": variant.policy,
        "contextualPricing": lambda a: markets.pricing(variant, a["context"]),
        "selectedOptions": options or [{"name": "Title", "value": "Default Title"}],
        "image": {"url": variant.image} if variant.image else None,
        "inventoryItem": {
            "id": f"gid://shopify/InventoryItem/{variant.id + _STOCK_IDS}",
            "tracked": variant.tracked,
        },
    }
