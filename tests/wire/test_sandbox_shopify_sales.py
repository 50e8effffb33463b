"""The simulated Shopify tells of money, carts and odd deliveries as Shopify does."""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from sandbox.chance import dice
from sandbox.control import ControlRefused
from sandbox.shopify.people import BUYERS, PRODUCTS
from sandbox.shopify.rush import number_like
from tests.repo.waiting import eventually
from tests.wire.store_caller import Store, open_store


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verdicts") / "documents.json"


@pytest.fixture
def store(tmp_path: Path, verdicts: Path) -> Iterator[Store]:
    with open_store(tmp_path, verdicts) as store:
        yield store


def documented(shared: Path, name: str) -> Any:
    folder = shared / "payloads/shopify/docs-2026-07"
    return json.loads((folder / f"{name}.json").read_text())


def test_a_price_is_told_in_the_shops_currency_and_in_the_buyers(store: Store) -> None:
    wish = {
        "locale": "ko",
        "shown_in": "KRW",
        "items": [{"sku": "MUG-CEL", "quantity": 2}],
    }

    order = store.control.post("orders", wish)["order"]

    assert (order["currency"], order["presentment_currency"]) == ("EUR", "KRW")
    assert order["total_price"] == "41.90"
    assert order["total_price_set"] == {
        "shop_money": {"amount": "41.90", "currency_code": "EUR"},
        "presentment_money": {"amount": "59000", "currency_code": "KRW"},
    }


def test_every_product_has_a_price_in_three_currencies_more() -> None:
    for product in PRODUCTS:
        assert set(product.abroad) == {"BRL", "KRW", "USD"}
        assert product.price_in("KRW") == product.price_in("KRW").to_integral_value()
        assert product.price_in("EUR") == product.price


def test_an_order_by_bank_transfer_is_paid_when_the_money_comes(store: Store) -> None:
    store.subscribe("ORDERS_CREATE", "ORDERS_PAID")

    order = store.control.post("orders", {"unpaid": True})["order"]
    _, placed = store.webhooks(1)["orders/create"]
    was_quiet = store.inbox.is_quiet()
    store.control.post("paid", {"order_id": order["id"]})
    _, paid = store.webhooks(1)["orders/paid"]

    assert was_quiet
    assert placed["financial_status"] == "pending"
    assert placed["total_outstanding"] == placed["total_price"]
    assert placed["payment_gateway_names"] == ["Bank Deposit"]
    assert (paid["financial_status"], paid["total_outstanding"]) == ("paid", "0.00")


def test_a_refund_is_told_with_every_field_of_the_real(
    store: Store, shared: Path
) -> None:
    real = documented(shared, "refunds__create")
    store.subscribe("REFUNDS_CREATE")
    order = store.control.post("orders", {"shown_in": "BRL"})["order"]
    first, *_others = [line["id"] for line in order["line_items"]]

    store.control.post("refunds", {"order_id": order["id"], "line_item_ids": [first]})
    _, some = store.webhooks(1)["refunds/create"]
    partly = store.control.get("desk")["orders"][0]["payment"]
    store.control.post("refunds", {"order_id": order["id"]})
    _, rest = store.webhooks(1)["refunds/create"]

    assert some.keys() == real.keys()
    line = some["refund_line_items"][0]
    assert line.keys() == real["refund_line_items"][0].keys()
    assert line["line_item"].keys() == real["refund_line_items"][0]["line_item"].keys()
    assert some["transactions"][0].keys() == real["transactions"][0].keys()
    amounts = [Decimal(each["transactions"][0]["amount"]) for each in (some, rest)]
    total = order["total_price_set"]["presentment_money"]["amount"]
    shipping = order["total_shipping_price_set"]["presentment_money"]["amount"]
    assert amounts[0] == Decimal("189.90")
    # The shipping goes back with an order that goes back at once, and not by parts.
    assert sum(amounts) == Decimal(total) - Decimal(shipping)
    assert partly == "partially_refunded"
    assert store.control.get("desk")["orders"][0]["payment"] == "refunded"
    with pytest.raises(ControlRefused, match="nothing was paid"):
        store.control.post("refunds", {"order_id": order["id"]})


