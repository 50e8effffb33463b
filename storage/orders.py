"""What is known of orders and parcels: the newest word about each, in business time."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import bindparam, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from core.sealing import Sealer
from core.values import ContactId, FulfillmentId, Milestone, OrderId, ShopId
from storage.session import Transaction
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
    """A parcel as of ``version``, and the last milestone it is known to have passed."""

    shop_id: ShopId
    fulfillment_id: FulfillmentId
    order_id: OrderId
    version: datetime
    is_cancelled: bool
    tracking_key: str
    milestone: Milestone | None
    milestone_at: datetime | None
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
    if isinstance(newer, ParcelFacts) and isinstance(older, ParcelFacts):
        last = max(
            (newer, older),
            key=lambda parcel: (parcel.milestone_at is not None, parcel.milestone_at),
        )
        silent |= {"milestone": last.milestone, "milestone_at": last.milestone_at}
    return replace(newer, **silent)


def _private(fact: OrderFacts | ParcelFacts, sealer: Sealer) -> bytes | None:
    if fact.private is None:
        return None
    plain = json.dumps(fact.private, ensure_ascii=False, separators=(",", ":"))
    return sealer.seal_text(plain, context=f"private of shop {fact.shop_id}")


def opened_private(
    sealed: bytes | None, shop_id: ShopId, sealer: Sealer
) -> Mapping[str, str]:
    if sealed is None:
        return {}
    found: Mapping[str, str] = json.loads(
        sealer.open_text(sealed, context=f"private of shop {shop_id}")
    )
    return found


def _upsert(table: Any, keys: Sequence[str], own_rule: Mapping[str, Any]) -> Any:
    """Keep the newer word on each column; where it is silent, the older one's."""
    new = insert(table)
    is_newer = new.excluded.version >= table.c.version
    return new.on_conflict_do_update(
        index_elements=list(keys),
        set_={
            column.name: own_rule[column.name]
            if column.name in own_rule
            else _newest_known(is_newer, new.excluded[column.name], column)
            for column in table.c
            if column.name not in keys
        },
    )


def _newest_known(is_newer: Any, new: Any, old: Any) -> Any:
    return func.coalesce(
        _case(is_newer, new, old),
        _case(is_newer, old, new),
    )


def _case(condition: Any, yes: Any, no: Any) -> Any:
    return case((condition, yes), else_=no)


_KEEP_ORDER = _upsert(orders, ("shop_id", "order_id"), {})


def _keep_parcel() -> Any:
    new = insert(parcels).excluded
    moved = func.coalesce(
        new.milestone_at >= parcels.c.milestone_at, new.milestone_at.is_not(None)
    )
    return _upsert(
        parcels,
        ("shop_id", "fulfillment_id"),
        {
            "milestone": _case(moved, new.milestone, parcels.c.milestone),
            "milestone_at": _case(moved, new.milestone_at, parcels.c.milestone_at),
        },
    )


_KEEP_PARCEL = _keep_parcel()


def keep_orders(
    tx: Transaction, facts: Iterable[OrderFacts], *, sealer: Sealer
) -> None:
    _keep(tx, _KEEP_ORDER, merged(facts), sealer)


def keep_parcels(
    tx: Transaction, facts: Iterable[ParcelFacts], *, sealer: Sealer
) -> None:
    _keep(tx, _KEEP_PARCEL, merged(facts), sealer)


def _keep(
    tx: Transaction,
    statement: Any,
    facts: Sequence[OrderFacts] | Sequence[ParcelFacts],
    sealer: Sealer,
) -> None:
    if facts:
        tx.connection.execute(
            statement,
            [
                {field.name: getattr(fact, field.name) for field in fields(fact)}
                | {"private": _private(fact, sealer)}
                for fact in facts
            ],
        )


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
