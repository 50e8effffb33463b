"""A store's products with their variants, asked for by their ids or out of a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import WillNotWork
from core.products import NOWHERE, Places, Product, ProductStatus, Variant
from core.values import ProductId, ShopDomain, VariantId
from integrations.shopify.graphql import AdminClient
from integrations.shopify.kinds import LARGEST_ID
from integrations.shopify.local_products import (
    prices_in,
    translations_in,
    with_local,
)
from integrations.shopify.retold import number_of

Node = Mapping[str, Any]

PRODUCTS_AT_ONCE = 8
"""With twenty variants each they cost nearly all that one question may."""
_VARIANT = "gid://shopify/ProductVariant/"
_CATEGORY = "gid://shopify/TaxonomyCategory/"
_MOST_PAGES = 20
"""Ten of these hold all variants that a product may have."""


def products(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    ids: Sequence[ProductId],
    places: Places = NOWHERE,
) -> list[Product]:
    """Those of at most ``PRODUCTS_AT_ONCE`` that the store still has, whole, with what
    is otherwise about them in some ``places``. Raises as ``AdminClient.run``."""
    asked = {"ids": [f"gid://shopify/Product/{each}" for each in ids]}
    said = client.run(shop, token, "catalog_products", asked)["nodes"]
    nodes = [each for each in said if each and each.get("id")]
    found = [_whole(client, shop, token, each) for each in nodes]
    return with_local(client, shop, token, found, places)


def _whole(client: AdminClient, shop: ShopDomain, token: str, node: Node) -> Product:
    variants = [*node["variants"]["nodes"]]
    page = node["variants"]["pageInfo"]
    for _ in range(_MOST_PAGES):
        if not page["hasNextPage"]:
            return product_of(node, node["media"]["nodes"], variants)
        asked = {"id": node["id"], "after": page["endCursor"]}
        found = client.run(shop, token, "catalog_variants", asked)["product"]
        if found is None:  # gone since; what is said of it next is that
            return product_of(node, node["media"]["nodes"], variants)
        variants += found["variants"]["nodes"]
        page = found["variants"]["pageInfo"]
    raise WillNotWork("a product has endless variants", code="product_odd_variants")


def product_in_file(node: Node, parts: Iterable[Node]) -> Product:
    """One that the store has written down, with the parts that stand behind it."""
    variants: list[Node] = []
    media: list[Node] = []
    for part in parts:
        is_variant = str(part.get("id", "")).startswith(_VARIANT)
        (variants if is_variant else media).append(part)
    return product_of(node, media, variants)


def product_of(node: Node, media: Iterable[Node], variants: Iterable[Node]) -> Product:
    return Product(
        product_id=ProductId(_id(node["id"])),
        title=node["title"] or "",
        handle=node["handle"] or "",
        status=_status(node["status"]),
        url=node["onlineStoreUrl"],
        description=node["descriptionHtml"] or "",
        vendor=node["vendor"] or "",
        kind=node["productType"] or "",
        is_gift_card=bool(node["isGiftCard"]),
        tags=tuple(node["tags"] or ()),
        category=_category(node["category"]),
        images=tuple(_images(media)),
        translations=tuple(translations_in(node)),
        variants=tuple(_variant(each) for each in variants),
    )


def _variant(node: Node) -> Variant:
    stocked = node["inventoryItem"] or {}
    return Variant(
        variant_id=VariantId(_id(node["id"])),
        title=node["title"] or "",
        price=_amount(node["price"]) or Decimal(0),
        was_price=_amount(node["compareAtPrice"]),
        sku=node["sku"] or None,
        barcode=node["barcode"] or None,
        options=tuple(
            (each["name"], each["value"]) for each in node["selectedOptions"] or ()
        ),
        image=(node["image"] or {}).get("url"),
        stock=node["inventoryQuantity"] or 0,
        is_tracked=stocked.get("tracked") is not False,
        sells_on=node["inventoryPolicy"] == "CONTINUE",
        is_for_sale=node["availableForSale"] is not False,
        inventory_item_id=number_of(stocked.get("id")),
        local_prices=tuple(prices_in(node)),
    )


def _id(gid: object) -> int:
    number = number_of(gid)
    if number is None or not 1 <= number <= LARGEST_ID:
        raise WillNotWork("Shopify named an odd id", code="product_odd_id")
    return number


def _status(word: object) -> ProductStatus:
    """A status of which we know nothing hides what has it."""
    try:
        return ProductStatus(str(word))
    except ValueError:
        return ProductStatus.DRAFT


def _category(node: Node | None) -> str | None:
    return str(node["id"]).removeprefix(_CATEGORY) if node else None


def _images(media: Iterable[Node]) -> Iterator[str]:
    """Videos and models have none, nor what is not ready yet."""
    for each in media:
        image = each.get("image")
        if image and image.get("url"):
            yield image["url"]


def _amount(text: object) -> Decimal | None:
    try:
        amount = Decimal(str(text)) if text is not None else None
    except InvalidOperation:
        return None
    return amount if amount is None or amount.is_finite() else None
