"""Tests of messages, and the number to which whoever minds a store has them sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.lanes import Lane
from core.values import Phone, ShopId
from storage.people import PhoneBook
from storage.session import Transaction
from storage.statements import Statement

TEST = "test"
"""What such a message has for the name of its automation."""

_TURN = 105
_AWAIT = Statement("SELECT pg_advisory_xact_lock(:turn, :shop)")
_LATELY = Statement("""
SELECT count(*) AS tests FROM (
  SELECT FROM messages WHERE shop_id = :shop AND automation = 'test'
    AND created_at > :since LIMIT :most) AS lately
""")


def count_since(
    tx: Transaction, shop_id: ShopId, moment: datetime, *, most: int
) -> int:
    """How many tests a shop has sent since then, counted up to ``most``. Nobody else
    adds one until this transaction is over."""
    tx.ask(_AWAIT, {"turn": _TURN, "shop": shop_id})
    [row] = tx.ask(_LATELY, {"shop": shop_id, "since": moment, "most": most})
    return int(row.tests)


@dataclass(frozen=True, slots=True)
class Home:
    """What a test says of the store, and where its messages stand in line."""

    domain: str
    currency: str
    country: str | None
    lane: Lane


_HOME = Statement("SELECT domain, currency, country, lane FROM shops WHERE id = :shop")


def home_of(tx: Transaction, shop_id: ShopId) -> Home:
    [row] = tx.ask(_HOME, {"shop": shop_id})
    return Home(row.domain, row.currency, row.country, Lane(row.lane))


_FIND = Statement("""
SELECT id, state, reason, told, language, created_at, accepted_at, story, errors,
  pricing
FROM messages
WHERE shop_id = :shop AND automation = 'test' AND occasion = :occasion
""")


def find(tx: Transaction, shop_id: ShopId, occasion: str) -> Mapping[str, Any] | None:
    for row in tx.ask(_FIND, {"shop": shop_id, "occasion": occasion}):
        found: Mapping[str, Any] = row._asdict()
        return found
    return None


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """``confirmed_at`` is when they said that it is theirs."""

    phone: Phone
    confirmed_at: datetime


_NUMBER = Statement("""
SELECT phone, confirmed_at FROM test_numbers WHERE shop_id = :shop AND staff = :staff
""")


def number_of(
    tx: Transaction, shop_id: ShopId, staff: str, *, book: PhoneBook
) -> OwnNumber | None:
    for row in tx.ask(_NUMBER, {"shop": shop_id, "staff": staff}):
        return OwnNumber(book.opened(shop_id, row.phone), row.confirmed_at)
    return None


_KEEP = Statement("""
INSERT INTO test_numbers (shop_id, staff, phone_key, phone, confirmed_at)
VALUES (:shop, :staff, :key, :phone, :now)
ON CONFLICT (shop_id, staff) DO UPDATE SET phone_key = excluded.phone_key,
  phone = excluded.phone, confirmed_at = excluded.confirmed_at
""")


def keep_number(
    tx: Transaction,
    shop_id: ShopId,
    staff: str,
    phone: Phone,
    *,
    book: PhoneBook,
    now: datetime,
) -> None:
    """The one that they typed last counts."""
    asked = {
        "shop": shop_id,
        "staff": staff,
        "key": book.key(shop_id, phone),
        "phone": book.sealed(shop_id, phone),
        "now": now,
    }
    tx.run(_KEEP, asked)