def test_an_edit_is_told_with_every_field_of_the_real(
    store: Store, shared: Path
) -> None:
    real = documented(shared, "orders__edited")["order_edit"]
    store.subscribe("ORDERS_EDITED")
    order = store.control.post("orders", {})["order"]
    first = order["line_items"][0]
    changes = {
        "added": [{"title": "Pot", "price": "20", "quantity": 3}],
        "removed": {first["id"]: 1},
    }

    store.control.post("edits", {"order_id": order["id"], **changes})
    told = store.webhooks(1)["orders/edited"][1]["order_edit"]
    [after] = store.control.get("orders")["data"]

    assert told.keys() == real.keys()
    for name in ("additions", "removals"):
        assert told["line_items"][name][0].keys() == real["line_items"][name][0].keys()
    assert told["line_items"]["removals"] == [{"id": first["id"], "delta": 1}]
    change = Decimal("60.00") - Decimal(first["price"])
    now, before = after["current_total_price"], order["total_price"]
    assert Decimal(now) == Decimal(before) + change
    with pytest.raises(ControlRefused, match="not so much"):
        store.control.post(
            "edits", {"order_id": order["id"], "removed": {first["id"]: 9}}
        )


def test_what_was_paid_goes_back_with_a_cancelled_order(store: Store) -> None:
    store.subscribe("REFUNDS_CREATE", "ORDERS_CANCELLED")
    order = store.control.post("orders", {})["order"]

    store.control.post("cancel", {"order_id": order["id"]})
    came = store.webhooks(2)

    money = came["refunds/create"][1]["transactions"][0]
    assert money["amount"] == order["total_price"]
    assert came["orders/cancelled"][1]["financial_status"] == "refunded"


def test_an_order_that_was_never_paid_is_voided_when_cancelled(store: Store) -> None:
    store.subscribe("REFUNDS_CREATE", "ORDERS_CANCELLED")
    order = store.control.post("orders", {"unpaid": True})["order"]

    store.control.post("cancel", {"order_id": order["id"]})

    assert store.webhooks(1)["orders/cancelled"][1]["financial_status"] == "voided"
    assert store.inbox.is_quiet()


def test_a_cart_and_a_checkout_have_every_field_of_the_real(
    store: Store, shared: Path
) -> None:
    store.subscribe("CARTS_CREATE", "CARTS_UPDATE", "CHECKOUTS_CREATE")
    wish = {"items": [{"sku": "TRY-LRG", "quantity": 1}], "consent": True}

    token = store.control.post("carts", wish)["token"]
    store.control.post("carts", {**wish, "token": token})
    store.control.post("checkouts", {**wish, "locale": "pt-BR", "shown_in": "BRL"})
    came = store.webhooks(3)

    for topic, real in (
        ("carts/create", documented(shared, "carts__create")),
        ("carts/update", documented(shared, "carts__create")),
        ("checkouts/create", documented(shared, "checkouts__create")),
    ):
        body = came[topic][1]
        assert body.keys() == real.keys(), topic
        assert body["line_items"][0].keys() == real["line_items"][0].keys(), topic
    assert came["carts/update"][1]["token"] == token
    checkout = came["checkouts/create"][1]
    assert checkout["completed_at"] is None
    assert checkout["phone"] == BUYERS["pt-BR"].phone
    assert (checkout["currency"], checkout["presentment_currency"]) == ("EUR", "BRL")
    assert checkout["total_price"] == "56.90"


def test_a_checkout_that_is_paid_ends_in_the_order_with_its_tokens(
    store: Store,
) -> None:
    store.subscribe("CHECKOUTS_UPDATE", "ORDERS_CREATE")
    wish = {"locale": "de", "items": [{"sku": "LMP-MON", "quantity": 1}]}
    token = store.control.post("checkouts", wish)["token"]

    order = store.control.post("orders", {"checkout_token": token})["order"]
    _, completed = store.webhooks(2)["checkouts/update"]

    assert order["checkout_token"] == token == completed["token"]
    assert order["cart_token"] == completed["cart_token"]
    assert order["customer_locale"] == "de"
    assert completed["completed_at"] == order["created_at"]
    with pytest.raises(ControlRefused, match="no such checkout"):
        store.control.post("orders", {"checkout_token": token})


