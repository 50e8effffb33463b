"""What is known of payments, refunds and returns, and of what is yet to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.values import (
    FulfillmentOrderId,
    OrderId,
    PaymentId,
    RefundId,
    ReturnId,
    ReturnStep,
)
from storage.merging import Facts, Greatest, Kept
from storage.orders import Items
from storage.tables import fulfillment_orders, payments, refunds, returns

_UNLESS_ITS_ORDER_IS = "f.thing = 'order ' || new.order_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts(Facts):
    """One try to move money. Shopify gives each a number of its own."""

    payment_id: PaymentId
    order_id: OrderId
    tried_at: datetime
    kind: str | None = None
    status: str | None = None
    amount: Decimal | None = None
    amount_currency: str | None = None
    gateway: str | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts(Facts):
    """``pending`` is what is still on its way to the buyer."""

    refund_id: RefundId
    order_id: OrderId
    issued_at: datetime
    amount: Decimal | None = None
    amount_currency: str | None = None
    pending: Decimal | None = None
    pending_currency: str | None = None
    items: Items | None = None
    return_id: ReturnId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFacts(Facts):
    """A return, its last step, and when each was last taken."""

    return_id: ReturnId
    order_id: OrderId | None = None
    step: ReturnStep | None = None
    status: str | None = None
    name: str | None = None
    lines: int | None = None
    decline_reason: str | None = None
    requested_at: datetime | None = None
    approved_at: datetime | None = None
    declined_at: datetime | None = None
    cancelled_at: datetime | None = None
    updated_at: datetime | None = None
    processed_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentOrderFacts(Facts):
    """A part of an order before it is a parcel: it waits to be fetched, or is held.

    It is held while ``held_at`` is after ``resumed_at``.
    """

    fulfillment_order_id: FulfillmentOrderId
    order_id: OrderId | None = None
    prepared_at: datetime | None = None
    held_at: datetime | None = None
    hold_reasons: Sequence[str] | None = None
    resumed_at: datetime | None = None


PAYMENTS = Kept(
    facts=PaymentFacts,
    table=payments,
    keys=("payment_id",),
    is_told_whole=True,
    unless_forgotten=_UNLESS_ITS_ORDER_IS,
)
REFUNDS = Kept(
    facts=RefundFacts,
    table=refunds,
    keys=("refund_id",),
    is_told_whole=True,
    unless_forgotten=_UNLESS_ITS_ORDER_IS,
)
RETURNS = Kept(
    facts=ReturnFacts,
    table=returns,
    keys=("return_id",),
    rules={f"{step}_at": Greatest() for step in ReturnStep},
    unless_forgotten=_UNLESS_ITS_ORDER_IS,
)
FULFILLMENT_ORDERS = Kept(
    facts=FulfillmentOrderFacts,
    table=fulfillment_orders,
    keys=("fulfillment_order_id",),
    rules=dict.fromkeys(("prepared_at", "held_at", "resumed_at"), Greatest()),
    unless_forgotten=_UNLESS_ITS_ORDER_IS,
)
