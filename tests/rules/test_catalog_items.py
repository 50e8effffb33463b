"""A product of the store comes out as items that Meta takes, or with why it is none."""

import json
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalog import (
    MOST_ADDITIONAL_IMAGES,
    MOST_BRAND,
    MOST_DESCRIPTION,
    MOST_LINK,
    MOST_OPTION,
    MOST_TITLE,
    Availability,
    Item,
    Upsert,
)
from core.currencies import written
from core.products import Product, ProductStatus, Variant, as_json, from_json
from core.values import Money, ProductId, VariantId
from integrations.meta.catalog_items import as_written, request_of
from integrations.meta.catalog_schema import problems_of_request
from notifications.rules.catalog_items import MOST_IMAGES, Terms, Withheld, items_of
from sandbox.meta.catalog_rules import found_at_once, found_in_work

TERMS = Terms(currency="EUR", name="Ada's Things", hidden_tag="not-on-whatsapp")
IMAGE = "https://cdn.shopify.com/s/files/1/1/products/shirt.jpg?v=17&width=4000"
SHIRT = Variant(
    variant_id=VariantId(45100000000001),
    title="Sand / M",
    price=Decimal("34.00"),
    barcode="4006381333931",
    options=(("Colour", "Sand"), ("Size", "M")),
    stock=3,
    inventory_item_id=7,
)
PRODUCT = Product(
    product_id=ProductId(8100000000001),
    title="Linen shirt",
    handle="linen-shirt",
    status=ProductStatus.ACTIVE,
    url="https://ada.example/products/linen-shirt",
    description="<p>Soft</p>",
    vendor="Ada",
    tags=("summer",),
    category="aa-1-13",
    images=(IMAGE, "https://cdn.shopify.com/s/files/1/1/products/back.jpg"),
    variants=(SHIRT,),
)


def shown(product=PRODUCT, terms=TERMS, **changes):
    """What becomes of the product's one variant."""
    own = {k: v for k, v in changes.items() if k in Variant.__dataclass_fields__}
    more = {k: v for k, v in changes.items() if k not in own}
    if "title" in own:
        more["title"] = own.pop("title")
    variant = replace(SHIRT, **own)
    made = replace(product, **{"variants": (variant,), **more})
    return items_of(made, terms)[variant.variant_id]


def test_a_product_is_an_item_with_all_that_the_store_tells():
    item = shown()

    assert item == Item(
        retailer_id="45100000000001",
        item_group_id="8100000000001",
        title="Linen shirt",
        description="Soft",
        link="https://ada.example/products/linen-shirt"
        "?variant=45100000000001&utm_source=whatsapp&utm_medium=catalog",
        image_link="https://cdn.shopify.com/s/files/1/1/products/shirt.jpg"
        "?v=17&width=1080",
        additional_image_links=(
            "https://cdn.shopify.com/s/files/1/1/products/back.jpg?width=1080",
        ),
        price=Money(Decimal("34.00"), "EUR"),
        availability=Availability.IN_STOCK,
        brand="Ada",
        gtin="4006381333931",
        google_product_category="1604",
        color="Sand",
        size="M",
    )


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"status": ProductStatus.DRAFT}, Withheld.DRAFT),
        ({"status": ProductStatus.ARCHIVED}, Withheld.ARCHIVED),
        ({"status": ProductStatus.UNLISTED}, Withheld.UNLISTED),
        ({"url": None}, Withheld.UNPUBLISHED),
        ({"is_gift_card": True}, Withheld.GIFT_CARD),
        ({"tags": ("a", " Not-On-WhatsApp ")}, Withheld.HIDDEN),
        ({"title": " \u202e "}, Withheld.NO_TITLE),
        ({"url": "ftp://ada.example/x"}, Withheld.NO_LINK),
        ({"url": "https://ada@evil.example/x"}, Withheld.NO_LINK),
        ({"url": "https://ada.example/" + "x" * 2_000}, Withheld.NO_LINK),
        ({"images": ()}, Withheld.NO_IMAGE),
        ({"images": ("http://ada.example/x.jpg", "data:image/png;base64,AA")},
         Withheld.NO_IMAGE),
        ({"price": Decimal(0)}, Withheld.NO_PRICE),
        ({"price": Decimal(-1)}, Withheld.NO_PRICE),
        ({"price": Decimal("0.004")}, Withheld.NO_PRICE),
        ({"price": Decimal("NaN")}, Withheld.NO_PRICE),
        ({"price": Decimal(10**12)}, Withheld.NO_PRICE),
        ({"url": "https://localhost/x"}, Withheld.NO_LINK),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_withheld_with_the_reason(change, because):
    assert shown(**change) is because


