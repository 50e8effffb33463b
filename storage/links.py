"""Where the links in our messages lead, and when they were opened.

A link is found by a keyed fingerprint of its code; where it leads is sealed, and gone
once it is over, or its person is erased. That it was opened is a row of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.values import MessageId, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import links


def target_context(message_id: str) -> str:
    """What a sealed target is bound to."""
    return f"link of message {message_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """``target`` is sealed."""

    shop_id: ShopId
    message_id: MessageId
    key: bytes
    target: bytes
    expires_at: datetime


_LINK = columns_of(links, ("shop_id", "message_id", "key", "target", "expires_at"))
_KEEP = Statement(f"""
INSERT INTO links ({", ".join(_LINK)}) SELECT new.* FROM {unfolded(_LINK)}
ON CONFLICT (shop_id, message_id) DO UPDATE
SET target = EXCLUDED.target, expires_at = EXCLUDED.expires_at
""")


def keep(tx: Transaction, made: Sequence[NewLink]) -> None:
    """Write them all down. A message that is sent once more has the link it had, which
    leads to where it leads now."""
    rows = [
        {
            "shop_id": link.shop_id,
            "message_id": link.message_id,
            "key": link.key,
            "target": link.target,
            "expires_at": link.expires_at,
        }
        # In one order everywhere: who waits for a row must not hold a later one.
        for link in sorted(made, key=lambda link: link.message_id)
    ]
    if rows:
        tx.run(_KEEP, folded(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLink:
    """``target`` is sealed, and None where the link leads nowhere any more."""

    shop_id: ShopId
    message_id: MessageId
    shop_domain: str
    shop_name: str
    target: bytes | None = field(repr=False)


# The row is locked, so that who is erased meanwhile leaves no click behind.
_OPEN = Statement("""
WITH found AS MATERIALIZED (
  SELECT l.shop_id, l.message_id, s.domain, s.name,
    CASE WHEN l.expires_at > :now THEN l.target END AS target
  FROM links l JOIN shops s ON s.id = l.shop_id WHERE l.key = :key
  FOR SHARE OF l),
clicked AS (
  INSERT INTO clicks AS k (shop_id, message_id, first_at, last_at, count)
  SELECT shop_id, message_id, :now, :now, 1 FROM found
  WHERE target IS NOT NULL AND :is_click
  ON CONFLICT (shop_id, message_id) DO UPDATE
  SET last_at = greatest(k.last_at, EXCLUDED.last_at), count = k.count + 1)
SELECT * FROM found
""")


def opened(
    tx: Transaction, key: bytes, *, is_click: bool, now: datetime
) -> KnownLink | None:
    """The link, which somebody has opened now; noted if it is a click on one that still
    leads somewhere. None where there is no such link."""
    asked: dict[str, Any] = {"key": key, "is_click": is_click, "now": now}
    for row in tx.ask(_OPEN, asked):
        return KnownLink(
            shop_id=ShopId(row.shop_id),
            message_id=MessageId(row.message_id),
            shop_domain=row.domain,
            shop_name=row.name,
            target=None if row.target is None else bytes(row.target),
        )
    return None


_FORGET_TARGETS = Statement("""
UPDATE links SET target = NULL WHERE (shop_id, message_id) IN (
  SELECT shop_id, message_id FROM links
  WHERE target IS NOT NULL AND expires_at < :before
  ORDER BY expires_at LIMIT :most)
""")
_FORGET = Statement("""
DELETE FROM links WHERE (shop_id, message_id) IN (
  SELECT shop_id, message_id FROM links
  WHERE target IS NULL AND expires_at < :before
  ORDER BY expires_at LIMIT :most)
""")


def forget_targets(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Forget where links led that were over before a moment; answer how many."""
    return tx.count(_FORGET_TARGETS, {"before": before, "most": limit})


def forget(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Forget such links altogether, and with them which store they were of. That they
    were opened stays."""
    return tx.count(_FORGET, {"before": before, "most": limit})
