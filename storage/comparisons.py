"""How far each store has been compared with what is known of it, and what was found."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.values import FulfillmentId, OrderId, ShopId
from storage.access import TokenKind
from storage.merging import Version, moment_of
from storage.session import Transaction
from storage.shops import ShopState
from storage.statements import Statement
from storage.tables import checkouts, comparisons, shops

BEYOND_ALL = 2**63 - 1
_CHECKOUTS_OF = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStore:
    """A store to be compared. ``until`` nobody else takes it.

    Orders, checkouts and customers that changed before ``orders_until``,
    ``checkouts_until`` and ``consents_until`` have been looked at, and of the parcels
    those from ``parcels_before`` on.
    """

    shop_id: ShopId
    domain: str
    token_kind: TokenKind
    began_at: datetime
    orders_until: datetime
    checkouts_until: datetime
    consents_until: datetime
    parcels_before: int
    subscriptions_due_at: datetime
    attempts: int
    until: datetime


_BEGIN = Statement("""
INSERT INTO comparisons (shop_id, began_at, due_at, orders_until, checkouts_until,
  consents_until, parcels_before, subscriptions_due_at, found)
VALUES (:shop, :now, :due_at, :now, :left_since, :now, :beyond, :due_at, '{}')
ON CONFLICT (shop_id) DO UPDATE SET due_at = :due_at, attempts = 0,
  subscriptions_due_at = :due_at, held_because = NULL
""")


def begin(tx: Transaction, shop_id: ShopId, *, now: datetime, due_at: datetime) -> None:
    """Have a store compared from now on, and checkouts from some weeks ago. One that
    was connected before goes on where it was left: what changed in between is looked
    at, too."""
    asked = {
        "shop": shop_id,
        "now": now,
        "left_since": now - _CHECKOUTS_OF,
        "due_at": due_at,
        "beyond": BEYOND_ALL,
    }
    tx.run(_BEGIN, asked)


_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT f.shop_id FROM comparisons f JOIN shops t ON t.id = f.shop_id
  WHERE f.due_at <= :now AND t.state = 'active'
  ORDER BY f.due_at LIMIT 1 FOR UPDATE OF f SKIP LOCKED)
UPDATE comparisons c SET due_at = :until FROM shops s
WHERE s.id = c.shop_id AND c.shop_id IN (SELECT shop_id FROM due)
RETURNING c.shop_id, s.domain, s.token_kind, c.began_at, c.orders_until,
  c.checkouts_until, c.consents_until, c.parcels_before, c.subscriptions_due_at,
  c.attempts
""")


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> DueStore | None:
    """The store that has waited longest; nobody else takes it before ``until``."""
    for row in tx.ask(_TAKE_DUE, {"now": now, "until": until}):
        return DueStore(
            shop_id=ShopId(row.shop_id),
            domain=row.domain,
            token_kind=TokenKind(row.token_kind),
            began_at=row.began_at,
            orders_until=row.orders_until,
            checkouts_until=row.checkouts_until,
            consents_until=row.consents_until,
            parcels_before=row.parcels_before,
            subscriptions_due_at=row.subscriptions_due_at,
            attempts=row.attempts,
            until=until,
        )
    return None


_GO_ON = Statement("""
UPDATE comparisons SET
  orders_until = greatest(orders_until, coalesce(:orders, orders_until)),
  checkouts_until = greatest(checkouts_until, coalesce(:checkouts, checkouts_until)),
  consents_until = greatest(consents_until, coalesce(:consents, consents_until)),
  parcels_before = coalesce(:parcels, parcels_before),
  subscriptions_due_at = coalesce(:subscriptions, subscriptions_due_at)
WHERE shop_id = :shop
""")


def go_on(
    tx: Transaction,
    shop_id: ShopId,
    *,
    orders_until: datetime | None = None,
    checkouts_until: datetime | None = None,
    consents_until: datetime | None = None,
    parcels_before: int | None = None,
    subscriptions_due_at: datetime | None = None,
) -> None:
    """Note how far it has come; None stays."""
    asked = {
        "shop": shop_id,
        "orders": orders_until,
        "checkouts": checkouts_until,
        "consents": consents_until,
        "parcels": parcels_before,
        "subscriptions": subscriptions_due_at,
    }
    tx.run(_GO_ON, asked)


