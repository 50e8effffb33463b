"""Lists of a shop's messages, sent or not: the newest first, a page at a time.

A page costs what is on it, however long the history is. What has an index is found by
that; whatever else is asked for is looked for among so many messages at a time, and who
wants to see further goes on from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, false, select, union

from core.ids import begins_at
from core.values import ContactId, MessageId, ShopId
from storage import asking
from storage.asking import Rows
from storage.session import Transaction
from storage.tables import messages, orders

MOST_LOOKED_AT = 10_000
"""So many messages are looked through for one page, where no index tells which."""
_MOST_ORDERS = 500
_PREFIX = "msg"

OUT = ("sent", "delivered", "read")
"""The states of what is out as hoped; every other one has an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages; all of a shop's where nothing is said. ``order_name`` is as
    people write it, ``#1001`` or ``1001``. ``until`` is the first moment that is not
    meant any more."""

    state: str | None = None
    automation: str | None = None
    contact_id: ContactId | None = None
    order_name: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind a message, or before it, where ``is_newer``."""

    id: MessageId
    is_newer: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """``older`` and ``newer`` lead to the pages beside it, None where none is.

    It may have fewer rows than there is room for, and still an older page: see
    ``MOST_LOOKED_AT``.
    """

    rows: Rows
    older: Place | None
    newer: Place | None


def page(
    tx: Transaction, shop_id: ShopId, wanted: Wanted, place: Place | None, *, limit: int
) -> Page:
    """One page of the list; it costs two queries at most."""
    found = tx.rows(_shown(shop_id, wanted, place, limit=limit + 1))
    rows = found[:limit]
    beyond: MessageId | None = None
    if len(found) > limit:
        beyond = MessageId(rows[-1]["id"])
    elif not _is_of_some(wanted) and _is_looked_for(wanted):
        beyond = _last_looked_at(tx, shop_id, wanted, place)
    onwards = None if beyond is None else Place(beyond, _is_newer(place))
    if _is_newer(place):
        return Page(rows[::-1], older=_back(rows, place), newer=onwards)
    return Page(rows, older=onwards, newer=_back(rows, place))


def _back(rows: Rows, place: Place | None) -> Place | None:
    """The way that somebody came who did not begin here."""
    if place is None:
        return None
    if rows:
        return Place(MessageId(rows[0]["id"]), not place.is_newer)
    # The one that led here was never shown on this page: it is on the way back.
    beside = f"{place.id}0" if place.is_newer else place.id[:-1]
    return Place(MessageId(beside), not place.is_newer)


def _is_newer(place: Place | None) -> bool:
    return place is not None and place.is_newer


def _is_of_some(wanted: Wanted) -> bool:
    """Whether they are those of a person or an order, which are few."""
    return wanted.contact_id is not None or wanted.order_name is not None


def _is_looked_for(wanted: Wanted) -> bool:
    """Whether some of those that the index leads to are not wanted."""
    if wanted.state is None:
        return False
    return wanted.state in OUT or wanted.automation is not None


_SHOWN = (
    *(messages.c.id, messages.c.automation, messages.c.scope, messages.c.state),
    *(messages.c.reason, messages.c.attempt, messages.c.order_id),
    *(messages.c.created_at, messages.c.due_at, messages.c.accepted_at),
)


def _shown(
    shop_id: ShopId, wanted: Wanted, place: Place | None, *, limit: int
) -> Select[Any]:
    """What a list tells of those that are wanted, in the order of looking."""
    looked = (
        _of_some(shop_id, wanted)
        if _is_of_some(wanted)
        else _in_turn(shop_id, wanted, place).limit(MOST_LOOKED_AT)
    ).subquery("looked")
    found = (
        select(looked.c.id)
        .where(*_filters(looked.c, wanted, place))
        .order_by(_in_order(looked.c.id, place))
        .limit(limit)
        .subquery("found")
    )
    return (
        asking.messages_with(shop_id, *_SHOWN)
        .join(found, found.c.id == messages.c.id)
        .order_by(_in_order(messages.c.id, place))
    )


def _in_turn(shop_id: ShopId, wanted: Wanted, place: Place | None) -> Select[Any]:
    """In their order, by the index that leads past most of the others."""
    query = select(*_LOOKED).where(
        messages.c.shop_id == shop_id, *_bounds(messages.c.id, wanted, place)
    )
    if wanted.state is not None and wanted.state not in OUT:
        query = query.where(messages.c.listed_as == wanted.state)
    elif wanted.automation is not None:
        query = query.where(messages.c.automation == wanted.automation)
    return query.order_by(_in_order(messages.c.id, place))


_LOOKED = (messages.c.id, messages.c.state, messages.c.automation)


def _of_some(shop_id: ShopId, wanted: Wanted) -> CompoundSelect[Any]:
    """Who a message is to is written down when it leaves; before, its order tells."""
    own = select(*_LOOKED).where(messages.c.shop_id == shop_id)
    about = select(orders.c.order_id).where(orders.c.shop_id == shop_id)
    if wanted.order_name is not None:
        names = asking.spellings_of(wanted.order_name)
        about = about.where(orders.c.name.in_(names))
    if wanted.contact_id is not None:
        about = about.where(orders.c.contact_id == wanted.contact_id)
    newest = about.order_by(orders.c.placed_at.desc()).limit(_MOST_ORDERS)
    of_orders = own.where(messages.c.order_id.in_(newest))
    if wanted.order_name is not None:
        to_them = own.where(false())
    else:
        to_them = own.where(messages.c.contact_id == wanted.contact_id)
    # As a union, whose parts are each found by an index of their own.
    return union(of_orders, to_them)


def _filters(
    looked: Any, wanted: Wanted, place: Place | None
) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield looked.state == wanted.state
    if wanted.automation is not None:
        yield looked.automation == wanted.automation
    if _is_of_some(wanted):
        yield from _bounds(looked.id, wanted, place)


def _bounds(
    id_: ColumnElement[str], wanted: Wanted, place: Place | None
) -> Iterator[ColumnElement[bool]]:
    """Between two moments, and on from a place: an id tells when it was made."""
    if wanted.since is not None:
        yield id_ >= begins_at(_PREFIX, wanted.since)
    if wanted.until is not None:
        yield id_ < begins_at(_PREFIX, wanted.until)
    if place is not None:
        yield id_ > place.id if place.is_newer else id_ < place.id


def _in_order(id_: ColumnElement[str], place: Place | None) -> ColumnElement[str]:
    return id_.asc() if _is_newer(place) else id_.desc()


def _last_looked_at(
    tx: Transaction, shop_id: ShopId, wanted: Wanted, place: Place | None
) -> MessageId | None:
    """Where to look further; None where all have been looked at."""
    query = _in_turn(shop_id, wanted, place).offset(MOST_LOOKED_AT - 1).limit(1)
    found = tx.row(query)
    return None if found is None else MessageId(found["id"])
