"""Tokens by which a program of a store's reads its data: their fingerprints alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.values import ShopId
from storage.session import Transaction
from storage.shops import ShopState
from storage.statements import Statement

_USED_ANEW_AFTER = timedelta(minutes=1)
"""That a token is used is not written down for each request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    id: int
    shop_id: ShopId
    name: str
    role: str
    made_by: str
    made_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


_COLUMNS = "t.id, t.shop_id, t.name, t.role, t.made_by, t.made_at, t.last_used_at"
_ADD = Statement("""
INSERT INTO api_tokens (shop_id, name, role, digest, made_by, made_at)
VALUES (:shop, :name, :role, :digest, :by, :now) RETURNING id
""")
# A program that goes on asking shows nothing of a store that has removed the app.
_FIND = Statement(f"""
SELECT {_COLUMNS}, t.revoked_at FROM api_tokens t JOIN shops s ON s.id = t.shop_id
WHERE t.digest = :digest AND t.revoked_at IS NULL AND s.state = :active
""")
_ALL = Statement(f"""
SELECT {_COLUMNS}, t.revoked_at FROM api_tokens t WHERE t.shop_id = :shop
ORDER BY t.revoked_at IS NOT NULL, t.id DESC LIMIT :most
""")
_USE = Statement("UPDATE api_tokens SET last_used_at = :now WHERE id = :id")
_REVOKE = Statement("""
UPDATE api_tokens SET revoked_at = :now
WHERE shop_id = :shop AND id = :id AND revoked_at IS NULL
""")
_TURN = 106
_AWAIT = Statement("SELECT pg_advisory_xact_lock(:turn, :shop)")
_LIVE = Statement("""
SELECT count(*) AS count FROM api_tokens
WHERE shop_id = :shop AND revoked_at IS NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    name: str
    role: str
    digest: bytes
    made_by: str


def add(tx: Transaction, shop_id: ShopId, new: NewToken, *, now: datetime) -> int:
    asked = {
        "shop": shop_id,
        "name": new.name,
        "role": new.role,
        "digest": new.digest,
        "by": new.made_by,
        "now": now,
    }
    [row] = tx.ask(_ADD, asked)
    return int(row.id)


def live(tx: Transaction, shop_id: ShopId) -> int:
    """How many there are that were not taken back. Nobody else adds one until this
    transaction is over."""
    tx.ask(_AWAIT, {"turn": _TURN, "shop": shop_id})
    [row] = tx.ask(_LIVE, {"shop": shop_id})
    return int(row.count)


def find(tx: Transaction, digest: bytes) -> TokenRow | None:
    """One that counts, of any store."""
    rows = tx.ask(_FIND, {"digest": digest, "active": ShopState.ACTIVE})
    return _token(rows[0]) if rows else None


def of_shop(tx: Transaction, shop_id: ShopId, *, limit: int) -> Sequence[TokenRow]:
    """Those that count first, the newest before the others."""
    rows = tx.ask(_ALL, {"shop": shop_id, "most": limit})
    return [_token(row) for row in rows]


def use(tx: Transaction, token: TokenRow, *, now: datetime) -> None:
    last = token.last_used_at
    if last is None or now - last >= _USED_ANEW_AFTER:
        tx.run(_USE, {"id": token.id, "now": now})


def revoke(tx: Transaction, shop_id: ShopId, token_id: int, *, now: datetime) -> bool:
    """Whether there was such a token that counted until now."""
    asked = {"shop": shop_id, "id": token_id, "now": now}
    return bool(tx.count(_REVOKE, asked))


def _token(row: Any) -> TokenRow:
    return TokenRow(
        id=row.id,
        shop_id=ShopId(row.shop_id),
        name=row.name,
        role=row.role,
        made_by=row.made_by,
        made_at=row.made_at.astimezone(UTC),
        last_used_at=_utc(row.last_used_at),
        revoked_at=_utc(row.revoked_at),
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
