"""Two items are the same when Meta's buyers would see the same."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from core.catalog import Availability, Condition, Item, ShownItem
from core.currencies import decimals_of, written
from core.values import Money
from tests.samples_of_items import ITEM

OTHERS = {
    "retailer_id": "4100002",
    "item_group_id": "4200",
    "title": "Cotton shirt",
    "description": "A shirt of cotton.",
    "link": "https://ada.example/products/other",
    "image_link": "https://ada.example/other.jpg",
    "price": Money(Decimal("39.91"), "EUR"),
    "availability": Availability.OUT_OF_STOCK,
    "brand": "Bob",
    "additional_image_links": ("https://ada.example/back.jpg",),
    "sale_price": Money(Decimal("29.90"), "EUR"),
    "condition": Condition.USED,
    "gtin": "4006381333931",
    "google_product_category": "212",
    "color": "Blue",
    "size": "M",
    "material": "Linen",
    "pattern": "Plain",
    "custom_labels": ("summer",),
}


@pytest.mark.parametrize("name", [each.name for each in fields(Item)])
def test_another_value_of_any_field_is_another_fingerprint(name):
    other = replace(ITEM, **{name: OTHERS[name]})

    assert other.fingerprint() != ITEM.fingerprint()


def test_the_same_price_written_otherwise_is_the_same_fingerprint():
    same = replace(ITEM, price=Money(Decimal("39.9"), "EUR"))

    assert same.fingerprint() == ITEM.fingerprint()


def test_an_empty_label_behind_the_others_is_none():
    assert replace(ITEM, custom_labels=("",)).fingerprint() == ITEM.fingerprint()
    assert (
        replace(ITEM, custom_labels=("", "new")).fingerprint()
        != replace(ITEM, custom_labels=("new",)).fingerprint()
    )


def test_the_order_of_images_is_a_part_of_the_fingerprint():
    one = replace(ITEM, additional_image_links=("a", "b"))
    other = replace(ITEM, additional_image_links=("b", "a"))

    assert one.fingerprint() != other.fingerprint()


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("39.9", "EUR", "39.90"),
        ("39", "USD", "39.00"),
        ("12000.00", "KRW", "12000"),
        ("1200.5", "JPY", "1201"),
        ("1.5", "KWD", "1.500"),
        ("0.005", "EUR", "0.01"),
        ("1E+3", "KRW", "1000"),
        ("1299.50", "RSD", "1299.50"),
    ],
)
def test_an_amount_has_as_many_decimals_as_its_currency(amount, currency, text):
    assert written(Money(Decimal(amount), currency)) == text


def test_a_currency_that_is_unknown_has_two_decimals():
    assert decimals_of("XXX") == 2


SHOWN = ShownItem(
    retailer_id="4100001",
    item_group_id="4100",
    title="Linen shirt",
    description="A shirt of linen.",
    link=ITEM.link,
    image_link="https://ada.example/shirt.jpg",
    price="3990",
    currency="EUR",
    sale_price=None,
    availability="in stock",
    brand="Ada",
)


def test_what_the_catalog_shows_is_compared_with_what_is_wanted():
    assert SHOWN.shows(ITEM)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Silk shirt"},
        {"description": ""},
        {"link": "https://bob.example"},
        {"image_link": "https://bob.example/shirt.jpg"},
        {"price": "4990"},
        {"currency": "USD"},
        {"sale_price": "2990"},
        {"availability": "out of stock"},
        {"brand": "Bob"},
        {"item_group_id": "1"},
        {"color": "Blue"},
        {"size": "M"},
        {"additional_image_links": ("https://ada.example/back.jpg",)},
        {"condition": "used"},
        {"gtin": "4006381333931"},
    ],
)
def test_whatever_differs_is_found(change):
    assert not replace(SHOWN, **change).shows(ITEM)


def test_what_is_not_told_is_no_difference():
    assert replace(SHOWN, description=None, brand=None, price=None).shows(ITEM)


def test_a_sale_that_ended_at_the_store_is_a_difference_and_so_is_one_that_began():
    on_sale = replace(ITEM, sale_price=Money(Decimal("29.90"), "EUR"))

    assert not SHOWN.shows(on_sale)
    assert replace(SHOWN, sale_price="2990").shows(on_sale)


@pytest.mark.parametrize(
    ("amount", "currency", "told", "same"),
    [
        ("300.00", "TWD", "300", True),
        ("300.00", "TWD", "30000", True),
        ("1299.50", "HUF", "1300", True),
        ("39.90", "EUR", "40", False),
        ("300.00", "EUR", "300", False),
        ("1.500", "KWD", "1500", True),
        ("0.40", "EUR", "40", True),
    ],
)
def test_a_price_is_known_with_as_many_coins_as_meta_knows(
    amount, currency, told, same
):
    item = replace(ITEM, price=Money(Decimal(amount), currency))
    shown = replace(SHOWN, price=told, currency=currency)

    assert shown.shows(item) is same


def test_spaces_are_no_difference_for_buyers_do_not_see_them():
    shown = replace(SHOWN, title="Linen  shirt ", description="A shirt\nof linen.")

    assert shown.shows(ITEM)
