"""What the Admin API says of a thing is read as its webhook would be."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from core import http
from core.events import OrderEdited, OrderSeen, ParcelMoved, ParcelSeen, RefundIssued
from core.values import Phone, ShopDomain
from integrations.shopify import asking, payloads, retold
from integrations.shopify.edits import edits
from integrations.shopify.graphql import AdminClient
from sandbox.shopify import DEFAULT_SHOP
from tests.wire.store_caller import TOKEN, open_store

SHOP = ShopDomain(DEFAULT_SHOP)
TOPICS_OF_THE_STORE = (
    *("ORDERS_CREATE", "FULFILLMENTS_CREATE", "FULFILLMENT_EVENTS_CREATE"),
    *("REFUNDS_CREATE", "CHECKOUTS_CREATE", "ORDERS_EDITED"),
)
BUYER = {"phone": "+4915112345678", "consent": True, "locale": "de"}
ITEMS = [
    {"title": "Tea", "price": "39.90", "quantity": 2},
    {"title": "Cup", "price": "5"},
]


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An order with all that can happen to it: as webhooks told it, and as asked."""
    place = tmp_path_factory.mktemp("retold")
    with open_store(place, place / "verdicts.json") as store:
        store.subscribe(*TOPICS_OF_THE_STORE)
        control = store.control
        started = control.post("checkouts", {**BUYER, "items": ITEMS})
        order = control.post("orders", {**BUYER, "items": ITEMS})["order"]
        parcel = control.post(
            "fulfillments",
            {
                "order_id": order["id"],
                "company": "DHL",
                "tracking_numbers": ["00340434161094042557", "00340434161094042564"],
                "url": "https://dhl.example/{number}",
            },
        )["fulfillment"]
        for status in ("in_transit", "out_for_delivery"):
            control.post(
                "fulfillment_events",
                {"fulfillment_id": parcel["id"], "status": status, "city": "Köln"},
            )
        changes = {
            "added": [{"title": "Pot", "price": "20", "quantity": 3}],
            "removed": {order["line_items"][0]["id"]: 1},
        }
        control.post("edits", {"order_id": order["id"], **changes})
        control.post("refunds", {"order_id": order["id"]})
        told: dict[str, list[Any]] = {}
        for _ in range(7):
            body = store.inbox.next_body()
            told.setdefault(store.inbox.last[1]["X-Shopify-Topic"], []).append(body)
        client = AdminClient(
            http.caller(), f"{control.url}/{{shop}}", "2026-10", lambda _: None
        )
        since = datetime(2000, 1, 1, tzinfo=UTC)
        asked = asking.order_told(client, SHOP, TOKEN, order["id"])
        checkouts, after = asking.checkouts_changed(
            client, SHOP, TOKEN, since=since, after=None
        )
        orders, _ = asking.orders_changed(client, SHOP, TOKEN, since=since, after=None)
        glances = asking.parcels_at_a_glance(client, SHOP, TOKEN, [parcel["id"], 1])
    assert after is None
    return {
        "told": told,
        "asked": [*asked, *checkouts],
        "orders": orders,
        "glances": glances,
        "token": started["token"],
        "ids": (order["id"], parcel["id"]),
    }


def events(sold: Any, kind: type, *, asked: bool) -> list[Any]:
    if asked:
        said = [(each.topic, each.body) for each in sold["asked"]]
    else:
        said = [
            (topic, json.dumps(body).encode())
            for topic, bodies in sold["told"].items()
            for body in bodies
        ]
    found = [e for topic, body in said for e in payloads.read(topic, body)]
    return [each for each in found if type(each) is kind]


def differences(one: Any, other: Any) -> dict[str, tuple[Any, Any]]:
    return {
        each.name: (getattr(one, each.name), getattr(other, each.name))
        for each in fields(one)
        if getattr(one, each.name) != getattr(other, each.name)
    }


def test_an_order_says_what_its_webhook_said_and_how_it_stands_now(sold: Any) -> None:
    [told] = events(sold, OrderSeen, asked=False)
    [asked] = events(sold, OrderSeen, asked=True)

    changed = differences(told, asked)
    edited = {"items", "current_total"}
    assert set(changed) - {"happened_at"} == {"payment", "shipping", *edited}
    assert changed["payment"] == ("paid", "refunded")
    assert changed["shipping"] == ("unfulfilled", "fulfilled")


def test_a_parcel_says_what_its_webhook_said_and_where_it_is_now(sold: Any) -> None:
    [told] = events(sold, ParcelSeen, asked=False)
    [asked] = events(sold, ParcelSeen, asked=True)

    assert set(differences(told, asked)) - {"happened_at"} == {"milestone"}
    assert len(asked.tracking_urls) == 2


def test_scans_and_refunds_say_just_what_their_webhooks_said(sold: Any) -> None:
    for kind in (ParcelMoved, RefundIssued):
        told, asked = events(sold, kind, asked=False), events(sold, kind, asked=True)

        assert asked == told or sorted(map(repr, asked)) == sorted(map(repr, told))
        assert asked


