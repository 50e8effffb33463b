"""What is known of our templates' way through Meta's review, beside their states."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement

_NEWEST_ORDERS = 2_000


@dataclass(frozen=True, slots=True)
class Due:
    """An account of a shop whose templates are to be looked at, and a number of it. The
    token is sealed."""

    shop_id: ShopId
    account_id: str
    phone_number_id: str
    token: bytes = field(repr=False)


# Of an account's numbers one stands for all: the first that nothing holds back.
_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT n.shop_id, n.phone_number_id FROM numbers n JOIN shops s ON s.id = n.shop_id
  WHERE n.templates_due_at <= :now AND s.state = 'active' AND NOT EXISTS (
    SELECT 1 FROM numbers o
    WHERE o.shop_id = n.shop_id AND o.account_id = n.account_id
      AND (o.parked_until IS NOT NULL, o.phone_number_id)
        < (n.parked_until IS NOT NULL, n.phone_number_id))
  ORDER BY n.templates_due_at LIMIT :limit FOR UPDATE OF n SKIP LOCKED)
UPDATE numbers SET templates_due_at = :until
WHERE (shop_id, phone_number_id) IN (SELECT shop_id, phone_number_id FROM due)
RETURNING shop_id, account_id, phone_number_id, token
""")


def take_due(
    tx: Transaction, *, now: datetime, lease: timedelta, limit: int
) -> list[Due]:
    """Those whose time has come; nobody else takes them before the lease is over."""
    asked = {"now": now, "until": now + lease, "limit": limit}
    return [
        Due(ShopId(row.shop_id), row.account_id, row.phone_number_id, row.token)
        for row in tx.ask(_TAKE_DUE, asked)
    ]


_LOOK_AGAIN = Statement("""
UPDATE numbers SET templates_due_at = :at
WHERE shop_id = :shop AND account_id = :account
""")


def look_again(
    tx: Transaction, shop_id: ShopId, account_id: str, *, at: datetime
) -> None:
    tx.run(_LOOK_AGAIN, {"shop": shop_id, "account": account_id, "at": at})


_LOOK_AGAIN_FOR = Statement("""
UPDATE numbers SET templates_due_at = :at
WHERE shop_id = :shop AND account_id = (
  SELECT account_id FROM numbers
  WHERE shop_id = :shop AND phone_number_id = :number)
""")


def look_again_for(
    tx: Transaction, shop_id: ShopId, phone_number_id: str, *, at: datetime
) -> None:
    """As ``look_again``, at the account of this number."""
    asked = {"shop": shop_id, "number": phone_number_id, "at": at}
    tx.run(_LOOK_AGAIN_FOR, asked)


_LOOK_AT_SHOP = Statement("""
UPDATE numbers SET templates_due_at = :at WHERE shop_id = :shop
""")


def look_at_shop(tx: Transaction, shop_id: ShopId, *, at: datetime) -> int:
    """As ``look_again``, at all accounts of a shop; answer how many numbers it has."""
    return tx.count(_LOOK_AT_SHOP, {"shop": shop_id, "at": at})


_TRY_AGAIN = Statement("""
UPDATE templates SET checked_at = least(checked_at, :at)
WHERE shop_id = :shop AND state = :state
""")


def try_again(tx: Transaction, shop_id: ShopId, *, state: str, as_of: datetime) -> None:
    """Let what is in this state count as noted so long ago, so that it is tried."""
    tx.run(_TRY_AGAIN, {"shop": shop_id, "state": state, "at": as_of})


@dataclass(frozen=True, slots=True)
class Looked:
    """When somebody last heard of an account's templates, None for never, and when Meta
    is asked for them next."""

    at: datetime | None
    next_at: datetime


_LOOKED = Statement("""
SELECT min(templates_due_at) AS next_at, (
  SELECT max(checked_at) FROM templates
  WHERE shop_id = :shop AND account_id = :account) AS at
FROM numbers WHERE shop_id = :shop AND account_id = :account
""")


def looked(tx: Transaction, shop_id: ShopId, account_id: str) -> Looked:
    [row] = tx.ask(_LOOKED, {"shop": shop_id, "account": account_id})
    return Looked(row.at, row.next_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What tells which languages a shop needs. ``locales`` counts its newest orders.
    Those of its own flows that have a step which shows products are ``showing``.
    ``chosen`` are the languages of automations that are not in all of the shop's."""

    languages: Sequence[str]
    country: str | None
    switched_on: Collection[str]
    locales: Mapping[str, int]
    showing: Collection[str] = frozenset()
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)


