"""Items of a catalog, for tests that need some."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.catalog import Availability, Item
from core.values import Money

ITEM = Item(
    retailer_id="4100001",
    item_group_id="4100",
    title="Linen shirt",
    description="A shirt of linen.",
    link="https://ada.example/products/shirt?variant=4100001",
    image_link="https://ada.example/shirt.jpg",
    price=Money(Decimal("39.90"), "EUR"),
    availability=Availability.IN_STOCK,
    brand="Ada",
)


def item(number: int = 1, **changes: Any) -> Item:
    return replace(ITEM, **{"retailer_id": str(4_100_000 + number), **changes})


def money(amount: str, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)