def test_an_edit_says_what_its_webhook_said_but_its_name_and_who_tells_the_buyer(
    sold: Any,
) -> None:
    [told] = events(sold, OrderEdited, asked=False)
    [asked] = events(sold, OrderEdited, asked=True)

    assert set(differences(told, asked)) == {"edit_id", "tells_buyer"}
    assert (asked.edit_id, asked.tells_buyer) == (None, None)


def test_an_edit_that_a_page_could_not_show_whole_is_not_told() -> None:
    def sale(action: str, quantity: int | None, line: int | None) -> Any:
        of = {} if line is None else {"lineItem": {"id": f"gid://shopify/L/{line}"}}
        return {"actionType": action, "quantity": quantity, **of}

    def agreed(reason: str, has_more: bool, *sales: Any) -> Any:
        return {
            "reason": reason,
            "happenedAt": "2026-11-20T12:00:00Z",
            "sales": {"pageInfo": {"hasNextPage": has_more}, "nodes": list(sales)},
        }

    node = {
        "id": "gid://shopify/Order/5",
        "agreements": {
            "nodes": [
                agreed("ORDER_EDIT", True, sale("ORDER", 1, 11)),
                agreed("REFUND", False, sale("RETURN", -1, 11)),
                agreed(
                    *("ORDER_EDIT", False),
                    *(sale("ORDER", 1, 11), sale("ORDER", 2, 11)),
                    *(sale("UPDATE", 1, 11), sale("ORDER", 1, None)),
                    *(sale("RETURN", -2, 12), sale("RETURN", None, 13)),
                ),
            ]
        },
    }

    [told] = edits(node)
    [event] = payloads.read(told.topic, told.body)

    assert isinstance(event, OrderEdited)
    assert (event.added, event.removed) == (((11, 3),), ((12, 2),))


def test_a_checkout_is_found_by_the_token_in_its_address(sold: Any) -> None:
    [checkout] = [each for each in sold["asked"] if each.topic == "checkouts/update"]
    [told] = payloads.read(checkout.topic, checkout.body)

    assert checkout.subject == sold["token"]
    assert told.token == sold["token"]  # type: ignore[attr-defined]
    assert told.phone == Phone("+4915112345678")  # type: ignore[attr-defined]


def test_what_has_changed_is_told_by_its_id(sold: Any) -> None:
    order_id, parcel_id = sold["ids"]

    assert [each.order_id for each in sold["orders"]] == [order_id]
    [glance] = sold["glances"]  # the other one is not there any more
    assert glance.fulfillment_id == parcel_id
    assert glance.scanned_at is not None


def test_lines_that_a_page_could_not_show_are_not_told_as_missing() -> None:
    node = {
        **dict.fromkeys(("processedAt", "email"), None),
        "id": "gid://shopify/Order/5",
        "name": "#5",
        "createdAt": "2026-11-20T12:00:00Z",
        "updatedAt": "2026-11-20T12:00:00Z",
        "lineItems": {"pageInfo": {"hasNextPage": True}, "nodes": []},
    }

    [told] = retold.order(node)
    [event] = payloads.read(told.topic, told.body)

    assert isinstance(event, OrderSeen)
    assert event.items is None


def test_what_the_app_may_not_see_is_silence() -> None:
    """Without the approval for protected data whole objects are null."""
    node = {
        "id": "gid://shopify/Order/5",
        "name": "#5",
        "createdAt": "2026-11-20T12:00:00Z",
        "updatedAt": "2026-11-20T12:00:00Z",
        **dict.fromkeys(("customer", "shippingAddress", "lineItems", "returns")),
        **dict.fromkeys(("fulfillments", "refunds", "customAttributes")),
    }

    [told] = retold.order(node)

    assert payloads.read(told.topic, told.body)


RETURN = {
    "id": "gid://shopify/Return/7",
    "name": "#5-R1",
    "totalQuantity": 1,
    "createdAt": "2026-11-20T12:00:00Z",
    "requestApprovedAt": None,
    "closedAt": None,
    "decline": None,
}


@pytest.mark.parametrize(
    ("told", "topics"),
    [
        ({"status": "REQUESTED"}, ["returns/request"]),
        ({"status": "OPEN"}, []),
        (
            {"status": "OPEN", "requestApprovedAt": "2026-11-21T12:00:00Z"},
            ["returns/approve"],
        ),
        (
            {
                "status": "CLOSED",
                "requestApprovedAt": "2026-11-21T12:00:00Z",
                "closedAt": "2026-11-22T12:00:00Z",
            },
            ["returns/approve", "returns/close"],
        ),
        (
            {"status": "DECLINED", "decline": {"reason": "FINAL_SALE"}},
            ["returns/decline"],
        ),
        ({"status": "CANCELED"}, ["returns/cancel"]),
    ],
)
def test_a_return_tells_the_steps_that_it_has_taken(told: Any, topics: Any) -> None:
    node = {
        "id": "gid://shopify/Order/5",
        "name": "#5",
        "createdAt": "2026-11-20T12:00:00Z",
        "updatedAt": "2026-11-20T12:00:00Z",
        "returns": {"nodes": [{**RETURN, **told}]},
    }

    _, *steps = retold.order(node)

    assert [each.topic for each in steps] == topics
    for each in steps:
        [event] = payloads.read(each.topic, each.body)
        assert event.order_id == 5  # type: ignore[attr-defined]
