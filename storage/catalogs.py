"""A store's catalog: how far the store has been read, and whose turn it is.

There are two turns, at the store and at Meta, so that one's trouble keeps nobody from
the other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from core.catalog import CommerceSettings
from core.values import ShopDomain, ShopId
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import catalogs

_ALONE = 103 << 48
"""Beside the locks of ``storage.turns``; what is below it is the shop."""


class Run(StrEnum):
    """``wanted`` until the store has begun to write its products down, ``running``
    until they are written, ``reading`` until they are read."""

    WANTED = "wanted"
    RUNNING = "running"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"


class Side(StrEnum):
    """Where a turn is: at the store, or at Meta."""

    READ = "read"
    TELL = "tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCatalog:
    """``operation`` is the store's name for what it writes, of which ``read_bytes``
    have been read. ``changed_since`` is None where that is all that it has. A catalog
    that ``is_own`` has nothing in it that was not put there from here.
    ``comparing_since`` is when somebody began to look at what Meta has, page by page up
    to ``compared_after``; None while nobody does.
    """

    shop_id: ShopId
    domain: ShopDomain
    name: str
    currency: str
    timezone: str
    catalog_id: str
    account_id: str
    is_own: bool
    hidden_tag: str
    sets: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    collections_due_at: datetime | None
    run: Run
    runs: int
    operation: str | None
    as_of: datetime | None
    changed_since: datetime | None
    read_bytes: int
    read_count: int
    told_count: int | None
    failures: int
    next_run_at: datetime
    comparing_since: datetime | None
    compared_after: str | None

    @property
    def places(self) -> tuple[str, ...]:
        """Where its items are otherwise than for everybody."""
        return (*self.languages, *self.countries)


@dataclass(frozen=True, slots=True)
class Turn:
    """``until`` nobody else has the same; ``attempts`` were made in vain before."""

    catalog: KnownCatalog
    side: Side
    attempts: int
    until: datetime


AS_META_BEGINS = CommerceSettings(is_cart_enabled=True, is_catalog_visible=True)

_CONNECT = Statement("""
INSERT INTO catalogs AS c (shop_id, catalog_id, account_id, is_own, hidden_tag,
  has_cart, is_visible, connected_at, run, next_run_at, read_due_at, tell_due_at)
VALUES (:shop, :catalog, :account, :is_own, coalesce(CAST(:tag AS text), ''),
  :has_cart, :is_visible, :now, 'wanted', :now, :now, :now)
ON CONFLICT (shop_id) DO UPDATE SET account_id = :account,
  is_own = CASE WHEN c.catalog_id = :catalog THEN c.is_own OR :is_own ELSE :is_own END,
  catalog_id = :catalog,
  hidden_tag = coalesce(CAST(:tag AS text), c.hidden_tag),
  has_cart = :has_cart, is_visible = :is_visible,
  tell_held_because = NULL, tell_attempts = 0, tell_due_at = :now,
  read_held_because = NULL, read_attempts = 0, read_due_at = :now
""")


def connect(
    tx: Transaction,
    shop_id: ShopId,
    *,
    catalog_id: str,
    account_id: str,
    is_own: bool,
    hidden_tag: str | None,
    settings: CommerceSettings = AS_META_BEGINS,
    now: datetime,
) -> None:
    """Give the shop its catalog. Done again, what held it back is over; a
    ``hidden_tag`` of None stays what it was."""
    asked = {
        "shop": shop_id,
        "catalog": catalog_id,
        "account": account_id,
        "is_own": is_own,
        "tag": hidden_tag,
        "has_cart": settings.is_cart_enabled,
        "is_visible": settings.is_catalog_visible,
        "now": now,
    }
    tx.run(_CONNECT, asked)


_COLUMNS = """c.shop_id, s.domain, s.name, s.currency, s.timezone, c.catalog_id,
  c.account_id, c.is_own, c.hidden_tag, c.sets, c.languages, c.countries,
  c.collections_due_at, c.run, c.runs, c.operation, c.as_of, c.changed_since,
  c.read_bytes, c.read_count, c.told_count, c.failures, c.next_run_at,
  c.comparing_since, c.compared_after"""

_TAKE_DUE = {
    side: Statement(f"""
WITH due AS MATERIALIZED (
  SELECT f.shop_id FROM catalogs f JOIN shops t ON t.id = f.shop_id
  WHERE f.{side}_due_at <= :now AND t.state = 'active'
    AND (f.{side}_claimed_until IS NULL OR f.{side}_claimed_until <= :now)
    AND (CAST(:shop AS bigint) IS NULL OR f.shop_id = :shop)
  ORDER BY f.{side}_due_at LIMIT 1 FOR UPDATE OF f SKIP LOCKED)
