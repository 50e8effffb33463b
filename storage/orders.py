"""What is known of orders and parcels: the newest word about each, in business time."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, delete, select

from core.sealing import Sealer
from core.values import (
    ContactId,
    FulfillmentId,
    Milestone,
    OrderId,
    ScanId,
    ShopId,
)
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import orders, parcels


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as of ``version``; ``private`` is sealed on its way to the disk."""

    shop_id: ShopId
    order_id: OrderId
    version: datetime
    name: str
    placed_at: datetime
    cancelled_at: datetime | None
    payment: str | None
    cash_on_delivery: bool
    total: Decimal | None
    currency: str | None
    locale: str | None
    country: str | None
    agreed: bool | None
    wording: str | None
    contact_id: ContactId | None
    private: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFacts:
    """A parcel as of ``version``, and the last milestone it is known to have passed.

    ``scan`` is what the newest scan said, sealed like ``private``; ``set_out_at`` is
    the first that told a place, and ``was_under_way`` whether anything was told of the
    parcel before it was delivered. These do not hang on ``version``.
    """

    shop_id: ShopId
    fulfillment_id: FulfillmentId
    order_id: OrderId
    version: datetime
    is_cancelled: bool
    tracking_key: str
    milestone: Milestone | None
    milestone_at: datetime | None
    was_under_way: bool
    set_out_at: datetime | None
    scan_at: datetime | None
    scan_id: ScanId | None
    scan: Mapping[str, str] | None
    contact_id: ContactId | None
    private: Mapping[str, str] | None


F = TypeVar("F", OrderFacts, ParcelFacts)


def merged(facts: Iterable[F]) -> list[F]:
    """One word for each order or parcel: the newest, and where it is silent an older
    one's. In the order of their ids, so that two writers cannot block each other."""
    by_id: dict[tuple[int, int], F] = {}
    for fact in sorted(facts, key=lambda fact: fact.version):
        older = by_id.get(_id_of(fact))
        by_id[_id_of(fact)] = fact if older is None else _over(fact, older)
    return [by_id[key] for key in sorted(by_id)]


def _id_of(fact: OrderFacts | ParcelFacts) -> tuple[int, int]:
    if isinstance(fact, OrderFacts):
        return fact.shop_id, fact.order_id
    return fact.shop_id, fact.fulfillment_id


def _over(newer: F, older: F) -> F:
    silent = {
        field.name: getattr(older, field.name)
        for field in fields(newer)
        if getattr(newer, field.name) is None
    }
    if isinstance(newer, ParcelFacts):
        silent |= _journey_of(newer, older)
    return replace(newer, **silent)


_NEVER = datetime.min.replace(tzinfo=UTC)
_MILESTONES = tuple(Milestone)


def _journey_of(one: ParcelFacts, other: ParcelFacts) -> dict[str, Any]:
    """What both know together of where the parcel is, whichever was told first."""
    # A scan and a fulfillment may each know the later milestone.
    passed = max(one, other, key=_passed)
    scanned = max(one, other, key=_scanned)
    places = [each for each in (one.set_out_at, other.set_out_at) if each is not None]
    return {
        "milestone": passed.milestone,
        "milestone_at": passed.milestone_at,
        "was_under_way": one.was_under_way or other.was_under_way,
        "set_out_at": min(places, default=None),
        "scan_at": scanned.scan_at,
        "scan_id": scanned.scan_id,
        "scan": scanned.scan,
    }


def _passed(parcel: ParcelFacts) -> tuple[datetime, int]:
    """Of two milestones in one moment the one further along counts."""
    place = _MILESTONES.index(parcel.milestone) if parcel.milestone else -1
    return parcel.milestone_at or _NEVER, place


def _scanned(parcel: ParcelFacts) -> tuple[datetime, int]:
    return parcel.scan_at or _NEVER, parcel.scan_id or 0


def _sealed(
    said: Mapping[str, str] | None, shop_id: ShopId, sealer: Sealer
) -> bytes | None:
    if said is None:
        return None
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return sealer.seal_text(plain, context=f"private of shop {shop_id}")


def opened_private(
    sealed: bytes | None, shop_id: ShopId, sealer: Sealer
) -> Mapping[str, str]:
    if sealed is None:
        return {}
    found: Mapping[str, str] = json.loads(
        sealer.open_text(sealed, context=f"private of shop {shop_id}")
    )
    return found


