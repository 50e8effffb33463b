"""Changes to an order: tagged, cancelled, its shipping held. Each is asked for once,
and looked at before it is asked for again."""

from dataclasses import dataclass
from typing import Any

from core.errors import WillNotWork
from core.values import OrderId, ShopDomain
from integrations.shopify.graphql import USER_ERROR, AdminClient

_ON_ITS_WAY = frozenset({"FULFILLED", "PARTIALLY_FULFILLED"})
_AWAITED = "PENDING"
_HANDLE = "sosik-unconfirmed"
"""The name of our hold, of which Shopify lets there be one on each part of an order."""


@dataclass(frozen=True, slots=True)
class OrderNow:
    """How an order stands at Shopify at this moment."""

    tags: frozenset[str]
    is_cancelled: bool
    is_on_its_way: bool
    is_to_be_paid: bool


def order_now(
    client: AdminClient, shop: ShopDomain, token: str, order_id: OrderId
) -> OrderNow | None:
    """None where there is no such order."""
    asked = {"id": _named(order_id)}
    node = client.run(shop, token, "order_now", asked)["order"]
    if node is None:
        return None
    return OrderNow(
        tags=frozenset(node["tags"]),
        is_cancelled=node["cancelledAt"] is not None,
        is_on_its_way=node["displayFulfillmentStatus"] in _ON_ITS_WAY,
        is_to_be_paid=node["displayFinancialStatus"] == _AWAITED,
    )


def tag_order(
    client: AdminClient, shop: ShopDomain, token: str, order_id: OrderId, tag: str
) -> None:
    asked = {"id": _named(order_id), "tags": [tag]}
    client.run(shop, token, "order_tag", asked)


_WORDS = {
    True: ("CUSTOMER", "Cancelled by the buyer on WhatsApp."),
    False: ("OTHER", "Cancelled because the buyer did not confirm it on WhatsApp."),
}


def cancel_order(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    order_id: OrderId,
    *,
    is_wish: bool,
) -> None:
    """Shopify does it some time after its answer. Raises as ``AdminClient.run``; what
    it refuses is a WillNotWork of the code USER_ERROR."""
    reason, note = _WORDS[is_wish]
    asked = {"id": _named(order_id), "reason": reason, "note": note}
    said = client.run(shop, token, "order_cancel", asked)["orderCancel"]
    if errors := said["orderCancelUserErrors"]:
        words = "; ".join(str(each["message"]) for each in errors)
        raise WillNotWork(words, code=USER_ERROR)


def hold_shipping(
    client: AdminClient, shop: ShopDomain, token: str, order_id: OrderId
) -> int:
    """How many parts of the order are held by us now."""
    asked = {"id": _named(order_id)}
    node = client.run(shop, token, "shipping_of_order", asked)["order"]
    parts = [] if node is None else node["fulfillmentOrders"]["nodes"]
    held = 0
    for part in parts:
        if _is_held_by_us(part):
            held += 1
        elif _can_be_held(part):
            client.run(shop, token, "shipping_hold", _hold(part["id"]))
            held += 1
    return held


def _is_held_by_us(part: dict[str, Any]) -> bool:
    return any(
        hold["heldByRequestingApp"] and hold["handle"] == _HANDLE
        for hold in part["fulfillmentHolds"]
    )


def _can_be_held(part: dict[str, Any]) -> bool:
    return any(each["action"] == "HOLD" for each in part["supportedActions"])


def _hold(part: str) -> dict[str, Any]:
    hold = {
        "reason": "OTHER",
        "reasonNotes": "The buyer has not confirmed the order on WhatsApp.",
        "handle": _HANDLE,
        "notifyMerchant": False,
    }
    return {"id": part, "hold": hold}


def _named(order_id: OrderId) -> str:
    return f"gid://shopify/Order/{order_id}"
