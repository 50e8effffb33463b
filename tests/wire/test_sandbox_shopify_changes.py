"""The simulated Shopify changes orders as the real one does, and refuses alike."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.shopify.graphql import document_text
from tests.wire.store_caller import Store, open_store

SHOP = "sosik-sandbox.myshopify.com"


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verdicts") / "documents.json"


@pytest.fixture
def store(tmp_path: Path, verdicts: Path) -> Iterator[Store]:
    with open_store(tmp_path, verdicts) as opened:
        yield opened


@pytest.fixture
def order(store: Store) -> Any:
    wish = {"cash_on_delivery": True}
    return store.control.post("orders", wish)["order"]


def name(order: Any) -> str:
    return f"gid://shopify/Order/{order['id']}"


def ask(store: Store, document: str, **asked: Any) -> Any:
    return store.ask(document_text(document), **asked)


def cancel(store: Store, order: Any, **changed: Any) -> Any:
    asked = {"id": name(order), "reason": "CUSTOMER", "note": "by the buyer", **changed}
    return ask(store, "order_cancel", **asked)["data"]["orderCancel"]


def codes(said: Any) -> list[str]:
    return [each["code"] for each in said["orderCancelUserErrors"]]


def test_an_order_is_cancelled_once(store: Store, order: Any) -> None:
    first, second = cancel(store, order), cancel(store, order)

    assert first["job"]["id"].startswith("gid://shopify/Job/")
    assert codes(first) == []
    assert second["job"] is None
    assert codes(second) == ["INVALID"]
    now = ask(store, "order_now", id=name(order))["data"]["order"]
    assert now["cancelledAt"] is not None


def test_what_was_sent_is_not_cancelled(store: Store, order: Any) -> None:
    store.control.post("fulfillments", {"order_id": order["id"]})

    assert codes(cancel(store, order)) == ["INVALID"]
    now = ask(store, "order_now", id=name(order))["data"]["order"]
    assert now["cancelledAt"] is None
    assert now["displayFulfillmentStatus"] == "FULFILLED"


def test_an_order_that_is_not_there_and_a_long_note_are_refused(
    store: Store, order: Any
) -> None:
    assert codes(cancel(store, {"id": 1})) == ["NOT_FOUND"]
    assert codes(cancel(store, order, note="x" * 256)) == ["INVALID"]
    assert codes(cancel(store, order, note="x" * 255)) == []


def test_tags_are_added_once_and_told_with_the_order(store: Store, order: Any) -> None:
    store.subscribe("ORDERS_UPDATED")
    for tags in (["b", "a, c"], ["a"]):
        said = ask(store, "order_tag", id=name(order), tags=tags)
        assert said["data"]["tagsAdd"]["userErrors"] == []

    now = ask(store, "order_now", id=name(order))["data"]["order"]
    [(_, told)] = store.webhooks(1).values()
    assert now["tags"] == ["a", "b", "c"]
    assert told["tags"] == "a, b, c"
    assert store.inbox.count == 1


def test_a_tag_that_is_too_long_is_refused(store: Store, order: Any) -> None:
    said = ask(store, "order_tag", id=name(order), tags=["x" * 41])

    assert said["data"]["tagsAdd"]["userErrors"][0]["field"] == ["tags"]


def parts(store: Store, order: Any) -> Any:
    node = ask(store, "shipping_of_order", id=name(order))["data"]["order"]
    return node["fulfillmentOrders"]["nodes"]


def hold(store: Store, part: Any, handle: str = "ours") -> Any:
    wanted = {"reason": "OTHER", "handle": handle}
    said = ask(store, "shipping_hold", id=part["id"], hold=wanted)
    errors = said["data"]["fulfillmentOrderHold"]["userErrors"]
    return [each["code"] for each in errors]


def test_shipping_is_held_once_by_each_name(store: Store, order: Any) -> None:
    [part] = parts(store, order)

    assert hold(store, part) == []
    assert hold(store, part) == ["DUPLICATE_FULFILLMENT_HOLD_HANDLE"]
    for number in range(9):
        assert hold(store, part, f"h{number}") == []
    assert hold(store, part, "one more") == ["FULFILLMENT_ORDER_HOLD_LIMIT_REACHED"]
    [held] = parts(store, order)
    assert len(held["fulfillmentHolds"]) == 10
    now = ask(store, "order_now", id=name(order))["data"]["order"]
    assert now["displayFulfillmentStatus"] == "ON_HOLD"


def test_what_was_sent_or_cancelled_cannot_be_held(store: Store, order: Any) -> None:
    [part] = parts(store, order)
    store.control.post("fulfillments", {"order_id": order["id"]})

    [sent] = parts(store, order)
    assert sent["supportedActions"] == []
    assert hold(store, part) == ["FULFILLMENT_ORDER_NOT_SPLITTABLE"]


@pytest.mark.parametrize(
    ("scopes", "document", "asked"),
    [
        ("read_orders", "order_tag", {"tags": ["a"]}),
        ("read_orders", "order_cancel", {"reason": "CUSTOMER", "note": "n"}),
        ("write_orders", "shipping_of_order", {}),
    ],
)
def test_who_may_not_is_denied(
    store: Store, order: Any, scopes: str, document: str, asked: Any
) -> None:
    store.control.post("shops", {"domain": SHOP, "scopes": scopes})

    said = ask(store, document, id=name(order), **asked)

    assert said["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
