"""What is otherwise about an item somewhere is what the store says, and no more."""

from decimal import Decimal

from core.catalog import LocalPrices, LocalWords
from core.products import (
    LocalPrice,
    Product,
    ProductStatus,
    Translation,
    Variant,
    as_json,
    from_json,
)
from core.values import ProductId, VariantId
from notifications.rules.catalog_items import Terms, items_of
from notifications.rules.catalog_places import otherwise_of
from tests.samples_of_items import money

TERMS = Terms(currency="EUR", name="Ada")
FRENCH = Translation(language="fr", title="Chemise", description="<p>En lin.</p>")


def variant(number=1, **said):
    price = {"price": Decimal("20.00"), "title": "One", **said}
    return Variant(variant_id=VariantId(number), **price)


def product(*variants, translations=(FRENCH,)):
    return Product(
        product_id=ProductId(7),
        title="Shirt",
        handle="shirt",
        status=ProductStatus.ACTIVE,
        url="https://ada.example/products/shirt",
        description="Of linen.",
        images=("https://ada.example/shirt.jpg",),
        translations=translations,
        variants=variants or (variant(),),
    )


def found(made, places=("fr", "US")):
    first = made.variants[0]
    item = items_of(made, TERMS)[first.variant_id]
    return dict(otherwise_of(made, first, item, places))


def there(price, currency="USD", was=None):
    return LocalPrice(
        country="US",
        currency=currency,
        price=Decimal(price),
        was_price=None if was is None else Decimal(was),
    )


def test_texts_are_those_of_the_translation():
    assert found(product()) == {
        "fr": LocalWords(title="Chemise", description="En lin.")
    }


def test_what_is_not_translated_is_as_it_is_for_everybody():
    title = product(translations=(Translation(language="fr", title="Chemise"),))
    text = product(translations=(Translation(language="fr", description="En lin."),))

    assert found(title)["fr"].description == "Of linen."
    assert found(text)["fr"].title == "Shirt"


def test_what_tells_variants_apart_stands_behind_the_translated_title():
    made = product(
        variant(1, options=(("Cut", "Wide"),)), variant(2, options=(("Cut", "Slim"),))
    )

    assert found(made)["fr"].title == "Chemise - Wide"


def test_a_price_is_that_of_the_market():
    made = product(variant(local_prices=(there("24.00", was="30.00"),)))

    assert found(made)["US"] == LocalPrices(
        price=money("30.00", "USD"), sale_price=money("24.00", "USD")
    )


def test_what_is_the_same_as_for_everybody_is_not_otherwise():
    same = Translation(language="fr", title="Shirt", description="Of linen.")
    made = product(variant(local_prices=(there("20.00", "EUR"),)), translations=(same,))

    assert found(made) == {}


def test_what_cannot_be_shown_there_is_not_otherwise():
    assert found(product(variant(local_prices=(there("0.00"),)), translations=())) == {}


def test_what_nobody_wants_is_not_told():
    made = product(variant(local_prices=(there("24.00"),)))

    assert found(made, places=("de", "JP")) == {}


def test_what_the_store_said_is_kept_whole():
    made = product(variant(local_prices=(there("24.00", was="30.00"), there("1"))))

    assert from_json(as_json(made)) == made
