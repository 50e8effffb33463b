"""What was told about each order, and when it became known: added to, never changed.

It outlives the bodies of the webhooks, so that what was known at any moment can be
rebuilt and a rule be tried on it. What was told lies sealed, since it names people.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select

from core import event_text
from core.events import (
    Event,
    OrderEdited,
    OrderGlimpsed,
    OrderSeen,
    ParcelMoved,
    ParcelScanDeleted,
    ParcelSeen,
    PaymentTried,
    PickupPrepared,
    RefundIssued,
    ReturnMoved,
    ShippingHeld,
    ShippingResumed,
)
from core.sealing import Keyring, fingerprint
from core.values import FulfillmentId, OrderId, ShopId
from storage.merging import where_not_forgotten
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import fulfillment_orders, history, returns

_FAST = 1

OfOrder = (
    OrderSeen
    | OrderGlimpsed
    | OrderEdited
    | PaymentTried
    | RefundIssued
    | ReturnMoved
    | ParcelSeen
    | ParcelMoved
    | ParcelScanDeleted
    | PickupPrepared
    | ShippingHeld
    | ShippingResumed
)
"""What belongs to an order, though not all of it says to which."""


class ToldBy(StrEnum):
    """Who told something that no webhook did: the store was asked for what it had not
    told, or for its past, for which nothing is sent."""

    COMPARISON = "comparison"
    BACKFILL = "backfill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An event, as it was told. ``key`` names what was told: the same again is alike.

    ``arrived_at`` is when its webhook came, ``read_at`` when it became known by that.
    ``text`` is the event as it is kept.
    """

    shop_id: ShopId
    event: Event
    key: bytes
    webhook_id: int | None
    arrived_at: datetime
    read_at: datetime
    text: bytes = field(repr=False)
    told_by: ToldBy | None = None


def telling(
    event: Event,
    shop_id: ShopId,
    *,
    webhook_id: int | None,
    arrived_at: datetime,
    read_at: datetime,
    pepper: bytes,
    told_by: ToldBy | None = None,
) -> Telling:
    text = event_text.written(event)
    named = f"{event_text.kind_of(event)} {text.decode()}"
    return Telling(
        shop_id=shop_id,
        event=event,
        key=fingerprint(pepper, named),
        webhook_id=webhook_id,
        arrived_at=arrived_at,
        read_at=read_at,
        text=text,
        told_by=told_by,
    )


def thing_of(event: OfOrder) -> int:
    """The id of what an event is about; its kind says of what."""
    match event:
        case PaymentTried():
            return event.payment_id
        case RefundIssued():
            return event.refund_id
        case ReturnMoved():
            return event.return_id
        case ParcelSeen() | ParcelMoved() | ParcelScanDeleted():
            return event.fulfillment_id
        case PickupPrepared() | ShippingHeld() | ShippingResumed():
            return event.fulfillment_order_id
        case OrderSeen() | OrderGlimpsed() | OrderEdited():
            return event.order_id


_TOLD = columns_of(
    history,
    (
        *("shop_id", "order_id", "kind", "thing", "happened_at", "arrived_at"),
        *("read_at", "webhook_id", "told_by", "key", "data"),
    ),
)
_ADD = Statement(f"""
INSERT INTO history ({", ".join(_TOLD)}) SELECT * FROM {unfolded(_TOLD)}
{where_not_forgotten("f.thing = 'order ' || new.order_id")}
ON CONFLICT DO NOTHING
""")


def add(tx: Transaction, tellings: Iterable[Telling], *, sealer: Keyring) -> None:
    """Add what is about orders. What was told before is there already."""
    rows = [
        {
            "shop_id": each.shop_id,
            "order_id": each.event.order_id,
            "kind": event_text.kind_of(each.event),
            "thing": thing_of(each.event),
            "happened_at": each.event.happened_at,
            "arrived_at": each.arrived_at,
            "read_at": each.read_at,
            "webhook_id": each.webhook_id,
            "told_by": each.told_by,
            "key": each.key,
            "data": _packed(each, sealer),
        }
        # In one order everywhere, so that two who add the same do not block each other.
        for each in sorted(tellings, key=lambda each: (each.shop_id, each.key))
        if isinstance(each.event, OfOrder)
    ]
    if rows:
        tx.run(_ADD, folded(rows))