def test_without_a_tag_that_hides_none_hides():
    terms = replace(TERMS, hidden_tag="")

    assert isinstance(shown(terms=terms, tags=("", "not-on-whatsapp")), Item)


@pytest.mark.parametrize(
    ("currency", "price", "was", "full", "sale"),
    [
        ("EUR", "34.00", None, "34.00", None),
        ("EUR", "34.00", "49.90", "49.90", "34.00"),
        ("EUR", "34.00", "34.00", "34.00", None),
        ("EUR", "34.00", "20.00", "34.00", None),
        ("EUR", "34.00", "0.00", "34.00", None),
        ("KRW", "48000.00", "52000.00", "52000", "48000"),
        ("KRW", "1000.4", "1000.2", "1000", None),
        ("KWD", "1.250", "2.125", "2.125", "1.250"),
    ],
)
def test_what_it_cost_before_makes_it_a_sale(currency, price, was, full, sale):
    item = shown(
        terms=replace(TERMS, currency=currency),
        price=Decimal(price),
        was_price=None if was is None else Decimal(was),
    )

    assert (written(item.price), item.price.currency) == (full, currency)
    assert (item.sale_price and written(item.sale_price)) == sale


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"stock": 0}, Availability.OUT_OF_STOCK),
        ({"stock": -4}, Availability.OUT_OF_STOCK),
        ({"stock": 0, "is_tracked": False}, Availability.IN_STOCK),
        ({"stock": -4, "sells_on": True}, Availability.IN_STOCK),
        ({"stock": 9, "is_for_sale": False}, Availability.OUT_OF_STOCK),
    ],
)
def test_whether_it_can_be_bought_is_by_stock_and_policy(change, word):
    assert shown(**change).availability is word


def test_a_variants_own_image_comes_first_and_none_twice():
    item = shown(image=PRODUCT.images[1])

    assert "back.jpg" in item.image_link
    assert [each.count("shirt.jpg") for each in item.additional_image_links] == [1]


def test_an_image_of_the_stores_own_domain_is_asked_for_in_a_size_too():
    [first, other] = (
        shown(images=(url,)).image_link
        for url in (
            "https://ada.example/cdn/shop/files/a.png",
            "https://b.example/c.png",
        )
    )

    assert first == "https://ada.example/cdn/shop/files/a.png?width=1080"
    assert other == "https://b.example/c.png"


def test_what_has_no_description_says_whose_it_is():
    """Meta takes none that says the same as the title."""
    for html in ("", "<p> </p>", "LINEN <b>Shirt</b>"):
        assert shown(description=html).description == "Linen shirt · Ada"


def test_an_option_without_a_place_stands_behind_the_title():
    options = (("Engraving", "With love"), ("Size", "M"))
    variant = replace(SHIRT, options=options)
    plain = replace(SHIRT, variant_id=VariantId(2), options=(("Engraving", "None"),))

    alone = shown(options=options)
    both = items_of(replace(PRODUCT, variants=(variant, plain)), TERMS)

    assert (alone.title, alone.size) == ("Linen shirt", "M")
    assert [each.title for each in both.values()] == [
        "Linen shirt - With love",
        "Linen shirt - None",
    ]


def test_the_store_is_the_brand_of_what_has_none():
    assert shown(vendor=" \u202e").brand == "Ada's Things"


def test_an_address_in_any_script_can_be_opened():
    item = shown(url="https://münchen.example/products/größe?a=1&variant=9")

    assert item.link.startswith(
        "https://xn--mnchen-3ya.example/products/gr%C3%B6%C3%9Fe"
    )
    query = dict(parse_qsl(urlsplit(item.link).query))
    assert (query["a"], query["variant"]) == ("1", "45100000000001")


