"""Which tracking service follows a store's parcels, by a key of the store's own."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from core.sealing import CannotOpen, Keyring, fingerprint
from core.values import ShopId
from storage.session import Transaction
from storage.shops import ShopState
from storage.statements import Statement
from storage.tables import shop_keys, shops, tracking_feeds, tracking_numbers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """``key_print`` is the keyed fingerprint of the key, which no two shops share."""

    service: str
    key: str = field(repr=False)
    key_print: bytes
    quota_left: int


def key_context(shop_id: ShopId) -> str:
    return f"tracking key of shop {shop_id}"


def print_of(service: str, key: str, pepper: bytes) -> bytes:
    return fingerprint(pepper, f"tracking key {service} {key}")


def switch_on(
    tx: Transaction,
    shop_id: ShopId,
    feed: NewFeed,
    *,
    sealer: Keyring,
    now: datetime,
    due_at: datetime,
) -> None:
    """Have the shop's parcels followed, also those that are under way.

    A second time what held the service back is over, and all parcels are looked
    through again; with another key each number is asked for anew.
    """
    before = feed_of(tx, shop_id)
    known = {
        "service": feed.service,
        "key": sealer.of(shop_id).seal_text(feed.key, context=key_context(shop_id)),
        "key_print": feed.key_print,
        "quota_left": feed.quota_left,
        "quota_at": now,
        "due_at": due_at,
        "parked_because": None,
        "attempts": 0,
        "parcels_before": _BEYOND_ALL,
        "connected_at": now,
    }
    tx.connection.execute(
        insert(tracking_feeds)
        .values(shop_id=shop_id, **known)
        .on_conflict_do_update(index_elements=["shop_id"], set_=known)
    )
    if before is not None and bytes(before["key_print"]) != feed.key_print:
        tx.run(_ASK_ANEW, {"shop": shop_id, "now": now})


_BEYOND_ALL = 2**63 - 1

_ASK_ANEW = Statement("""
UPDATE tracking_numbers SET state = 'wanted', task = 'follow', due_at = :now,
  attempts = 0, reason = NULL, changed_at = :now
WHERE shop_id = :shop AND state <> 'left'
""")


def switch_off(tx: Transaction, shop_id: ShopId) -> bool:
    """Forget the key and all numbers; whether there was a key."""
    tx.connection.execute(
        delete(tracking_numbers).where(tracking_numbers.c.shop_id == shop_id)
    )
    gone = tx.connection.execute(
        delete(tracking_feeds).where(tracking_feeds.c.shop_id == shop_id)
    )
    return bool(gone.rowcount)


def feed_of(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    """The shop's service, and what holds it back. The key in it is sealed."""
    return tx.row(select(tracking_feeds).where(tracking_feeds.c.shop_id == shop_id))


def shop_with(tx: Transaction, key_print: bytes) -> str | None:
    """The domain of the shop that has this key."""
    found: str | None = tx.connection.scalar(
        select(shops.c.domain)
        .join(tracking_feeds, tracking_feeds.c.shop_id == shops.c.id)
        .where(tracking_feeds.c.key_print == key_print)
    )
    return found


def held_back(tx: Transaction) -> tuple[int, int]:
    """How many active shops have a service, and how many of these are held back."""
    rows = tx.rows(
        select(tracking_feeds.c.parked_because)
        .join(shops, shops.c.id == tracking_feeds.c.shop_id)
        .where(shops.c.state == ShopState.ACTIVE)
    )
    return len(rows), sum(row["parked_because"] is not None for row in rows)


def own_keys(tx: Transaction, *, sealer: Keyring) -> dict[str, str]:
    """The key of each active shop, by service and domain: ``17track/ada.my...``.

    One that nobody can open is as none, and closes no other shop's door.
    """
    rows = tx.rows(
        select(
            tracking_feeds.c.shop_id,
            tracking_feeds.c.service,
            tracking_feeds.c.key,
            shops.c.domain,
            shop_keys.c.wrapped,
        )
        .join(shops, shops.c.id == tracking_feeds.c.shop_id)
        .join(shop_keys, shop_keys.c.shop_id == tracking_feeds.c.shop_id)
        .where(shops.c.state == ShopState.ACTIVE)
    )
    keys = {}
    for row in rows:
        shop_id = ShopId(row["shop_id"])
        try:
            sealer.learn(shop_id, row["wrapped"])
            key = sealer.of(shop_id).open_text(row["key"], context=key_context(shop_id))
        except CannotOpen:
            log.warning("tracking_key_not_opened shop=%s", shop_id)
            continue
        keys[f"{row['service']}/{row['domain']}"] = key
    return keys


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A shop whose service is to be asked for something. The key is sealed.

    ``until`` nobody else takes it.
    """

    shop_id: ShopId
    service: str
    key: bytes = field(repr=False)
    attempts: int
    parcels_before: int | None
    quota_at: datetime | None
    until: datetime


_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT f.shop_id FROM tracking_feeds f JOIN shops s ON s.id = f.shop_id
  WHERE f.due_at <= :now AND s.state = 'active'
    AND (f.parcels_before IS NOT NULL OR EXISTS (
      SELECT 1 FROM tracking_numbers n
      WHERE n.shop_id = f.shop_id AND n.task IS NOT NULL AND n.due_at <= :now))
  ORDER BY f.due_at LIMIT 1 FOR UPDATE OF f SKIP LOCKED)
UPDATE tracking_feeds SET due_at = :until WHERE shop_id IN (SELECT shop_id FROM due)
RETURNING shop_id, service, key, attempts, parcels_before, quota_at
""")


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> DueFeed | None:
    """The shop that has waited longest for something; nobody else takes it before
    ``until``."""
    for row in tx.ask(_TAKE_DUE, {"now": now, "until": until}):
        return DueFeed(
            ShopId(row.shop_id),
            row.service,
            bytes(row.key),
            row.attempts,
            row.parcels_before,
            row.quota_at,
            until,
        )
    return None


_HAND_BACK = Statement("""
UPDATE tracking_feeds
SET due_at = :due_at, attempts = :attempts, parked_because = :because
WHERE shop_id = :shop AND due_at = :until
""")


def hand_back(
    tx: Transaction,
    feed: DueFeed,
    *,
    due_at: datetime,
    attempts: int = 0,
    because: str | None = None,
) -> None:
    """Look at the shop again at ``due_at``; ``because`` says what holds it back.

    Nothing is written where somebody has switched it on anew in the meantime.
    """
    asked = {
        "shop": feed.shop_id,
        "until": feed.until,
        "due_at": due_at,
        "attempts": attempts,
        "because": because,
    }
    tx.run(_HAND_BACK, asked)


_NOTE_QUOTA = Statement("""
UPDATE tracking_feeds SET quota_left = :left, quota_at = :now WHERE shop_id = :shop
""")


def note_quota(tx: Transaction, shop_id: ShopId, left: int, *, now: datetime) -> None:
    tx.run(_NOTE_QUOTA, {"shop": shop_id, "left": left, "now": now})


_GO_ON_BEFORE = Statement("""
UPDATE tracking_feeds SET parcels_before = :before WHERE shop_id = :shop
""")


def go_on_before(tx: Transaction, shop_id: ShopId, before: int | None) -> None:
    """Parcels before this one are still to be looked through; None are."""
    tx.run(_GO_ON_BEFORE, {"shop": shop_id, "before": before})
