"""Lists of a shop's people: those who can be written to, the newest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.values import ContactId, ShopId
from storage.session import Transaction
from storage.statements import Statement

# What they are called is what the store says of its customer, or else what stood on
# their newest order.
_COLUMNS = """
  c.id, c.phone, c.user_id, c.created_at, k.customer_id,
  coalesce(k.first_name, o.first_name) AS first_name,
  coalesce(k.email, o.email) AS email
"""
_BESIDE = """
LEFT JOIN LATERAL (
  SELECT customer_id, first_name, email FROM customers k
  WHERE k.contact_id = c.id ORDER BY customer_id DESC LIMIT 1) k ON true
LEFT JOIN LATERAL (
  SELECT first_name, email FROM orders o
  WHERE o.contact_id = c.id AND o.whole_since IS NOT NULL
  ORDER BY placed_at DESC LIMIT 1) o ON true
"""
# Who was made one with another, or was erased, has neither number nor id.
_THERE = "c.shop_id = :shop AND (c.phone IS NOT NULL OR c.user_id IS NOT NULL)"


def _listed(where: str, order: str) -> Statement:
    return Statement(f"""
SELECT {_COLUMNS} FROM (
  SELECT * FROM contacts c WHERE {_THERE} AND {where}
  ORDER BY c.id {order} LIMIT :most) c
{_BESIDE} ORDER BY c.id {order}
""")


_OLDER = _listed("c.id < :place", "DESC")
_NEWER = _listed("c.id > :place", "ASC")
_THESE = _listed("c.id = ANY(CAST(:ids AS bigint[]))", "DESC")
_FARTHEST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is sealed is so here."""

    contact_id: ContactId
    phone: bytes | None = field(repr=False)
    user_id: bytes | None = field(repr=False)
    customer_id: int | None
    first_name: bytes | None = field(repr=False)
    email: bytes | None = field(repr=False)
    created_at: datetime


def older(
    tx: Transaction, shop_id: ShopId, *, than: int | None, limit: int
) -> Sequence[Row]:
    """Those who came before somebody, or the newest of all; the newest first."""
    asked = {"shop": shop_id, "place": than or _FARTHEST, "most": limit}
    return [_row(each) for each in tx.ask(_OLDER, asked)]


def newer(tx: Transaction, shop_id: ShopId, *, than: int, limit: int) -> Sequence[Row]:
    """Those who came after somebody, the oldest first."""
    asked = {"shop": shop_id, "place": than, "most": limit}
    return [_row(each) for each in tx.ask(_NEWER, asked)]


def these(
    tx: Transaction, shop_id: ShopId, contacts: Collection[ContactId]
) -> Sequence[Row]:
    """Of some, those who are there; the newest first."""
    asked = {"shop": shop_id, "ids": sorted(contacts), "most": len(contacts)}
    return [_row(each) for each in tx.ask(_THESE, asked)]


_WITH_MAIL = Statement("""
SELECT DISTINCT contact_id FROM (
  SELECT contact_id FROM orders
  WHERE shop_id = :shop AND email_key = :key AND contact_id IS NOT NULL
  ORDER BY placed_at DESC LIMIT :most) o
""")


def with_mail(
    tx: Transaction, shop_id: ShopId, key: bytes, *, limit: int
) -> list[ContactId]:
    """Who has ordered with a mail address, by its fingerprint."""
    asked = {"shop": shop_id, "key": key, "most": limit}
    return [ContactId(row.contact_id) for row in tx.ask(_WITH_MAIL, asked)]


def _row(row: Any) -> Row:
    return Row(
        contact_id=ContactId(row.id),
        phone=None if row.phone is None else bytes(row.phone),
        user_id=None if row.user_id is None else bytes(row.user_id),
        customer_id=row.customer_id,
        first_name=None if row.first_name is None else bytes(row.first_name),
        email=None if row.email is None else bytes(row.email),
        created_at=row.created_at.astimezone(UTC),
    )