def _upsert(
    table: Table, keys: Sequence[str], own_rule: Mapping[str, str] | None = None
) -> Statement:
    """Keep the newer word on each column; where it is silent, the older one's.

    Answers the keys of each row, and whether it ``is_new``. A row that was there
    before has been locked to be updated, and bears its locker in ``xmax``.
    """
    columns = columns_of(table, [column.name for column in table.c])
    old, new = f"{table.name}.", "excluded."
    rules = {
        name: f"CASE WHEN {new}version >= {old}version"
        f" THEN coalesce({new}{name}, {old}{name})"
        f" ELSE coalesce({old}{name}, {new}{name}) END"
        for name in columns
        if name not in keys
    } | dict(own_rule or {})
    return Statement(f"""
INSERT INTO {table.name} ({", ".join(columns)}) SELECT * FROM {unfolded(columns)}
ON CONFLICT ({", ".join(keys)}) DO UPDATE SET
  {", ".join(f"{name} = {rule}" for name, rule in rules.items())}
RETURNING {", ".join(keys)}, {old}xmax = 0 AS is_new
""")


_KEEP_ORDER = _upsert(orders, ("shop_id", "order_id"))

# Where a parcel is hangs on no version: these say in SQL what _journey_of says.
_PASSED = (
    "(coalesce({0}.milestone_at, '-infinity'), coalesce(array_position("
    f"CAST('{{{{{','.join(_MILESTONES)}}}}}' AS text[]), {{0}}.milestone), 0))"
)
_SCANNED = "(coalesce({0}.scan_at, '-infinity'), coalesce({0}.scan_id, 0))"


def _later(moment: str, name: str) -> str:
    later = f"{moment.format('excluded')} > {moment.format('parcels')}"
    return f"CASE WHEN {later} THEN excluded.{name} ELSE parcels.{name} END"


_KEEP_PARCEL = _upsert(
    parcels,
    ("shop_id", "fulfillment_id"),
    {
        **{name: _later(_PASSED, name) for name in ("milestone", "milestone_at")},
        **{name: _later(_SCANNED, name) for name in ("scan", "scan_at", "scan_id")},
        "was_under_way": "parcels.was_under_way OR excluded.was_under_way",
        "set_out_at": "least(parcels.set_out_at, excluded.set_out_at)",
    },
)


def keep_orders(
    tx: Transaction, facts: Iterable[OrderFacts], *, sealer: Sealer
) -> set[tuple[ShopId, OrderId]]:
    """Keep the newest word about each order; answer those that were unknown before."""
    rows = _keep(tx, _KEEP_ORDER, merged(facts), sealer)
    return {(ShopId(row.shop_id), OrderId(row.order_id)) for row in rows if row.is_new}


def keep_parcels(
    tx: Transaction, facts: Iterable[ParcelFacts], *, sealer: Sealer
) -> None:
    _keep(tx, _KEEP_PARCEL, merged(facts), sealer)


_SEALED = ("private", "scan")


def _keep(
    tx: Transaction,
    statement: Statement,
    facts: Sequence[OrderFacts] | Sequence[ParcelFacts],
    sealer: Sealer,
) -> Sequence[Any]:
    if not facts:
        return ()
    rows = [
        {field.name: getattr(fact, field.name) for field in fields(fact)}
        | {
            name: _sealed(getattr(fact, name), fact.shop_id, sealer)
            for name in _SEALED
            if hasattr(fact, name)
        }
        for fact in facts
    ]
    return tx.ask(statement, folded(rows))


_FORGET = delete(orders).where(
    orders.c.shop_id == bindparam("shop"), orders.c.order_id == bindparam("order")
)


def forget_orders(tx: Transaction, deleted: Collection[tuple[ShopId, OrderId]]) -> None:
    if deleted:
        tx.connection.execute(
            _FORGET, [{"shop": shop, "order": order} for shop, order in deleted]
        )


def orders_named(
    tx: Transaction, shop_id: ShopId, name: str
) -> Sequence[Mapping[str, Any]]:
    """Orders by the name that people use, ``#1001`` or ``1001``; newest first."""
    names = {name, f"#{name}", name.removeprefix("#")}
    return tx.rows(
        select(orders)
        .where(orders.c.shop_id == shop_id, orders.c.name.in_(names))
        .order_by(orders.c.placed_at.desc())
        .limit(20)
    )


_PARCELS_OF = select(parcels).where(
    parcels.c.shop_id == bindparam("shop"), parcels.c.order_id == bindparam("order")
)


def parcels_of(
    tx: Transaction, shop_id: ShopId, order_id: int
) -> Sequence[Mapping[str, Any]]:
    return tx.rows(_PARCELS_OF, {"shop": shop_id, "order": order_id})