def test_three_hundred_variants_are_three_hundred_items_of_one_product():
    variants = tuple(
        replace(SHIRT, variant_id=VariantId(n), options=(("Size", str(n)),))
        for n in range(1, 301)
    )

    items = items_of(replace(PRODUCT, variants=variants), TERMS)

    assert len({each.retailer_id for each in items.values()}) == 300
    assert {each.item_group_id for each in items.values()} == {"8100000000001"}
    assert len({each.fingerprint() for each in items.values()}) == 300


def test_only_what_is_asked_for_is_made():
    other = replace(SHIRT, variant_id=VariantId(2))
    both = replace(PRODUCT, variants=(SHIRT, other))

    assert items_of(both, TERMS, only={VariantId(2)}).keys() == {2}


_texts = st.text(max_size=300) | st.sampled_from(["a <b>", "<<b>b>", "x </p", "<br/>"])
_amounts = st.decimals(allow_nan=True, allow_infinity=True) | st.none()
_urls = (
    st.sampled_from([IMAGE, "", "http://x", "https://[", "https://a.b/ü d"]) | _texts
)
_variants = st.builds(
    Variant,
    variant_id=st.integers(1, 2**62).map(VariantId),
    title=_texts,
    price=st.decimals(allow_nan=True, allow_infinity=True),
    was_price=_amounts,
    barcode=_texts | st.none(),
    options=st.lists(st.tuples(_texts | st.just("Color"), _texts), max_size=5).map(
        tuple
    ),
    image=_urls | st.none(),
    stock=st.integers(-(10**6), 10**6),
    is_tracked=st.booleans(),
    sells_on=st.booleans(),
    is_for_sale=st.booleans(),
    inventory_item_id=st.integers(1, 2**62) | st.none(),
)
_products = st.builds(
    Product,
    product_id=st.integers(1, 2**62).map(ProductId),
    title=_texts | st.just("X" * 9_999),
    handle=_texts,
    status=st.sampled_from(ProductStatus),
    url=_urls | st.none() | st.just(PRODUCT.url),
    description=_texts | st.just("<p>" + "y " * 9_999),
    vendor=_texts,
    tags=st.lists(_texts, max_size=3).map(tuple),
    category=st.sampled_from(["aa-1", "zz", None]),
    images=st.lists(_urls | st.just(IMAGE), max_size=30).map(tuple),
    variants=st.lists(_variants, max_size=3, unique_by=lambda v: v.variant_id).map(
        tuple
    ),
)


# The first text of a process has tables made for it, which is slow on a busy machine.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_products, st.sampled_from(["EUR", "KRW", "KWD"]))
def test_every_item_that_comes_out_is_one_that_meta_takes(product, currency):
    found = items_of(product, replace(TERMS, currency=currency))

    assert found.keys() == {each.variant_id for each in product.variants}
    for item in found.values():
        if isinstance(item, Item):
            _must_be_taken(item)


def _must_be_taken(item):
    request = request_of(Upsert(item))
    assert problems_of_request(request) == []
    written_down = json.loads(as_written(request))["data"]
    assert found_at_once({"method": "UPDATE", "data": written_down}) == []
    assert found_in_work(written_down, None) == []
    assert 1 <= len(item.title) <= MOST_TITLE
    assert 1 <= len(item.description) <= MOST_DESCRIPTION
    assert 1 <= len(item.brand) <= MOST_BRAND
    assert len(item.additional_image_links) < MOST_IMAGES <= MOST_ADDITIONAL_IMAGES
    for address in (item.link, item.image_link, *item.additional_image_links):
        assert len(address) <= MOST_LINK
        assert address.isascii()
        assert " " not in address
        assert urlsplit(address).scheme in ("http", "https")
    for option in (item.color, item.size, item.material, item.pattern):
        assert option is None or 1 <= len(option) <= MOST_OPTION
    assert Decimal(written(item.price)) > 0
    assert item.sale_price is None or 0 < item.sale_price.amount < item.price.amount


@given(_products)
def test_what_is_kept_of_a_product_is_all_of_it(product):
    again = from_json(as_json(product))

    assert repr(again) == repr(product)