_SHOP = Statement("""
SELECT s.languages, s.country,
  ARRAY(SELECT a.name FROM automations a
        WHERE a.shop_id = s.id AND a.enabled) AS switched_on,
  ARRAY(SELECT a.name FROM automations a WHERE a.shop_id = s.id
          AND jsonb_path_exists(a.flow, '$.steps[*].show')) AS showing,
  (SELECT coalesce(jsonb_object_agg(a.name, a.languages), '{}') FROM automations a
    WHERE a.shop_id = s.id AND a.languages <> '[]') AS chosen
FROM shops s WHERE s.id = :shop
""")

_LOCALES = Statement("""
SELECT locale, count(*) AS orders FROM (
  SELECT locale FROM orders WHERE shop_id = :shop
  ORDER BY order_id DESC LIMIT :newest) AS newest
WHERE locale IS NOT NULL GROUP BY locale
""")


def needs_of(tx: Transaction, shop_id: ShopId) -> Needs:
    [shop] = tx.ask(_SHOP, {"shop": shop_id})
    asked = {"shop": shop_id, "newest": _NEWEST_ORDERS}
    return Needs(
        languages=shop.languages,
        country=shop.country,
        switched_on=frozenset(shop.switched_on),
        showing=frozenset(shop.showing),
        chosen=shop.chosen,
        locales={row.locale: row.orders for row in tx.ask(_LOCALES, asked)},
    )


@dataclass(frozen=True, slots=True)
class Noted:
    """The state of a language of a template, and when that was noted."""

    state: str
    at: datetime


_NOTED = Statement("""
SELECT name, language, state, checked_at FROM templates
WHERE shop_id = :shop AND account_id = :account
""")


def noted_of(
    tx: Transaction, shop_id: ShopId, account_id: str
) -> dict[tuple[str, str], Noted]:
    return {
        (row.name, row.language): Noted(row.state, row.checked_at)
        for row in tx.ask(_NOTED, {"shop": shop_id, "account": account_id})
    }


_SUBMITTED_SINCE = Statement("""
SELECT count(*) AS submitted FROM templates
WHERE account_id = :account AND submitted_at > :since
  AND shop_id IN (SELECT shop_id FROM numbers WHERE account_id = :account)
""")


def submitted_since(tx: Transaction, account_id: str, *, since: datetime) -> int:
    """How many we have submitted to an account, for whichever shops share it."""
    asked = {"account": account_id, "since": since}
    [row] = tx.ask(_SUBMITTED_SINCE, asked)
    return int(row.submitted)


_NOTE_DELETED = Statement("""
UPDATE templates SET state = 'DELETED', reason = NULL, checked_at = :now
WHERE shop_id = :shop AND account_id = :account AND checked_at <= :as_of
  AND (submitted_at IS NULL OR submitted_at < :submitted_before)
  AND state <> 'DELETED' AND state <> ALL(CAST(:sparing AS text[]))
  AND name || ' ' || language <> ALL(CAST(:still_there AS text[]))
""")


def note_deleted(
    tx: Transaction,
    shop_id: ShopId,
    account_id: str,
    *,
    still_there: Collection[tuple[str, str]],
    as_of: datetime,
    submitted_before: datetime,
    sparing: Collection[str],
    now: datetime,
) -> None:
    """Meta no longer has what is not ``still_there``, so nothing is sent by it.

    One that was submitted a moment ago may only not be listed yet.
    """
    asked = {
        "shop": shop_id,
        "account": account_id,
        "still_there": [f"{name} {language}" for name, language in still_there],
        "as_of": as_of,
        "submitted_before": submitted_before,
        "sparing": list(sparing),
        "now": now,
    }
    tx.run(_NOTE_DELETED, asked)


_FORGET = Statement("""
DELETE FROM templates t WHERE shop_id = :shop AND NOT EXISTS (
  SELECT 1 FROM numbers n
  WHERE n.shop_id = t.shop_id AND n.account_id = t.account_id)
""")


def forget_other_accounts(tx: Transaction, shop_id: ShopId) -> None:
    """Forget the templates of accounts through which the shop no longer sends."""
    tx.run(_FORGET, {"shop": shop_id})
