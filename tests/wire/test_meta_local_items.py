"""What is otherwise about an item in a language or a country, on the wire."""

from dataclasses import replace

import pytest

from core.catalog import (
    LANGUAGES,
    DeleteLocal,
    LocalPrices,
    LocalWords,
    ShownLocal,
    Upsert,
    UpsertLocal,
)
from integrations.meta import catalog_items, catalog_local
from integrations.meta.catalog_schema import problems_of_request
from tests.samples_of_items import item, money

WORDS = LocalWords(title="Chemise", description="En lin.")
PRICES = LocalPrices(price=money("49.90", "USD"), sale_price=money("39.90", "USD"))


def test_texts_are_of_a_language_and_prices_of_a_country():
    words = catalog_items.request_of(UpsertLocal("7", "pt-BR", WORDS))
    prices = catalog_items.request_of(UpsertLocal("7", "US", PRICES))

    assert words == {
        "method": "UPDATE",
        "localization": {"type": "LANGUAGE", "value": "pt_XX"},
        "data": {"id": "7", "title": "Chemise", "description": "En lin."},
    }
    assert prices == {
        "method": "UPDATE",
        "localization": {"type": "COUNTRY", "value": "US"},
        "data": {"id": "7", "price": "49.90 USD", "sale_price": "39.90 USD"},
    }
    assert problems_of_request(words) == problems_of_request(prices) == []


def test_a_sale_that_is_over_is_said_to_be():
    told = UpsertLocal("7", "US", replace(PRICES, sale_price=None))

    assert catalog_items.request_of(told)["data"]["sale_price"] == ""


def test_what_is_the_same_everywhere_is_taken_back():
    assert catalog_items.request_of(DeleteLocal("7", "ko")) == {
        "method": "DELETE",
        "localization": {"type": "LANGUAGE", "value": "ko_KR"},
        "data": {"id": "7"},
    }


@pytest.mark.parametrize(
    "otherwise",
    [
        replace(WORDS, title=""),
        replace(WORDS, title="x" * 201),
        replace(WORDS, description="<b>En lin</b>"),
        replace(PRICES, price=money("0.00", "USD")),
        replace(PRICES, sale_price=money("49.90", "USD")),
        replace(PRICES, sale_price=money("1.00", "EUR")),
    ],
)
def test_what_meta_would_refuse_is_found_before(otherwise):
    place = "fr" if isinstance(otherwise, LocalWords) else "US"
    request = catalog_items.request_of(UpsertLocal("7", place, otherwise))

    assert problems_of_request(request) != []


def test_a_portion_is_for_one_place():
    changes = [
        Upsert(item(1)),
        UpsertLocal("4100001", "fr", WORDS),
        UpsertLocal("4100002", "fr", WORDS),
        UpsertLocal("4100001", "US", PRICES),
    ]

    assert list(catalog_items.portions(changes)) == [
        changes[:1],
        changes[1:3],
        changes[3:],
    ]


def test_every_language_has_a_code_of_metas_own():
    codes = {each: catalog_local.key_of(each) for each in LANGUAGES}

    assert all("_" in code for code in codes.values())
    assert len(set(codes.values())) == len(codes)


@pytest.mark.parametrize(
    "values",
    [
        {"title": "Chemise", "price": "$1,049.90"},
        [
            {"name": "title", "value": "Chemise"},
            {"name": "price", "value": "$1,049.90"},
        ],
    ],
)
@pytest.mark.parametrize("is_edge", [True, False])
def test_what_meta_shows_is_read_in_each_of_its_forms(values, is_edge):
    each = {"type": "language", "key": "fr_XX", "values": values}
    other = {"type": "country", "key": "DE", "values": {"price": "1 EUR"}}
    told = {"data": [each, other]} if is_edge else [each, other]

    found = list(catalog_local.shown_local({"override_details": told}, ["fr", "US"]))

    assert found == [ShownLocal(place="fr", title="Chemise", price="104990")]
