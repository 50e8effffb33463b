"""What a store says of the things in a cart, and of whoever has left it."""

import json
from typing import Any

import pytest

from core import http
from core.errors import TryLater, WillNotWork
from core.outcomes import Answer
from core.shopping import Since
from core.values import CheckoutNumber, ShopDomain, VariantId
from integrations.shopify import payloads, stock
from integrations.shopify.graphql import AdminClient
from sandbox.shopify import DEFAULT_SHOP
from sandbox.shopify.people import PRODUCTS
from tests.wire.shopify_bodies import example
from tests.wire.store_caller import TOKEN, open_store

SHOP = ShopDomain(DEFAULT_SHOP)
APRON, MUG, TRAY = (VariantId(each.variant_id) for each in PRODUCTS[:3])
NOT_THERE = VariantId(7)
BUYER = {"phone": "+4915112345678", "locale": "de"}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path, tmp_path / "verdicts.json") as store:
        yield store


def client_of(store):
    return AdminClient(
        http.caller(), f"{store.control.url}/{{shop}}", "2026-10", lambda _: None
    )


def gone(store, *things):
    return stock.things_gone(client_of(store), SHOP, TOKEN, things)


def left(store, **changes):
    """The number of a checkout that somebody has left."""
    store.subscribe("CHECKOUTS_CREATE")
    store.control.post("checkouts", {**BUYER, **changes})
    body = json.dumps(store.inbox.next_body()).encode()
    [seen] = payloads.read("checkouts/create", body)
    return seen.number


def since(store, *carts):
    return stock.since_left(client_of(store), SHOP, TOKEN, carts)


def test_what_is_sold_out_or_deleted_is_gone_and_all_else_is_there(store):
    store.control.post("stock", {"sku": "APR-SND", "quantity": 0})
    store.control.post("stock", {"sku": "MUG-CEL", "deleted": True})

    assert gone(store, APRON, MUG, TRAY, NOT_THERE) == {APRON, MUG, NOT_THERE}


def test_what_comes_back_is_there_again(store):
    store.control.post("stock", {"sku": "APR-SND", "deleted": True})
    store.control.post("stock", {"sku": "APR-SND", "quantity": 1})

    assert gone(store, APRON) == set()


def test_so_many_as_are_asked_for_at_once_cost_no_more_than_is_said(store):
    many = [VariantId(n + 1) for n in range(stock.THINGS_AT_ONCE)]

    assert gone(store, *many) == set(many)


@pytest.mark.parametrize("status", ["ARCHIVED", "DRAFT"])
def test_what_the_owner_has_put_away_is_gone_though_there_is_some(status):
    node = {
        "id": f"gid://shopify/ProductVariant/{APRON}",
        "availableForSale": True,
        "product": {"status": status},
    }

    assert stock.things_gone(answering({"nodes": [node]}), SHOP, "t", [APRON]) == {
        APRON
    }


def test_who_may_not_see_things_does_not_take_them_for_gone(store):
    store.control.post(
        "shops", {"domain": DEFAULT_SHOP, "token": TOKEN, "scopes": "read_orders"}
    )

    with pytest.raises(WillNotWork) as refused:
        gone(store, APRON)

    assert refused.value.code == "shopify_access_denied"


def test_a_part_of_an_answer_is_none():
    with pytest.raises(TryLater) as later:
        stock.things_gone(answering({"nodes": [None]}, "INTERNAL"), SHOP, "t", [APRON])

    assert later.value.code == "shopify_partial_data"


def test_nothing_happened_since_a_cart_was_left(store):
    number = left(store)

    assert since(store, number) == {number: Since(ordered=False, drafted=False)}


def test_an_order_of_the_same_person_is_seen(store):
    number = left(store)
    store.control.post("orders", BUYER)

    assert since(store, number)[number].ordered


def test_a_draft_order_for_the_same_person_is_seen(store):
    number = left(store)
    store.control.post("draft_orders", BUYER)

    assert since(store, number) == {number: Since(ordered=False, drafted=True)}


def test_of_a_cart_that_shopify_does_not_know_nothing_is_said(store):
    assert since(store, CheckoutNumber(7)) == {}
    assert since(store) == {}


def test_as_many_carts_as_the_document_has_names_are_asked_for_at_once(store):
    number = left(store)
    many = [CheckoutNumber(n + 1) for n in range(stock.CARTS_AT_ONCE - 1)]

    assert list(since(store, *many, number)) == [number]


@pytest.mark.parametrize(
    ("name", "number"),
    [("#35550298931313", 35550298931313), ("35550298931313", None), ("#0", None)],
)
def test_a_checkout_is_known_by_the_number_in_its_name(name, number):
    body = json.dumps({**example("checkouts/create"), "name": name}).encode()

    [seen] = payloads.read("checkouts/create", body)

    assert seen.number == number


def answering(data: Any, error: str | None = None) -> AdminClient:
    errors = {"errors": [{"message": "x", "extensions": {"code": error}}]}
    said = {"data": data, **(errors if error else {})}
    answer = Answer(200, {}, json.dumps(said).encode())
    return AdminClient(
        lambda *_a, **_k: answer, "https://{shop}", "2026-10", lambda _: None
    )