def _context(shop_id: ShopId) -> str:
    return f"history of shop {shop_id}"


def _packed(told: Telling, sealer: Keyring) -> bytes:
    packed = zlib.compress(told.text, _FAST)
    return sealer.of(told.shop_id).seal(packed, context=_context(told.shop_id))


def of_order(
    tx: Transaction, shop_id: ShopId, order_id: OrderId, *, sealer: Keyring
) -> list[Telling]:
    """All that was told about an order, in the order in which it happened: also what
    does not name it, about a return that does, or a part that waits to be sent."""
    of_others = [
        history.c.kind.in_(kinds)
        & history.c.thing.in_(
            select(table.c[thing]).where(
                table.c.shop_id == shop_id, table.c.order_id == order_id
            )
        )
        for kinds, table, thing in _NOT_OF_ORDER
    ]
    query = select(history).where(
        history.c.shop_id == shop_id,
        (history.c.order_id == order_id)
        | (history.c.order_id.is_(None) & or_(*of_others)),
    )
    return _tellings(tx.rows(query), sealer)


_NOT_OF_ORDER = (
    (("ReturnMoved",), returns, "return_id"),
    (
        ("PickupPrepared", "ShippingHeld", "ShippingResumed"),
        fulfillment_orders,
        "fulfillment_order_id",
    ),
)


def edits_of(
    tx: Transaction, edited: Collection[tuple[ShopId, OrderId]], *, sealer: Keyring
) -> dict[tuple[ShopId, OrderId], list[OrderEdited]]:
    """The edits of these orders that were ever told, in the order of their reading."""
    rows = [{"shop_id": shop, "order_id": order} for shop, order in sorted(edited)]
    found = tx.ask(_EDITS_OF, folded(rows))
    told = _tellings([row._asdict() for row in found], sealer)
    told.sort(key=lambda each: (each.read_at, each.webhook_id or 0))
    edits: dict[tuple[ShopId, OrderId], list[OrderEdited]] = {}
    for each in told:
        if isinstance(each.event, OrderEdited):
            named = each.shop_id, each.event.order_id
            edits.setdefault(named, []).append(each.event)
    return edits


_EDITS_OF = Statement(f"""
SELECT h.* FROM {unfolded(columns_of(history, ("shop_id", "order_id")))}
JOIN history h ON h.shop_id = new.shop_id AND h.order_id = new.order_id
  AND h.kind = 'OrderEdited'
""")


_KINDS_OF_PARCELS = tuple(
    each.__name__ for each in (ParcelSeen, ParcelMoved, ParcelScanDeleted)
)


def of_parcels(
    tx: Transaction,
    parcels: Collection[tuple[ShopId, OrderId, FulfillmentId]],
    *,
    sealer: Keyring,
) -> list[Telling]:
    """All that was told about these parcels, in the order in which it happened."""
    rows = [
        {"shop_id": shop, "order_id": order, "thing": parcel}
        for shop, order, parcel in sorted(parcels)
    ]
    asked = {**folded(rows), "kinds": list(_KINDS_OF_PARCELS)}
    found = tx.ask(_OF_PARCELS, asked)
    return _tellings([row._asdict() for row in found], sealer)


_OF_PARCELS = Statement(f"""
SELECT h.* FROM {unfolded(columns_of(history, ("shop_id", "order_id", "thing")))}
JOIN history h ON h.shop_id = new.shop_id AND h.order_id = new.order_id
  AND h.thing = new.thing AND h.kind = ANY(CAST(:kinds AS text[]))
""")


def _tellings(rows: Sequence[Mapping[str, Any]], sealer: Keyring) -> list[Telling]:
    found = []
    for row in rows:
        shop_id = ShopId(row["shop_id"])
        opened = sealer.of(shop_id).open(row["data"], context=_context(shop_id))
        text = zlib.decompress(opened)
        found.append(
            Telling(
                shop_id=shop_id,
                event=event_text.read(row["kind"], text),
                key=row["key"],
                webhook_id=row["webhook_id"],
                arrived_at=row["arrived_at"],
                read_at=row["read_at"],
                text=text,
                told_by=None if row["told_by"] is None else ToldBy(row["told_by"]),
            )
        )
    return sorted(found, key=lambda told: (told.event.happened_at, told.key))
