"""A shop's newest order or parcel of a kind, to show what a message would say of it.

Looked for among the newest few, which an index tells in their order: Shopify's ids
grow.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select

from core.sealing import Keyring
from core.values import Milestone, Money, ShopId
from storage.orders import ORDERS, PARCELS, OrderFacts, ParcelFacts
from storage.session import Transaction
from storage.tables import orders, parcels, refunds

_AMONG = 200


class Kind(StrEnum):
    """Which orders a message is about."""

    ANY = "any"
    EDITED = "edited"
    CANCELLED = "cancelled"
    UNPAID = "unpaid"
    AT_DOOR = "at_door"


_newest_orders = (
    select(orders)
    .where(orders.c.whole_since.is_not(None))
    .order_by(orders.c.order_id.desc())
    .limit(_AMONG)
)


def order(
    tx: Transaction, shop_id: ShopId, kind: Kind, *, sealer: Keyring
) -> OrderFacts | None:
    """The newest of that kind; the newest of all where none is."""
    newest = _newest_orders.where(orders.c.shop_id == shop_id).subquery()
    own = newest.c
    fits: dict[Kind, ColumnElement[bool]] = {
        Kind.EDITED: own.edited_at.is_not(None),
        Kind.CANCELLED: own.cancelled_at.is_not(None),
        Kind.UNPAID: own.payment.in_(("pending", "unpaid")),
        Kind.AT_DOOR: own.cash_on_delivery.is_(True),
    }
    place = fits.get(kind, own.order_id.is_(None))  # that none does
    row = tx.row(
        select(newest).order_by(place.desc().nulls_last(), own.order_id.desc()).limit(1)
    )
    return None if row is None else ORDERS.of_row(row, sealer)


def parcel(
    tx: Transaction, shop_id: ShopId, milestone: Milestone | None, *, sealer: Keyring
) -> ParcelFacts | None:
    """The newest that is so far; the newest of all where none is."""
    newest = (
        select(parcels)
        .where(parcels.c.shop_id == shop_id)
        .order_by(parcels.c.fulfillment_id.desc())
        .limit(_AMONG)
        .subquery()
    )
    own = newest.c
    fits = own.milestone == milestone  # none does where it is about no milestone
    row = tx.row(
        select(newest)
        .order_by(fits.desc().nulls_last(), own.fulfillment_id.desc())
        .limit(1)
    )
    return None if row is None else PARCELS.of_row(row, sealer)


def order_with(
    tx: Transaction, shop_id: ShopId, order_id: int, *, sealer: Keyring
) -> OrderFacts | None:
    """None where it has not come whole."""
    row = tx.row(
        select(orders).where(
            orders.c.shop_id == shop_id,
            orders.c.order_id == order_id,
            orders.c.whole_since.is_not(None),
        )
    )
    return None if row is None else ORDERS.of_row(row, sealer)


@dataclass(frozen=True, slots=True)
class Refunded:
    order_id: int
    amount: Money | None
    issued_at: datetime


def refund(tx: Transaction, shop_id: ShopId) -> Refunded | None:
    own = refunds.c
    row = tx.row(
        select(own.order_id, own.amount, own.amount_currency, own.issued_at)
        .where(own.shop_id == shop_id)
        .order_by(own.refund_id.desc())
        .limit(1)
    )
    if row is None:
        return None
    has_amount = row["amount"] is not None and row["amount_currency"]
    amount = Money(row["amount"], row["amount_currency"]) if has_amount else None
    return Refunded(row["order_id"], amount, row["issued_at"])