UPDATE catalogs c SET {side}_claimed_until = :until, {side}_due_at = :until
FROM shops s
WHERE s.id = c.shop_id AND c.shop_id IN (SELECT shop_id FROM due)
RETURNING {_COLUMNS}, c.{side}_attempts AS attempts
""")
    for side in Side
}


def take_due(
    tx: Transaction,
    side: Side,
    *,
    now: datetime,
    until: datetime,
    shop_id: ShopId | None = None,
) -> Turn | None:
    """The catalog that has waited longest, or this shop's if it is due."""
    asked = {"now": now, "until": until, "shop": shop_id}
    for row in tx.ask(_TAKE_DUE[side], asked):
        return Turn(_known(row), side, row.attempts, until)
    return None


# What was told meanwhile may want it sooner.
_HAND_BACK = {
    side: Statement(f"""
UPDATE catalogs SET {side}_claimed_until = NULL, {side}_attempts = :attempts,
  {side}_held_because = :because,
  {side}_due_at = CASE WHEN {side}_due_at = :until OR CAST(:because AS text) IS NOT NULL
    THEN :due_at ELSE least({side}_due_at, :due_at) END
WHERE shop_id = :shop AND {side}_claimed_until = :until
""")
    for side in Side
}


def hand_back(
    tx: Transaction,
    turn: Turn,
    *,
    due_at: datetime,
    attempts: int = 0,
    because: str | None = None,
) -> None:
    """Let others have it at ``due_at``, or sooner where somebody has asked for that
    meanwhile; ``because`` says what holds it back until then."""
    asked = {
        "shop": turn.catalog.shop_id,
        "until": turn.until,
        "due_at": due_at,
        "attempts": attempts,
        "because": because,
    }
    tx.run(_HAND_BACK[turn.side], asked)


_SET = Statement("""
UPDATE catalogs SET sets = :sets, collections_due_at = :now, read_due_at = :now
WHERE shop_id = :shop AND sets <> :sets
""")
_SET_PLACES = Statement("""
UPDATE catalogs SET languages = coalesce(CAST(:languages AS text), languages),
  countries = coalesce(CAST(:countries AS text), countries),
  next_run_at = :now, read_due_at = :now
WHERE shop_id = :shop AND (languages, countries) IS DISTINCT FROM
  (coalesce(CAST(:languages AS text), languages),
    coalesce(CAST(:countries AS text), countries))
""")
# While all of a store is read, what is past there is that reading.
_PRICES_CHANGED = Statement("""
UPDATE catalogs SET
  next_run_at = CASE WHEN next_run_at > :now THEN least(next_run_at, :at) ELSE :at END,
  read_due_at = CASE WHEN read_held_because IS NULL THEN least(read_due_at, :at)
    ELSE read_due_at END
WHERE shop_id = ANY(CAST(:shops AS bigint[])) AND countries <> ''
""")
_WANT_COLLECTIONS = Statement("""
UPDATE catalogs SET collections_due_at = :now WHERE shop_id = :shop AND sets <> 'none'
""")
_LISTED = Statement("""
UPDATE catalogs SET collections_due_at = NULL
WHERE shop_id = :shop AND collections_due_at = :due_at
""")


def set_sets(tx: Transaction, shop_id: ShopId, sets: str, *, now: datetime) -> None:
    """Which collections are sets of it from now on."""
    tx.run(_SET, {"shop": shop_id, "sets": sets, "now": now})


def set_places(
    tx: Transaction,
    shop_id: ShopId,
    *,
    languages: Sequence[str] | None,
    countries: Sequence[str] | None,
    now: datetime,
) -> None:
    """Into which languages it is translated from now on, and for which countries it has
    prices; None stays as it is. All of the store is read for what has changed."""
    asked = {
        "shop": shop_id,
        "languages": None if languages is None else ",".join(languages),
        "countries": None if countries is None else ",".join(countries),
        "now": now,
    }
    tx.run(_SET_PLACES, asked)


def read_prices(
    tx: Transaction, shop_ids: Collection[ShopId], *, at: datetime, now: datetime
) -> None:
    """Have all of these stores read then, at the latest, where what things cost in a
    country is of use."""
    if shop_ids:
        tx.run(_PRICES_CHANGED, {"shops": sorted(shop_ids), "at": at, "now": now})


