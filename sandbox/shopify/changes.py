"""What an app changes about an order: its tags, whether it is cancelled, what of it is
held. Refused is what Shopify refuses."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.shopify import nodes
from sandbox.shopify.bodies import Body
from sandbox.shopify.execute import Field, Node
from sandbox.shopify.shops import Shop
from sandbox.shopify.till import Till

_MOST_TAGS = 250
_LONGEST_TAG = 40
_MOST_HOLDS = 10
_LONGEST_NOTE = 255


def needing_scopes(operation: Field) -> Field:
    """The operation, with the scope that a tag on an order needs. The schema is silent
    about it, since the scope depends on what is tagged; here that is orders alone."""
    fields = [
        {**field, "scopes": [["write_orders"]]} if field["name"] == "tagsAdd" else field
        for field in operation["fields"]
    ]
    return {**operation, "fields": fields}


class Changes:
    """``new_id`` makes the ids of jobs and holds."""

    def __init__(self, shop: Shop, till: Till, new_id: Callable[[], int]) -> None:
        self._shop = shop
        self._till = till
        self._new_id = new_id

    def mutations(self) -> Node:
        return {
            "tagsAdd": self._tag,
            "orderCancel": self._cancel,
            "fulfillmentOrderHold": self._hold,
        }

    def _order(self, identity: Any) -> Body | None:
        number = nodes.number_in(identity, "Order") or 0
        return self._till.books(self._shop).orders.get(number)

    def _tag(self, arguments: Mapping[str, Any]) -> Node:
        order = self._order(arguments["id"])
        if order is None:
            return _refused("id", "Resource does not exist")
        tags = [part.strip() for each in arguments["tags"] for part in each.split(",")]
        if any(len(tag) > _LONGEST_TAG for tag in tags):
            return _refused("tags", f"Tag is longer than {_LONGEST_TAG} characters")
        if len({*nodes.tags_of(order), *tags}) > _MOST_TAGS:
            return _refused("tags", f"At most {_MOST_TAGS} tags")
        self._till.tag(self._shop, order, tags)
        shown = nodes.order_node(order, self._till.books(self._shop))
        return {"node": shown, "userErrors": []}

    def _cancel(self, arguments: Mapping[str, Any]) -> Node:
        order = self._order(arguments["orderId"])
        if order is None:
            return _not_cancelled("Order does not exist", "NOT_FOUND")
        if len(arguments.get("staffNote") or "") > _LONGEST_NOTE:
            return _not_cancelled("Staff note is too long", "INVALID")
        if order["cancelled_at"] is not None:
            return _not_cancelled("Order has already been cancelled", "INVALID")
        if order["fulfillments"]:
            words = "Cannot cancel an order that has fulfillments"
            return _not_cancelled(words, "INVALID")
        reason = arguments["reason"].lower()
        self._till.cancel(self._shop, {"order_id": order["id"], "reason": reason})
        job = {"id": f"gid://shopify/Job/{self._new_id()}", "done": False}
        return {"job": job, "orderCancelUserErrors": [], "userErrors": []}

    def _hold(self, arguments: Mapping[str, Any]) -> Node:
        books = self._till.books(self._shop)
        number = nodes.number_in(arguments["id"], "FulfillmentOrder") or 0
        order = books.orders.get(number - nodes.PART_OF_ORDER)
        if order is None:
            return _not_held(
                "Fulfillment order not found", "FULFILLMENT_ORDER_NOT_FOUND"
            )
        if not nodes.can_be_held(order):
            words = "The fulfillment order is not in an open state"
            return _not_held(words, "FULFILLMENT_ORDER_NOT_SPLITTABLE")
        holds = books.holds.setdefault(order["id"], [])
        wanted = arguments["fulfillmentHold"]
        handle = wanted.get("handle") or ""
        if any(each["handle"] == handle for each in holds):
            words = "The handle is already in use"
            return _not_held(words, "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
        if len(holds) >= _MOST_HOLDS:
            words = "There are too many holds"
            return _not_held(words, "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
        hold = {
            "id": f"gid://shopify/FulfillmentHold/{self._new_id()}",
            "handle": handle,
            "reason": wanted["reason"],
            "reasonNotes": wanted.get("reasonNotes"),
            "displayReason": wanted["reason"].replace("_", " ").capitalize(),
            "heldByRequestingApp": True,
        }
        holds.append(hold)
        shown = nodes.part_node(order, books)
        return {"fulfillmentHold": hold, "fulfillmentOrder": shown, "userErrors": []}


def _refused(field: str, message: str) -> Node:
    return {"node": None, "userErrors": [{"field": [field], "message": message}]}


def _not_cancelled(message: str, code: str) -> Node:
    error = {"field": ["orderId"], "message": message, "code": code}
    plain = {"field": ["orderId"], "message": message}
    return {"job": None, "orderCancelUserErrors": [error], "userErrors": [plain]}


def _not_held(message: str, code: str) -> Node:
    error = {"field": ["id"], "message": message, "code": code}
    return {"fulfillmentHold": None, "fulfillmentOrder": None, "userErrors": [error]}
