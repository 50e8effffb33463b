"""Money that moved or did not, money that went back, and things that come back."""

from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType

from core.events import Event, PaymentTried, RefundIssued, ReturnMoved
from core.values import (
    Item,
    Money,
    OrderId,
    PaymentId,
    RefundId,
    ReturnId,
    ReturnStep,
)
from integrations.plain_text import cleaned
from integrations.shopify import wire
from integrations.shopify.payloads import money, people
from integrations.shopify.wire import Wire

_PENDING = ("pending", "awaiting_response")
_LEADS_TO = MappingProxyType(
    {
        # A store may have approved it before Shopify writes that it was asked for.
        ReturnStep.REQUESTED: ("requested", "open"),
        ReturnStep.APPROVED: ("open",),
        ReturnStep.DECLINED: ("declined",),
        ReturnStep.CANCELLED: ("canceled", "cancelled"),
        ReturnStep.PROCESSED: ("open", "closed"),
        ReturnStep.CLOSED: ("closed",),
        ReturnStep.REOPENED: ("open",),
    }
)
"""In which status a return is after each step."""


def payment_tried(body: Wire, otherwise: datetime) -> Iterator[Event]:
    payment = wire.transaction(body)
    yield PaymentTried(
        happened_at=payment["processed_at"] or payment["created_at"] or otherwise,
        payment_id=PaymentId(payment["id"]),
        order_id=OrderId(payment["order_id"]),
        kind=people.word(payment["kind"]),
        status=people.word(payment["status"]),
        amount=money.money(body.get("amount"), body.get("currency")),
        gateway=cleaned(payment["gateway"]),
        error_code=people.word(payment["error_code"]),
    )


def refund_issued(body: Wire, otherwise: datetime) -> Iterator[Event]:
    refund = wire.refund(body)
    return_id = refund["return_id"]
    yield RefundIssued(
        happened_at=refund["processed_at"] or refund["created_at"] or otherwise,
        refund_id=RefundId(refund["id"]),
        order_id=OrderId(refund["order_id"]),
        amount=_returned(body, "success"),
        pending=_returned(body, *_PENDING),
        items=tuple(_refunded(body)),
        return_id=None if return_id is None else ReturnId(return_id),
    )


def return_moved(step: ReturnStep, body: Wire, otherwise: datetime) -> Iterator[Event]:
    """That the step was taken says the topic, which is not signed: where the body's
    status is that of another step, it is but a word about the return."""
    if "id" not in body and "admin_graphql_api_id" not in body:
        # Shopify's own sample of returns/process is empty: nothing is said of nobody.
        return
    told = wire.returned(body)
    order_id = told["order_id"]
    lines = body.get("total_return_line_items")
    status = people.word(told["status"])
    if status is not None and status not in _LEADS_TO.get(step, (status,)):
        step = ReturnStep.UPDATED
    yield ReturnMoved(
        happened_at=told["updated_at"] or otherwise,
        return_id=ReturnId(told["id"]),
        order_id=None if order_id is None else OrderId(order_id),
        step=step,
        status=status,
        name=cleaned(told["name"]),
        lines=lines if type(lines) is int and lines >= 0 else None,
        decline_reason=people.word(told["reason"]),
    )


def _returned(body: Wire, *statuses: str) -> Money | None:
    """What the refund's transactions of these statuses come to.

    One without a currency has that of the refund's other amounts, where the shop's
    and the buyer's are one; else nobody could tell which of them is meant.
    """
    amounts: list[Money] = []
    for each in wire.objects(body, "transactions"):
        if each.get("kind") != "refund" or each.get("status") not in statuses:
            continue
        currency = each.get("currency")
        if currency is None:
            currency = _only_currency(body)
        amount = money.money(each.get("amount"), currency)
        if amount is None:
            return None
        amounts.append(amount)
    return money.together(amounts)


def _only_currency(body: Wire) -> str | None:
    lines = wire.objects(body, "refund_line_items")
    of_lines = (wire.an_object(line, "subtotal_set") for line in lines)
    found = [
        wire.an_object(prices, side).get("currency_code")
        for prices in (wire.an_object(body, "total_duties_set"), *of_lines)
        if prices
        for side in ("shop_money", "presentment_money")
    ]
    only = found[0] if found and found.count(found[0]) == len(found) else None
    return only if isinstance(only, str) else None


def _refunded(body: Wire) -> Iterator[Item]:
    for each in wire.objects(body, "refund_line_items"):
        line = wire.an_object(each, "line_item")
        named = {"id": each.get("line_item_id"), **line}
        yield money.item(named, each.get("quantity"), None)
