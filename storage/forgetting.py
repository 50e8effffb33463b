"""What is forgotten stays forgotten: a word about it that comes late is not kept."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from core.values import CustomerId, DraftOrderId, OrderId, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import (
    checkouts,
    customers,
    draft_orders,
    forgotten,
    fulfillment_orders,
    history,
    order_answers,
    orders,
    parcels,
    payments,
    refunds,
    returns,
)

_FORGOTTEN = Statement("""
SELECT thing, forgotten_at FROM forgotten
WHERE shop_id = :shop AND thing = ANY(CAST(:things AS text[]))
""")


def forgotten_among(
    tx: Transaction, shop_id: ShopId, things: Collection[str]
) -> dict[str, datetime]:
    """Those of these things that were forgotten, such as ``order 5500``, and when: what
    is known of them from before must not be asked for again."""
    asked = {"shop": shop_id, "things": sorted(set(things))}
    return {row.thing: row.forgotten_at for row in tx.ask(_FORGOTTEN, asked)}


_NAMED = columns_of(forgotten, ("shop_id", "thing", "forgotten_at", "noted_at"))
_OF_ORDERS = (
    *(orders, parcels, payments, refunds, returns, fulfillment_orders, history),
    order_answers,
)


def _forgetting(ids: dict[str, str], *deletions: str) -> Statement:
    """Delete what is found by the ids in ``gone``, and note its name.

    What was forgotten before is forgotten as of the last time.
    """
    deleted = [f"deleted_{n} AS ({each})" for n, each in enumerate(deletions)]
    return Statement(f"""
WITH gone AS (SELECT * FROM {unfolded(_NAMED | ids)}),
{", ".join(deleted)}
INSERT INTO forgotten ({", ".join(_NAMED)}) SELECT {", ".join(_NAMED)} FROM gone
ON CONFLICT (shop_id, thing) DO UPDATE SET
  forgotten_at = greatest(forgotten.forgotten_at, excluded.forgotten_at),
  noted_at = excluded.noted_at
""")


def _by(table: str, id_: str, also: str = "true") -> str:
    return f"""DELETE FROM {table} t USING gone
  WHERE t.shop_id = gone.shop_id AND t.{id_} = gone.{id_} AND {also}"""


def _untold_of(table: str, id_: str, *kinds: str) -> str:
    """What was told of an order's things without naming the order."""
    named = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""DELETE FROM history t USING gone, {table} k
  WHERE k.shop_id = gone.shop_id AND k.order_id = gone.order_id
    AND t.shop_id = gone.shop_id AND t.order_id IS NULL
    AND t.thing = k.{id_} AND t.kind IN ({named})"""


_FORGET_ORDERS = _forgetting(
    columns_of(orders, ("order_id",)),
    *(_by(table.name, "order_id") for table in _OF_ORDERS),
    _untold_of("returns", "return_id", "ReturnMoved"),
    _untold_of(
        *("fulfillment_orders", "fulfillment_order_id"),
        *("PickupPrepared", "ShippingHeld", "ShippingResumed"),
    ),
)


def forget_orders(
    tx: Transaction,
    deleted: Collection[tuple[ShopId, OrderId, datetime]],
    now: datetime,
) -> None:
    """Forget these orders, with all that was told of them, as of the moments given."""
    rows = [
        _row(shop_id, f"order {order_id}", at, now) | {"order_id": order_id}
        for shop_id, order_id, at in deleted
    ]
    _forget(tx, _FORGET_ORDERS, rows)


_FORGET_CUSTOMERS = _forgetting(
    columns_of(customers, ("customer_id",)), _by("customers", "customer_id")
)


def forget_customers(
    tx: Transaction,
    deleted: Collection[tuple[ShopId, CustomerId, datetime]],
    now: datetime,
) -> None:
    """Forget these customers. What they have ordered is the orders' own."""
    rows = [
        _row(shop_id, f"customer {customer_id}", at, now) | {"customer_id": customer_id}
        for shop_id, customer_id, at in deleted
    ]
    _forget(tx, _FORGET_CUSTOMERS, rows)


