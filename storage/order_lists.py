"""Lists of a shop's orders: the newest first, a page at a time.

As with messages, a page costs what is on it: see ``storage.message_lists``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    not_,
    or_,
    select,
    tuple_,
)

from core.values import ContactId, OrderId, ShopId
from storage import asking
from storage.asking import Rows
from storage.session import Transaction
from storage.tables import contacts, orders, parcels

MOST_LOOKED_AT = 10_000
"""As for messages."""


class OrderState(StrEnum):
    """What a list of orders may be narrowed to."""

    TO_PAY = "to_pay"
    TO_SEND = "to_send"
    SENT = "sent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which orders; all of a shop's where nothing is said."""

    name: str | None = None
    state: OrderState | None = None
    contact_id: ContactId | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind an order, or before it, where ``is_newer``."""

    placed_at: datetime
    id: OrderId
    is_newer: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """As ``message_lists.Page``."""

    rows: Rows
    older: Place | None
    newer: Place | None


def page(
    tx: Transaction, shop_id: ShopId, wanted: Wanted, place: Place | None, *, limit: int
) -> Page:
    """One page of the list; it costs two queries at most."""
    found = tx.rows(_shown(shop_id, wanted, place, limit=limit + 1))
    rows = found[:limit]
    is_newer = place is not None and place.is_newer
    onwards = _place(rows[-1], is_newer=is_newer) if len(found) > limit else None
    if onwards is None and wanted.state is not None and not _is_of_some(wanted):
        at_most = _looked(shop_id, wanted, place).offset(MOST_LOOKED_AT - 1).limit(1)
        last = tx.row(at_most)
        onwards = None if last is None else _place(last, is_newer=is_newer)
    if is_newer:
        return Page(rows[::-1], older=_back(rows, place), newer=onwards)
    return Page(rows, older=onwards, newer=_back(rows, place))


def _back(rows: Rows, place: Place | None) -> Place | None:
    if place is None or rows:
        return _place(rows[0], is_newer=not place.is_newer) if place else None
    beside = place.id + (1 if place.is_newer else -1)
    return Place(place.placed_at, OrderId(beside), not place.is_newer)


def newest_with_people(tx: Transaction, shop_id: ShopId, *, limit: int) -> Rows:
    """The newest orders of which somebody is known, with what they are called by."""
    query = (
        select(
            *(orders.c.name, orders.c.placed_at, orders.c.contact_id),
            *(orders.c.first_name, contacts.c.phone),
        )
        .join(contacts, contacts.c.id == orders.c.contact_id)
        .where(
            orders.c.shop_id == shop_id,
            orders.c.whole_since.is_not(None),
            orders.c.placed_at.is_not(None),
        )
        .order_by(orders.c.placed_at.desc(), orders.c.order_id.desc())
        .limit(limit)
    )
    return tx.rows(query)


def _place(row: Mapping[str, Any], *, is_newer: bool) -> Place:
    return Place(row["placed_at"], OrderId(row["order_id"]), is_newer)


def _is_of_some(wanted: Wanted) -> bool:
    return wanted.contact_id is not None or wanted.name is not None


_LOOKED = (
    *(orders.c.order_id, orders.c.placed_at, orders.c.payment, orders.c.shipping),
    orders.c.cancelled_at,
)
_SHOWN = (
    *(orders.c.name, orders.c.total, orders.c.currency, orders.c.country),
    *(orders.c.contact_id, orders.c.cash_on_delivery, contacts.c.phone),
)


def _shown(
    shop_id: ShopId, wanted: Wanted, place: Place | None, *, limit: int
) -> Select[Any]:
    most = None if _is_of_some(wanted) else MOST_LOOKED_AT
    looked = _looked(shop_id, wanted, place).limit(most).subquery("looked")
    found = select(looked).where(*_filters(looked.c, wanted))
    of_page = found.order_by(*_order(looked.c, place)).limit(limit).subquery("found")
    own = (orders.c.shop_id == shop_id) & (orders.c.order_id == of_page.c.order_id)
    return (
        select(of_page, *_SHOWN, _furthest(shop_id, of_page.c.order_id))
        .join(orders, own)
        .outerjoin(contacts, contacts.c.id == orders.c.contact_id)
        .order_by(*_order(of_page.c, place))
    )


def _furthest(shop_id: ShopId, order_id: ColumnElement[int]) -> ColumnElement[Any]:
    """What its parcels have passed, one after the other."""
    return (
        select(func.array_agg(parcels.c.milestone))
        .where(
            parcels.c.shop_id == shop_id,
            parcels.c.order_id == order_id,
            parcels.c.is_cancelled.is_not(True),
        )
        .scalar_subquery()
        .label("milestones")
    )


def _looked(shop_id: ShopId, wanted: Wanted, place: Place | None) -> Select[Any]:
    """By the orders' own index, or that of names or of people."""
    query = select(*_LOOKED).where(
        orders.c.shop_id == shop_id,
        orders.c.whole_since.is_not(None),
        orders.c.placed_at.is_not(None),
    )
    if wanted.name is not None:
        query = query.where(orders.c.name.in_(asking.spellings_of(wanted.name)))
    if wanted.contact_id is not None:
        query = query.where(orders.c.contact_id == wanted.contact_id)
    if place is not None:
        here = tuple_(orders.c.placed_at, orders.c.order_id)
        there = tuple_(place.placed_at, place.id)
        query = query.where(here > there if place.is_newer else here < there)
    return query.order_by(*_order(orders.c, place))


def _order(columns: Any, place: Place | None) -> tuple[ColumnElement[Any], ...]:
    by = (columns.placed_at, columns.order_id)
    if place is not None and place.is_newer:
        return tuple(column.asc() for column in by)
    return tuple(column.desc() for column in by)


_PAID = ("paid", "partially_refunded", "refunded", "voided")
_SENT = ("fulfilled", "restocked")


def _filters(looked: Any, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    is_cancelled = looked.cancelled_at.is_not(None)
    is_sent = func.coalesce(looked.shipping, "").in_(_SENT)
    match wanted.state:
        case OrderState.CANCELLED:
            yield is_cancelled
        case OrderState.SENT:
            yield and_(not_(is_cancelled), is_sent)
        case OrderState.TO_SEND:
            yield and_(not_(is_cancelled), not_(is_sent))
        case OrderState.TO_PAY:
            is_open = or_(looked.payment.is_(None), looked.payment.not_in(_PAID))
            yield and_(not_(is_cancelled), is_open)
        case None:
            pass