def want_collections(tx: Transaction, shop_id: ShopId, *, now: datetime) -> None:
    """Have the store asked which collections it has, and what is in them, where that
    is of use."""
    tx.run(_WANT_COLLECTIONS, {"shop": shop_id, "now": now})


def note_collections_listed(
    tx: Transaction, shop_id: ShopId, *, due_at: datetime
) -> None:
    """What was due then has been done."""
    tx.run(_LISTED, {"shop": shop_id, "due_at": due_at})


_BE_ALONE = Statement("SELECT pg_advisory_xact_lock(:key)")


def be_alone(tx: Transaction, shop_id: ShopId) -> None:
    """Until the transaction ends nobody else writes of what the shop's catalog shows:
    both turns change the same rows, each in an order of its own."""
    tx.ask(_BE_ALONE, {"key": _ALONE + shop_id})


_OF = Statement(f"""
SELECT {_COLUMNS} FROM catalogs c JOIN shops s ON s.id = c.shop_id
WHERE c.shop_id = :shop
""")


def of_shop(tx: Transaction, shop_id: ShopId) -> KnownCatalog | None:
    return next((_known(row) for row in tx.ask(_OF, {"shop": shop_id})), None)


def row_of(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    """All that is known of its state."""
    return tx.row(select(catalogs).where(catalogs.c.shop_id == shop_id))


_TELL_AT_ONCE = Statement("""
UPDATE catalogs SET tell_due_at = least(tell_due_at, :now), tell_held_because = NULL
WHERE shop_id = :shop
""")


def tell_now(tx: Transaction, shop_id: ShopId, *, now: datetime) -> None:
    """Have Meta told at once, whatever held that back."""
    tx.run(_TELL_AT_ONCE, {"shop": shop_id, "now": now})


_WAKE = Statement("""
UPDATE catalogs SET read_due_at = :now
WHERE shop_id = ANY(CAST(:shops AS bigint[])) AND run = 'running'
  AND read_due_at > :now AND read_held_because IS NULL
""")
_TELL_NOW = Statement("""
UPDATE catalogs SET tell_due_at = :now
WHERE shop_id = :shop AND tell_due_at > :now AND tell_held_because IS NULL
""")


def wake(tx: Transaction, shop_ids: Collection[ShopId], *, now: datetime) -> None:
    """Stores say that they have written an answer: look at once."""
    if shop_ids:
        tx.run(_WAKE, {"shops": sorted(shop_ids), "now": now})


def tell_soon(tx: Transaction, shop_id: ShopId, *, at: datetime) -> None:
    """There is something for Meta."""
    tx.run(_TELL_NOW, {"shop": shop_id, "now": at})


_STANDING = Statement("""
SELECT count(*) AS count,
  count(*) FILTER (WHERE c.read_held_because IS NOT NULL
    OR c.tell_held_because IS NOT NULL OR c.run = 'failed') AS held,
  min(coalesce(c.read_held_because, c.tell_held_because)) AS because
FROM catalogs c JOIN shops s ON s.id = c.shop_id WHERE s.state = 'active'
""")
_STATES = Statement("""
SELECT i.state, count(*) AS count FROM catalog_items i
JOIN shops s ON s.id = i.shop_id WHERE s.state = 'active' GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class Standing:
    """All catalogs of the installation: how many there are, how many are held back and
    because of what, and how many items are in each state."""

    count: int
    held: int
    because: str | None
    items: Mapping[str, int]


def standing(tx: Transaction) -> Standing:
    [row] = tx.ask(_STANDING, {})
    items = {each.state: each.count for each in tx.ask(_STATES, {})}
    return Standing(row.count, row.held, row.because, items)


def _known(row: Any) -> KnownCatalog:
    return KnownCatalog(
        shop_id=ShopId(row.shop_id),
        domain=ShopDomain(row.domain),
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        catalog_id=row.catalog_id,
        account_id=row.account_id,
        is_own=row.is_own,
        hidden_tag=row.hidden_tag,
        sets=row.sets,
        languages=_words(row.languages),
        countries=_words(row.countries),
        collections_due_at=_utc(row.collections_due_at),
        run=Run(row.run),
        runs=row.runs,
        operation=row.operation,
        as_of=_utc(row.as_of),
        changed_since=_utc(row.changed_since),
        read_bytes=row.read_bytes,
        read_count=row.read_count,
        told_count=row.told_count,
        failures=row.failures,
        next_run_at=row.next_run_at.astimezone(UTC),
        comparing_since=_utc(row.comparing_since),
        compared_after=row.compared_after,
    )


def _words(said: str) -> tuple[str, ...]:
    return tuple(said.split(",")) if said else ()


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