def test_things_that_wait_to_be_fetched_are_told_with_every_field_of_the_real(
    store: Store, shared: Path
) -> None:
    real = documented(shared, "fulfillment_orders__line_items_prepared_for_pickup")
    store.control.post("shops", {
        "domain": "sosik-sandbox.myshopify.com",
        "scopes": "read_orders,read_merchant_managed_fulfillment_orders",
    })  # fmt: skip
    store.subscribe("FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP")
    order = store.control.post("orders", {})["order"]

    store.control.post("pickup", {"order_id": order["id"]})
    [(_, body)] = store.webhooks(1).values()

    assert body.keys() == real.keys()
    assert body["fulfillment_order"].keys() == real["fulfillment_order"].keys()


def test_a_scan_abroad_tells_its_own_country_and_no_address_of_the_buyer(
    store: Store,
) -> None:
    order = store.control.post("orders", {"locale": "de"})["order"]
    store.control.post("fulfillments", {"order_id": order["id"]})

    scan = {"order_id": order["id"], "status": "in_transit"}
    far = store.control.post(
        "fulfillment_events", {**scan, "city": "Hong Kong", "country": "HK"}
    )["event"]
    near = store.control.post("fulfillment_events", {**scan, "city": "Leipzig"})[
        "event"
    ]

    assert (far["city"], far["country"], far["zip"]) == ("Hong Kong", "HK", None)
    assert (near["country"], near["zip"]) == ("DE", "79098")


def test_what_was_told_is_told_again_under_its_own_id_and_under_new_ones(
    store: Store,
) -> None:
    store.subscribe("ORDERS_CREATE")
    [told] = store.control.post("orders", {})["webhook_ids"]
    order = json.loads(store.inbox.next_raw())

    asked = {"order_id": order["id"], "times": 3, "under_new_ids": 2}
    store.control.post("again", asked)
    ids = Counter(store.inbox.next_headers()["X-Shopify-Webhook-Id"] for _ in range(5))

    assert ids[told] == 3
    assert len(ids) == 3
    assert json.loads(store.inbox.last[0]) == order
    with pytest.raises(ControlRefused, match="nothing of it was told"):
        store.control.post("again", {"order_id": 1})


def test_a_whole_way_that_is_scattered_keeps_its_own_times(store: Store) -> None:
    store.subscribe("FULFILLMENTS_CREATE", "FULFILLMENT_EVENTS_CREATE")
    order = store.control.post("orders", {})["order"]

    store.control.post("scattered", {"order_id": order["id"]})
    came = [json.loads(store.inbox.next_raw(timeout_seconds=8)) for _ in range(4)]

    scans = [body for body in came if "happened_at" in body]
    scans.sort(key=lambda body: body["happened_at"])
    assert [scan["status"] for scan in scans] == [
        "in_transit",
        "out_for_delivery",
        "delivered",
    ]
    assert len({scan["happened_at"] for scan in scans}) == 3


def test_a_busy_day_places_so_many_orders_and_ends_by_itself(store: Store) -> None:
    store.subscribe("ORDERS_CREATE")

    store.control.post("rush", {"a_second": 20, "seconds": 1})
    bodies = [json.loads(store.inbox.next_raw()) for _ in range(20)]

    assert eventually(lambda: not store.control.get("desk")["rush"]["on"])
    assert store.control.get("desk")["rush"]["placed"] == 20
    assert len({body["phone"] for body in bodies}) == 20
    assert store.inbox.is_quiet()


def test_a_busy_day_can_be_ended_and_is_bounded(store: Store) -> None:
    for asked in (
        {"a_second": 51, "seconds": 60},
        {"a_second": 0, "seconds": 60},
        {"a_second": 10, "seconds": 61},
        {"a_second": True, "seconds": 1},
        {"a_second": "10", "seconds": 1},
    ):
        with pytest.raises(ControlRefused, match="whole number"):
            store.control.post("rush", asked)

    store.control.post("rush", {"a_second": 1, "seconds": 60})
    store.control.delete("rush")

    assert eventually(lambda: not store.control.get("desk")["rush"]["on"])


def test_whoever_comes_on_a_busy_day_has_a_number_that_could_be_real() -> None:
    chance = dice("numbers")
    for buyer in BUYERS.values():
        for _ in range(50):
            number = phonenumbers.parse(number_like(buyer, chance))

            assert phonenumbers.is_valid_number(number)
            assert phonenumbers.region_code_for_number(number) == buyer.country_code
