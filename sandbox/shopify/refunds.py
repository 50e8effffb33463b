"""The body of ``refunds/create``: money that goes back, with what it was paid for."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.shopify.bodies import Body, written
from sandbox.shopify.prices import NOTHING, Amount, Prices


def refund(
    order: Body,
    *,
    refund_id: int,
    new_ids: list[int],
    line_ids: Collection[int],
    at: datetime,
) -> Body:
    """The money of these lines, and that of the shipping once all lines are among them.

    ``new_ids`` are enough for each line and one more.
    """
    prices = prices_of(order)
    lines = [line for line in order["line_items"] if line["id"] in line_ids]
    money = NOTHING
    for line in lines:
        money += amount_of(line["price_set"]) * line["quantity"]
    if len(lines) == len(order["line_items"]):
        money += amount_of(order["total_shipping_price_set"])
    moment = written(at)
    return {
        "id": refund_id,
        "order_id": order["id"],
        "created_at": moment,
        "note": None,
        "user_id": None,
        "processed_at": moment,
        "duties": [],
        "total_duties_set": prices.both(NOTHING),
        "return": None,
        "refund_shipping_lines": [],
        "restock": False,
        "admin_graphql_api_id": f"gid://shopify/Refund/{refund_id}",
        "order_adjustments": [],
        "refund_line_items": [
            _line(line, line_id, prices)
            for line, line_id in zip(lines, new_ids, strict=False)
        ],
        "transactions": [_transaction(order, money, new_ids[-1], prices, moment)],
    }


def prices_of(order: Body) -> Prices:
    return Prices(order["currency"], order["presentment_currency"])


def amount_of(money_set: Body) -> Amount:
    return Amount(
        Decimal(money_set["shop_money"]["amount"]),
        Decimal(money_set["presentment_money"]["amount"]),
    )


def _line(line: Body, line_id: int, prices: Prices) -> dict[str, Any]:
    subtotal = amount_of(line["price_set"]) * line["quantity"]
    item = {k: v for k, v in line.items() if k not in _NOT_OF_REFUNDED_LINES}
    return {
        "id": line_id,
        "quantity": line["quantity"],
        "line_item_id": line["id"],
        "location_id": None,
        "restock_type": "no_restock",
        # Numbers here, and texts everywhere else.
        "subtotal": float(subtotal.own),
        "total_tax": 0,
        "subtotal_set": prices.both(subtotal),
        "total_tax_set": prices.both(NOTHING),
        "line_item": item,
    }


_NOT_OF_REFUNDED_LINES = {
    "attributed_staffs", "current_quantity", "sales_line_item_group_id",
}  # fmt: skip


def _transaction(
    order: Body, money: Amount, transaction_id: int, prices: Prices, moment: str
) -> Body:
    nothing_left = {"amount": "0.0", "currency": prices.shown}
    return {
        "id": transaction_id,
        "order_id": order["id"],
        "kind": "refund",
        "gateway": order["payment_gateway_names"][0],
        "status": "success",
        "message": None,
        "created_at": moment,
        "test": False,
        "authorization": None,
        "location_id": None,
        "user_id": None,
        "parent_id": None,
        "processed_at": moment,
        "device_id": None,
        "error_code": None,
        "source_name": "web",
        "receipt": {},
        "amount": prices.both(money)["presentment_money"]["amount"],
        "currency": prices.shown,
        "payment_id": f"{order['name']}.2",
        "total_unsettled_set": {
            "presentment_money": nothing_left,
            "shop_money": nothing_left,
        },
        "manual_payment_gateway": False,
        "amount_rounding": None,
        "admin_graphql_api_id": f"gid://shopify/OrderTransaction/{transaction_id}",
    }
