"""A store's people who have opened the app: what each may do here, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement

_SEEN_ANEW_AFTER = timedelta(minutes=10)
"""That somebody is there is not written down for each page that they open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """``role`` is None where it was taken away, ``last_seen_at`` where they have never
    been here. ``name`` is sealed."""

    user: str
    role: str | None
    name: bytes | None = field(repr=False)
    session: int
    first_seen_at: datetime
    last_seen_at: datetime | None


_COLUMNS = "user_id, role, name, session, first_seen_at, last_seen_at"
_ONE = Statement(f"""
SELECT {_COLUMNS} FROM staff WHERE shop_id = :shop AND user_id = :user
""")
_ALL = Statement(f"""
SELECT {_COLUMNS} FROM staff WHERE shop_id = :shop
ORDER BY first_seen_at, user_id
""")
# Whoever decides who is an owner is alone with that.
_BE_ALONE = Statement("SELECT id FROM shops WHERE id = :shop FOR NO KEY UPDATE")
_ADD = Statement("""
INSERT INTO staff (shop_id, user_id, role, first_seen_at)
SELECT :shop, :user,
  CASE WHEN EXISTS (SELECT 1 FROM staff WHERE shop_id = :shop)
    THEN CAST(:later AS text) ELSE CAST(:first AS text) END, :now
ON CONFLICT DO NOTHING
""")
_SEE = Statement("""
UPDATE staff SET last_seen_at = :now WHERE shop_id = :shop AND user_id = :user
""")
_NAME = Statement("""
UPDATE staff SET name = :name WHERE shop_id = :shop AND user_id = :user
""")
_SET_ROLE = Statement("""
UPDATE staff SET role = :role, session = session + 1
WHERE shop_id = :shop AND user_id = :user
""")
_SIGN_OUT = Statement("""
UPDATE staff SET session = session + 1 WHERE shop_id = :shop AND user_id = :user
""")
_OTHERS = Statement("""
SELECT count(*) AS count FROM staff
WHERE shop_id = :shop AND role = :role AND user_id <> :user
""")


def be_alone(tx: Transaction, shop_id: ShopId) -> None:
    """Wait until nobody else is deciding about the shop's people."""
    tx.ask(_BE_ALONE, {"shop": shop_id})


def one(tx: Transaction, shop_id: ShopId, user: str) -> Colleague | None:
    rows = tx.ask(_ONE, {"shop": shop_id, "user": user})
    return _colleague(rows[0]) if rows else None


def everybody(tx: Transaction, shop_id: ShopId) -> Sequence[Colleague]:
    """In the order in which they came."""
    return [_colleague(row) for row in tx.ask(_ALL, {"shop": shop_id})]


def add(
    tx: Transaction,
    shop_id: ShopId,
    user: str,
    *,
    first: str,
    later: str,
    now: datetime,
) -> None:
    """Add them with the role ``first`` where there is nobody yet, else with ``later``;
    nothing where they are there. Be alone before."""
    asked = {"shop": shop_id, "user": user, "first": first, "later": later, "now": now}
    tx.run(_ADD, asked)


def see(tx: Transaction, shop_id: ShopId, known: Colleague, *, now: datetime) -> None:
    """Write down that they are here, if that has not been for a while."""
    last = known.last_seen_at
    if last is None or now - last >= _SEEN_ANEW_AFTER:
        tx.run(_SEE, {"shop": shop_id, "user": known.user, "now": now})


def call(tx: Transaction, shop_id: ShopId, user: str, name: bytes) -> None:
    tx.run(_NAME, {"shop": shop_id, "user": user, "name": name})


def set_role(tx: Transaction, shop_id: ShopId, user: str, role: str | None) -> None:
    """Their sessions end with it."""
    tx.run(_SET_ROLE, {"shop": shop_id, "user": user, "role": role})


def sign_out(tx: Transaction, shop_id: ShopId, user: str) -> None:
    """Their sessions end, in every browser."""
    tx.run(_SIGN_OUT, {"shop": shop_id, "user": user})


def others_with(tx: Transaction, shop_id: ShopId, role: str, *, but: str) -> int:
    [row] = tx.ask(_OTHERS, {"shop": shop_id, "role": role, "user": but})
    return int(row.count)


def _colleague(row: Any) -> Colleague:
    last = row.last_seen_at
    return Colleague(
        user=row.user_id,
        role=row.role,
        name=None if row.name is None else bytes(row.name),
        session=row.session,
        first_seen_at=row.first_seen_at.astimezone(UTC),
        last_seen_at=None if last is None else last.astimezone(UTC),
    )
