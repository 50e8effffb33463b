"""Edits of an order: the body of ``orders/edited``, and the agreements kept of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.shopify.bodies import Body, written
from sandbox.shopify.execute import Node, connection
from sandbox.shopify.prices import NOTHING
from sandbox.shopify.refunds import amount_of, prices_of

Lines = Mapping[int, int]
"""Lines of an order, and how many of each."""


@dataclass(frozen=True, slots=True)
class Edit:
    """``id`` is the edit's own and ``agreement_id`` that of what was agreed by it:
    Shopify tells nowhere that they are one."""

    id: int
    agreement_id: int
    added: Lines
    removed: Lines
    tells_buyer: bool
    at: datetime


def edited(order: Body, edit: Edit) -> Body:
    """The body of the webhook. The order's lines and totals are changed by it.

    A line that was added stands in the order already.
    """
    for line in order["line_items"]:
        line["current_quantity"] -= edit.removed.get(line["id"], 0)
    prices, goods = prices_of(order), NOTHING
    for line in order["line_items"]:
        goods += amount_of(line["price_set"]) * line["current_quantity"]
    total = goods + amount_of(order["total_shipping_price_set"])
    for name, amount in (("subtotal_price", goods), ("total_price", total)):
        order[f"current_{name}"] = prices.plain(amount)
        order[f"current_{name}_set"] = prices.both(amount)
    moment = written(edit.at)
    return {
        "order_edit": {
            "id": edit.id,
            "app_id": None,
            "created_at": moment,
            "committed_at": moment,
            "notify_customer": edit.tells_buyer,
            "order_id": order["id"],
            "staff_note": "",
            "user_id": None,
            "line_items": {
                "additions": _deltas(edit.added),
                "removals": _deltas(edit.removed),
            },
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }


def agreements(
    order: Body, edits: Sequence[Edit], arguments: Mapping[str, Any]
) -> Node:
    """What the buyer and the shop agreed to: the order, and each edit of it."""
    put_on = {line_id for edit in edits for line_id in edit.added}
    sold = {
        line["id"]: line["quantity"]
        for line in order["line_items"]
        if line["id"] not in put_on
    }
    made = [_agreement("Order", order["id"], order["created_at"], sold, {})]
    made += [
        _agreement(
            *("OrderEdit", edit.agreement_id, written(edit.at)),
            *(edit.added, edit.removed),
        )
        for edit in edits
    ]
    return connection(made[::-1] if arguments.get("reverse") else made, arguments)


def _deltas(lines: Lines) -> list[Body]:
    return [{"id": line_id, "delta": count} for line_id, count in lines.items()]


def _agreement(
    kind: str, number: int, happened_at: str, added: Lines, removed: Lines
) -> Node:
    sales = [
        *(_sale("ORDER", line_id, count) for line_id, count in added.items()),
        *(_sale("RETURN", line_id, -count) for line_id, count in removed.items()),
    ]
    return {
        "__typename": f"{kind}Agreement",
        "id": f"gid://shopify/SalesAgreement/{number}",
        "happenedAt": happened_at,
        "reason": {"Order": "ORDER", "OrderEdit": "ORDER_EDIT"}[kind],
        "sales": lambda a: connection(sales, a),
    }


def _sale(action: str, line_id: int, count: int) -> Node:
    return {
        "__typename": "ProductSale",
        "actionType": action,
        "lineType": "PRODUCT",
        "quantity": count,
        "lineItem": {"id": f"gid://shopify/LineItem/{line_id}"},
    }