_FORGET_CHECKOUTS = _forgetting(
    columns_of(checkouts, ("token_key", "cart_key")),
    _by("checkouts", "token_key"),
    _by("checkouts", "cart_key", "t.updated_at <= gone.forgotten_at"),
)


def forget_checkouts(
    tx: Transaction,
    deleted: Collection[tuple[ShopId, bytes | None, bytes | None, datetime]],
    now: datetime,
) -> None:
    """Forget checkouts by the key of their token, or by that of their cart, of which
    those that are newer stay: a cart may begin another checkout."""
    rows = []
    for shop_id, token_key, cart_key, at in deleted:
        if token_key is not None:
            row = _row(shop_id, f"checkout {token_key.hex()}", at, now)
            rows.append(row | {"token_key": token_key})
        if cart_key is not None:
            row = _row(shop_id, f"checkouts of cart {cart_key.hex()}", at, now)
            rows.append(row | {"cart_key": cart_key})
    _forget(tx, _FORGET_CHECKOUTS, rows)


_FORGET_DRAFTS = _forgetting(
    columns_of(draft_orders, ("draft_order_id",)), _by("draft_orders", "draft_order_id")
)


def forget_drafts(
    tx: Transaction,
    deleted: Collection[tuple[ShopId, DraftOrderId, datetime]],
    now: datetime,
) -> None:
    """Forget these draft orders. What one of them became is an order of its own."""
    rows = [
        _row(shop_id, f"draft_order {id_}", at, now) | {"draft_order_id": id_}
        for shop_id, id_, at in deleted
    ]
    _forget(tx, _FORGET_DRAFTS, rows)


def _row(shop_id: ShopId, thing: str, at: datetime, now: datetime) -> dict[str, Any]:
    return {"shop_id": shop_id, "thing": thing, "forgotten_at": at, "noted_at": now}


def _forget(
    tx: Transaction, statement: Statement, rows: Sequence[dict[str, Any]]
) -> None:
    """Each thing once, as PostgreSQL needs it, and in one order everywhere."""
    last = {
        (row["shop_id"], row["thing"]): row
        for row in sorted(rows, key=lambda row: row["forgotten_at"])
    }
    if last:
        tx.run(statement, folded(last[name] for name in sorted(last)))


_AMONG = Statement(f"""
SELECT f.shop_id, f.thing FROM {unfolded(columns_of(forgotten, ("shop_id", "thing")))}
JOIN forgotten f ON f.shop_id = new.shop_id AND f.thing = new.thing
""")


def among(
    tx: Transaction, things: Iterable[tuple[ShopId, str]]
) -> set[tuple[ShopId, str]]:
    """Those of these things that have been forgotten."""
    rows = [{"shop_id": shop_id, "thing": thing} for shop_id, thing in set(things)]
    found = tx.ask(_AMONG, folded(rows)) if rows else []
    return {(ShopId(row.shop_id), row.thing) for row in found}


_FORGET_AGAIN = [
    Statement(f"""
WITH gone AS MATERIALIZED (
  SELECT CAST(substr(thing, {len(kind) + 2}) AS bigint) AS id FROM forgotten
  WHERE shop_id = :shop AND thing LIKE '{kind} %')
DELETE FROM {table.name} t USING gone WHERE t.shop_id = :shop AND t.{id_} = gone.id
""")
    for kind, id_, tables in (
        ("order", "order_id", _OF_ORDERS),
        ("customer", "customer_id", (customers,)),
        ("draft_order", "draft_order_id", (draft_orders,)),
    )
    for table in tables
]


def forget_again(tx: Transaction, shop_id: ShopId) -> None:
    """Take out what somebody wrote down who had begun before it was forgotten."""
    for statement in _FORGET_AGAIN:
        tx.run(statement, {"shop": shop_id})


_NAMES = Statement("""
DELETE FROM forgotten WHERE (shop_id, thing) IN (
  SELECT shop_id, thing FROM forgotten WHERE noted_at < :before
  ORDER BY noted_at LIMIT :most)
""")


def forget_names(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Forget what has been forgotten before a moment: nothing more will come of it.
    Answers how many."""
    return tx.count(_NAMES, {"before": before, "most": limit})
