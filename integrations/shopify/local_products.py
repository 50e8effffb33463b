"""What a store's products are called in another language, and cost in a country."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from core.products import LocalPrice, Places, Product, Translation, Variant
from core.values import ShopDomain
from integrations.shopify.graphql import AdminClient

Node = Mapping[str, Any]

_VARIANTS_AT_ONCE = 200
_LANGUAGE, _COUNTRY = "in_", "at_"
"""What the names begin with under which a file has them."""


def with_places(text: str, places: Places) -> str:
    """A query of products that asks for what is otherwise in these places, too."""
    translations = (
        f'{_LANGUAGE}{each.replace("-", "_")}: translations(locale: "{each}") '
        "{ key value }"
        for each in places.languages
    )
    prices = (
        f"{_COUNTRY}{each}: contextualPricing(context: {{ country: {each} }}) "
        "{ price { amount currencyCode } compareAtPrice { amount currencyCode } }"
        for each in places.countries
    )
    text = text.replace("TRANSLATIONS", " ".join(translations))
    return text.replace("PRICES", " ".join(prices))


def translations_in(node: Node) -> Iterator[Translation]:
    """Those that stand at a product of a file."""
    for name in sorted(node):
        if name.startswith(_LANGUAGE):
            language = name.removeprefix(_LANGUAGE).replace("_", "-")
            yield from _translation(language, node[name])


def prices_in(node: Node) -> Iterator[LocalPrice]:
    """Those that stand at a variant of a file."""
    for name in sorted(node):
        if name.startswith(_COUNTRY):
            yield from _price(name.removeprefix(_COUNTRY), node[name])


def with_local(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    products: Sequence[Product],
    places: Places,
) -> list[Product]:
    """The same products with what is otherwise about them in these places. Raises as
    ``AdminClient.run``."""
    if not products:
        return []
    words: dict[str, list[Translation]] = {}
    for language in sorted(places.languages):
        ids = [f"gid://shopify/Product/{each.product_id}" for each in products]
        asked = {"ids": ids, "language": language}
        for node in _found(client, shop, token, "catalog_translations", asked):
            told = _translation(language, node["translations"])
            words.setdefault(node["id"], []).extend(told)
    prices: dict[str, list[LocalPrice]] = {}
    for country in sorted(places.countries):
        for ids in _few(products):
            asked = {"ids": ids, "country": country}
            for node in _found(client, shop, token, "catalog_prices", asked):
                told_price = _price(country, node["contextualPricing"])
                prices.setdefault(node["id"], []).extend(told_price)
    return [_with(each, words, prices) for each in products]


def _found(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    name: str,
    asked: Mapping[str, Any],
) -> list[Node]:
    said = client.run(shop, token, name, dict(asked))["nodes"]
    return [each for each in said if each and each.get("id")]


def _few(products: Iterable[Product]) -> Iterator[list[str]]:
    ids = [
        f"gid://shopify/ProductVariant/{variant.variant_id}"
        for each in products
        for variant in each.variants
    ]
    for place in range(0, len(ids), _VARIANTS_AT_ONCE):
        yield ids[place : place + _VARIANTS_AT_ONCE]


def _with(
    product: Product,
    words: Mapping[str, list[Translation]],
    prices: Mapping[str, list[LocalPrice]],
) -> Product:
    def priced(variant: Variant) -> Variant:
        name = f"gid://shopify/ProductVariant/{variant.variant_id}"
        return replace(variant, local_prices=tuple(prices.get(name, ())))

    name = f"gid://shopify/Product/{product.product_id}"
    return replace(
        product,
        translations=tuple(words.get(name, ())),
        variants=tuple(map(priced, product.variants)),
    )


def _translation(language: str, said: object) -> Iterator[Translation]:
    """Nothing where no text of it is translated."""
    texts = {each["key"]: each["value"] or "" for each in said or ()}  # type: ignore[attr-defined]
    title, description = texts.get("title", ""), texts.get("body_html", "")
    if title or description:
        yield Translation(language=language, title=title, description=description)


def _price(country: str, said: Node | None) -> Iterator[LocalPrice]:
    """Nothing where the store does not sell there."""
    price = _amount((said or {}).get("price"))
    if said is None or price is None:
        return
    yield LocalPrice(
        country=country,
        currency=said["price"]["currencyCode"],
        price=price,
        was_price=_amount(said.get("compareAtPrice")),
    )


def _amount(said: Node | None) -> Decimal | None:
    try:
        amount = Decimal(str(said["amount"])) if said else None
    except InvalidOperation:
        return None
    return amount if amount is None or amount.is_finite() else None