_COUNT = Statement("""
UPDATE comparisons SET found_at = :now, found = jsonb_set(found, ARRAY[:what],
  to_jsonb(coalesce((found ->> :what)::bigint, 0) + :count))
WHERE shop_id = :shop
""")


def count_found(
    tx: Transaction, shop_id: ShopId, counts: Mapping[str, int], *, now: datetime
) -> None:
    """Add to what was found, by what it was."""
    for what, count in sorted(counts.items()):
        tx.run(_COUNT, {"shop": shop_id, "what": what, "count": count, "now": now})


_HAND_BACK = Statement("""
UPDATE comparisons SET due_at = :due_at, attempts = :attempts, held_because = :because,
  compared_at = CASE WHEN :is_done THEN :now ELSE compared_at END
WHERE shop_id = :shop AND due_at = :until
""")


def hand_back(
    tx: Transaction,
    due: DueStore,
    *,
    due_at: datetime,
    now: datetime,
    is_done: bool,
    attempts: int = 0,
    because: str | None = None,
) -> None:
    """Look at the store again at ``due_at``; ``because`` says what holds it back, and
    ``is_done`` whether all of it was looked at. Nothing is written where somebody has
    begun anew meanwhile."""
    asked = {
        "shop": due.shop_id,
        "until": due.until,
        "due_at": due_at,
        "attempts": attempts,
        "because": because,
        "is_done": is_done,
        "now": now,
    }
    tx.run(_HAND_BACK, asked)


@dataclass(frozen=True, slots=True)
class KnownParcel:
    """``told_at`` is how new the newest word about it is."""

    fulfillment_id: FulfillmentId
    order_id: OrderId
    is_open: bool
    placed_at: datetime | None
    told_at: datetime | None
    scanned_at: datetime | None


_PARCELS = Statement("""
SELECT p.fulfillment_id, p.order_id, p.version, p.scan_at, o.placed_at,
  p.is_cancelled IS NOT TRUE
    AND (p.milestone IS NULL OR p.milestone NOT IN ('delivered', 'picked_up'))
    AS is_open
FROM (SELECT * FROM parcels WHERE shop_id = :shop AND fulfillment_id < :before
      ORDER BY fulfillment_id DESC LIMIT :most) AS p
LEFT JOIN orders o ON o.shop_id = p.shop_id AND o.order_id = p.order_id
ORDER BY p.fulfillment_id DESC
""")


def parcels_before(
    tx: Transaction, shop_id: ShopId, before: int, *, limit: int
) -> list[KnownParcel]:
    """The next parcels of a shop, the newest first."""
    asked = {"shop": shop_id, "before": before, "most": limit}
    return [
        KnownParcel(
            FulfillmentId(row.fulfillment_id),
            OrderId(row.order_id),
            row.is_open,
            row.placed_at,
            None if row.version is None else moment_of(Version(row.version)),
            row.scan_at,
        )
        for row in tx.ask(_PARCELS, asked)
    ]


def checkouts_known(
    tx: Transaction, shop_id: ShopId, keys: Collection[bytes]
) -> dict[bytes, datetime]:
    """Up to when these checkouts are known, by the keys of their tokens."""
    found = tx.rows(
        select(checkouts.c.token_key, checkouts.c.updated_at).where(
            checkouts.c.shop_id == shop_id, checkouts.c.token_key.in_(keys)
        )
    )
    return {bytes(row["token_key"]): row["updated_at"] for row in found}


def of_shop(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    return tx.row(select(comparisons).where(comparisons.c.shop_id == shop_id))


def of_active_shops(tx: Transaction) -> list[Mapping[str, Any]]:
    """``compared_at``, ``began_at`` and ``held_because`` of each."""
    names = (comparisons.c.compared_at, comparisons.c.began_at)
    return tx.rows(
        select(*names, comparisons.c.held_because)
        .join(shops, shops.c.id == comparisons.c.shop_id)
        .where(shops.c.state == ShopState.ACTIVE)
    )
