"""Addresses that lead back to a cart: whatever is in names, they say it and no more."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.shopping import MOST_LINES, Basket, lines_of
from integrations.shopify.cart_links import LONGEST, leading_to

RECOVERY = "https://ada.example/548/checkouts/ac/Z2NwLX/recover?key=5e&locale=en-US"
REF = "1a20263648800002213a4c830.0123456789abcdef"
NOBODY = Basket(
    host="ada.myshopify.com",
    url=None,
    lines=((11, 2), (12, 1)),
    prefix=None,
    discount_codes=(),
    email=None,
    first_name=None,
    country=None,
    region=None,
    city=None,
    postcode=None,
)
ADA = replace(
    NOBODY,
    email="ada@example.com",
    first_name="Ada",
    country="DE",
    region="BE",
    city="Berlin",
    postcode="10115",
)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
ids = st.integers(1, 2**63 - 1)


def said(url):
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))


def test_a_cart_is_filled_with_what_was_in_it_and_what_is_known_of_the_buyer():
    url = leading_to(ADA, codes=["TEA10"], reference=REF)

    assert url.startswith("https://ada.myshopify.com/cart/11:2,12:1?")
    assert said(url) == {
        "checkout[email]": "ada@example.com",
        "checkout[shipping_address][first_name]": "Ada",
        "checkout[shipping_address][city]": "Berlin",
        "checkout[shipping_address][province]": "BE",
        "checkout[shipping_address][country]": "DE",
        "checkout[shipping_address][zip]": "10115",
        "discount": "TEA10",
        "attributes[_wa_ref]": REF,
    }


def test_what_is_not_known_is_not_said():
    assert leading_to(NOBODY) == "https://ada.myshopify.com/cart/11:2,12:1"


def test_the_pages_of_another_language_of_the_stores_begin_with_it():
    url = leading_to(replace(NOBODY, prefix="fr"))

    assert url == "https://ada.myshopify.com/fr/cart/11:2,12:1"


def test_the_stores_own_address_stays_as_it_is_and_gets_more():
    url = leading_to(replace(ADA, url=RECOVERY), codes=["TEA10"], reference=REF)

    more = f"&discount=TEA10&attributes%5B_wa_ref%5D={REF}"
    assert url == RECOVERY + more


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        ("https://a.example/r", "https://a.example/r?discount=X"),
        ("https://a.example/r?k=1#top", "https://a.example/r?k=1&discount=X#top"),
        ("https://a.example/r?k=a%26b+c", "https://a.example/r?k=a%26b+c&discount=X"),
        ("https://bücher.example/ä?ö=ü",
         "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC&discount=X"),
        ("http://127.0.0.1:8000/r", "http://127.0.0.1:8000/r?discount=X"),
    ],
)  # fmt: skip
def test_any_address_is_fit_for_a_header(url, leads_to):
    assert leading_to(replace(NOBODY, url=url), codes=["X"]) == leads_to


def test_discounts_stand_together_the_buyers_own_too():
    basket = replace(NOBODY, discount_codes=["OWN", "TEA10"])

    assert said(leading_to(basket, codes=["TEA10"])) == {"discount": "OWN,TEA10"}
    assert said(leading_to(replace(basket, url=RECOVERY), codes=["TEA10"])) == {
        "key": "5e",
        "locale": "en-US",
        "discount": "TEA10",
    }


def test_a_code_that_would_be_two_is_left_out():
    assert said(leading_to(NOBODY, codes=["A,B", "C"])) == {"discount": "C"}


@given(name=texts, city=texts, code=texts.filter(lambda t: "," not in t))
def test_any_script_and_any_sign_arrives_as_it_was(name, city, code):
    basket = replace(NOBODY, first_name=name, city=city)

    url = leading_to(basket, codes=[code], reference=REF)

    assert url is not None
    assert url.isascii()
    assert url.isprintable()
    if len(said(url)) == 4:
        assert said(url)["checkout[shipping_address][first_name]"] == name
        assert said(url)["checkout[shipping_address][city]"] == city
    assert said(url)["discount"] == code
    assert said(url)["attributes[_wa_ref]"] == REF


@given(name=texts, city=texts)
def test_nothing_in_a_name_says_anything_else(name, city):
    """No more fields, and never another host: names are strangers' words."""
    plain = leading_to(replace(NOBODY, first_name="A", city="B"))

    url = leading_to(replace(NOBODY, first_name=name, city=city))

    assert urlsplit(url)[:3] == urlsplit(plain)[:3]
    assert said(url).keys() <= said(plain).keys()


def test_the_address_without_the_buyer_is_better_than_one_that_is_too_long():
    basket = replace(ADA, city="ß" * 400)

    url = leading_to(basket, reference=REF)

    assert said(url) == {"attributes[_wa_ref]": REF}


@given(st.lists(st.tuples(ids, st.integers(1, 10**9)), min_size=1, max_size=80))
def test_an_address_holds_all_of_a_cart_or_there_is_none(things):
    """It leads to the very things, or the caller knows that it cannot."""
    url = leading_to(replace(NOBODY, lines=lines_of(things)), reference=REF)

    if len(dict(things)) > MOST_LINES:
        assert url is None
    else:
        assert len(url) <= LONGEST
        in_cart = urlsplit(url).path.removeprefix("/cart/").split(",")
        counted = {}
        for variant, count in things:
            counted[variant] = counted.get(variant, 0) + count
        assert in_cart == [f"{variant}:{count}" for variant, count in counted.items()]


@pytest.mark.parametrize(
    "things", [[], [(None, 1)], [(11, 1), (None, 1)], [(11, 0)]], ids=str
)
def test_what_has_no_place_in_a_cart_fills_none(things):
    assert lines_of(things) == ()
    assert leading_to(replace(NOBODY, lines=lines_of(things))) is None


def test_an_address_of_the_stores_that_gets_too_long_is_none():
    url = f"https://ada.example/r?key={'x' * 1_970}"

    assert leading_to(replace(NOBODY, url=url), reference=REF) is None
