"""What is otherwise about an item for those of a language or a country."""

from collections.abc import Iterator, Sequence

from core.catalog import Item, LocalPrices, LocalWords, Otherwise
from core.products import Product, Variant
from notifications.rules.catalog_items import others_of, prices_of, titled
from notifications.rules.catalog_texts import description_of, title_of


def otherwise_of(
    product: Product, variant: Variant, item: Item, places: Sequence[str]
) -> Iterator[tuple[str, Otherwise]]:
    """By place. Nothing where it is called and costs the same there as everywhere, or
    where the store says nothing of it."""
    words = {each.language: each for each in product.translations}
    prices = {each.country: each for each in variant.local_prices}
    for place in places:
        found: Otherwise | None = None
        if place in words:
            said = words[place]
            found = _words(product, variant, item, said.title, said.description)
        elif place in prices:
            there = prices[place]
            told = prices_of(there.price, there.was_price, there.currency)
            if told is not None:
                found = LocalPrices(price=told[0], sale_price=told[1])
        if found is not None and not _is_same(found, item):
            yield place, found


def _words(
    product: Product, variant: Variant, item: Item, title: str, description: str
) -> LocalWords:
    """Whole, since Meta leaves as it was what is not said: what is not translated is as
    it is for everybody."""
    named = title_of(title)
    if named and len(product.variants) > 1:
        named = titled(named, others_of(variant))
    told = description_of(description)
    called = named or item.title
    if not told or told.casefold() == called.casefold():
        told = item.description
    return LocalWords(title=called, description=told)


def _is_same(found: Otherwise, item: Item) -> bool:
    names = ("title", "description")
    if isinstance(found, LocalPrices):
        names = ("price", "sale_price")
    return all(getattr(found, name) == getattr(item, name) for name in names)
