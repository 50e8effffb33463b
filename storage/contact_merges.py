"""Two contacts made one, and two again: the rows that follow, and what is on record.

A merge says how both stood before and which rows came from the one that is gone, whose
own row stays, empty, so that a split puts everything back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.lanes import Lane
from core.values import ContactId, ShopId
from storage import people, turns
from storage.session import Transaction
from storage.statements import Statement

_FOLLOWING = {
    "orders": "order_id",
    "parcels": "fulfillment_id",
    "customers": "customer_id",
    "checkouts": "token_key",
    "draft_orders": "draft_order_id",
    "messages": "id",
    "consents": "number",
}
"""The tables whose rows are somebody's, and what names a row in its shop."""


def _as_text(name: str) -> str:
    return f"encode({name}, 'hex')" if name == "token_key" else f"{name}::text"


# In the order of their ids, as all who lock messages do.
_MOVE = {
    table: Statement(f"""
WITH found AS (
  SELECT {name} FROM {table} WHERE shop_id = :shop AND contact_id = :gone
  ORDER BY {name} FOR UPDATE)
UPDATE {table} t SET contact_id = :kept FROM found
WHERE t.shop_id = :shop AND t.{name} = found.{name}
RETURNING {_as_text(f"t.{name}")} AS name
""")
    for table, name in _FOLLOWING.items()
}

_GIVE_BACK = {
    table: Statement(f"""
UPDATE {table} t SET contact_id = :gone
WHERE t.shop_id = :shop AND t.contact_id = :kept
  AND {_as_text(f"t.{name}")} = ANY(CAST(:names AS text[]))
""")
    for table, name in _FOLLOWING.items()
}

_BEFORE = Statement("""
SELECT jsonb_build_object(
  'contacts', (SELECT jsonb_agg(jsonb_build_object('id', c.id,
      'phone_key', encode(c.phone_key, 'hex'), 'user_key', encode(c.user_key, 'hex'),
      'marketing_since', c.marketing_since, 'wrote_at', c.wrote_at,
      'wrote_to', c.wrote_to))
    FROM contacts c WHERE c.id IN (:kept, :gone)),
  'keys', (SELECT jsonb_agg(jsonb_build_object('contact_id', k.contact_id,
      'kind', k.kind, 'key', encode(k.key, 'hex'), 'since', k.since,
      'shown_at', k.shown_at, 'until', k.until, 'how', k.how))
    FROM contact_keys k WHERE k.shop_id = :shop AND k.contact_id IN (:kept, :gone))
) AS before
""")

_FOLLOW = (
    Statement("""
INSERT INTO contact_keys (shop_id, kind, key, contact_id, value, since, shown_at, until,
  how)
SELECT shop_id, kind, key, :kept, value, since, shown_at, until, how
FROM contact_keys WHERE shop_id = :shop AND contact_id = :gone
ON CONFLICT (shop_id, kind, key, contact_id) DO NOTHING
"""),
    # What Shopify is still to know of their word about offers.
    Statement("""
INSERT INTO consent_pushes (shop_id, contact_id, act, said_at, due_at)
SELECT shop_id, :kept, act, said_at, due_at FROM consent_pushes
WHERE shop_id = :shop AND contact_id = :gone AND due_at IS NOT NULL
ON CONFLICT (shop_id, contact_id) DO UPDATE SET act = excluded.act,
  said_at = excluded.said_at, due_at = excluded.due_at
WHERE consent_pushes.said_at < excluded.said_at
"""),
    Statement("DELETE FROM contact_keys WHERE shop_id = :shop AND contact_id = :gone"),
    Statement("""
UPDATE contacts SET phone_key = NULL, phone = NULL, user_key = NULL, user_id = NULL
WHERE shop_id = :shop AND id = :gone
"""),
    Statement("""
UPDATE contacts c SET wrote_at = greatest(c.wrote_at, g.wrote_at),
  wrote_to = CASE WHEN g.wrote_at IS NULL
    OR (c.wrote_at, c.wrote_to) >= (g.wrote_at, g.wrote_to)
    THEN c.wrote_to ELSE g.wrote_to END,
  marketing_since = greatest(c.marketing_since, g.marketing_since)
FROM contacts g WHERE c.shop_id = :shop AND c.id = :kept AND g.id = :gone
"""),
)

_NOTE = Statement("""
INSERT INTO contact_merges (shop_id, kept, gone, at, how, actor, before, moved)
VALUES (:shop, :kept, :gone, :now, :how, :actor, CAST(:before AS jsonb),
  CAST(:moved AS jsonb))
""")


def be_alone(tx: Transaction, shop_id: ShopId) -> None:
    """Wait until nobody is naming people of the shop, nor choosing what to send."""
    people.await_alone(tx, shop_id)
    lanes = [Lane(row.lane) for row in tx.ask(_LANE, {"shop": shop_id})]
    turns.await_to_send(tx, lanes)


_LANE = Statement("SELECT lane FROM shops WHERE id = :shop")


def merge(
    tx: Transaction,
    shop_id: ShopId,
    *,
    kept: ContactId,
    gone: ContactId,
    how: str,
    actor: str | None,
    now: datetime,
) -> None:
    """All that is ``gone``'s is ``kept``'s. By what that one is written to is for who
    merges to say. Nobody else may be at it: see ``be_alone``."""
    asked = {"shop": shop_id, "kept": kept, "gone": gone}
    [row] = tx.ask(_BEFORE, asked)
    moved = {
        table: [each.name for each in tx.ask(statement, asked)]
        for table, statement in _MOVE.items()
    }
    for statement in _FOLLOW:
        tx.run(statement, asked)
    tx.run(
        _NOTE,
        {
            **asked,
            "now": now,
            "how": how,
            "actor": actor,
            "before": json.dumps(row.before),
            "moved": json.dumps(moved),
        },
    )


@dataclass(frozen=True, slots=True)
class Merge:
    id: int
    kept: ContactId
    gone: ContactId
    at: datetime
    how: str
    actor: str | None
    moved: Mapping[str, Sequence[str]]
    undone_at: datetime | None


_OF_CONTACT = Statement("""
SELECT id, kept, gone, at, how, actor, moved, undone_at FROM contact_merges
WHERE shop_id = :shop AND kept = :contact ORDER BY id DESC
""")


def merges_of(
    tx: Transaction, shop_id: ShopId, contact_id: ContactId
) -> Sequence[Merge]:
    """Who was ever made one with a contact, the last first."""
    rows = tx.ask(_OF_CONTACT, {"shop": shop_id, "contact": contact_id})
    return [Merge(*row) for row in rows]


_KEYS_BACK = (
    Statement("""
INSERT INTO contact_keys (shop_id, kind, key, contact_id, value, since, shown_at, until,
  how)
SELECT :shop, b.kind, decode(b.key, 'hex'), b.contact_id, k.value, b.since, b.shown_at,
  b.until, b.how
FROM contact_merges m,
  jsonb_to_recordset(m.before -> 'keys') AS b (contact_id bigint, kind text, key text,
    since timestamptz, shown_at timestamptz, until timestamptz, how text)
JOIN contact_keys k ON k.shop_id = :shop AND k.contact_id = :kept
WHERE m.id = :merge AND k.kind = b.kind AND k.key = decode(b.key, 'hex')
ON CONFLICT (shop_id, kind, key, contact_id) DO UPDATE SET since = excluded.since,
  shown_at = excluded.shown_at, until = excluded.until, how = excluded.how
"""),
    Statement("""
DELETE FROM contact_keys k USING contact_merges m
WHERE m.id = :merge AND k.shop_id = :shop AND k.contact_id = :kept
  AND EXISTS (SELECT 1 FROM contact_keys g WHERE g.shop_id = :shop
    AND g.contact_id = :gone AND g.kind = k.kind AND g.key = k.key)
  AND NOT EXISTS (SELECT 1 FROM jsonb_to_recordset(m.before -> 'keys')
      AS b (contact_id bigint, kind text, key text)
    WHERE b.contact_id = :kept AND b.kind = k.kind AND decode(b.key, 'hex') = k.key)
"""),
    Statement("""
UPDATE contacts SET phone_key = NULL, phone = NULL, user_key = NULL, user_id = NULL
WHERE shop_id = :shop AND id IN (:kept, :gone)
"""),
    Statement("""
UPDATE contacts c SET marketing_since = b.marketing_since, wrote_at = b.wrote_at,
  wrote_to = b.wrote_to,
  phone_key = decode(b.phone_key, 'hex'), user_key = decode(b.user_key, 'hex'),
  phone = (SELECT k.value FROM contact_keys k WHERE k.shop_id = :shop
    AND k.kind = 'phone' AND k.key = decode(b.phone_key, 'hex')
    AND k.contact_id = c.id),
  user_id = (SELECT k.value FROM contact_keys k WHERE k.shop_id = :shop
    AND k.kind = 'user_id' AND k.key = decode(b.user_key, 'hex')
    AND k.contact_id = c.id)
FROM contact_merges m,
  jsonb_to_recordset(m.before -> 'contacts') AS b (id bigint, phone_key text,
    user_key text, marketing_since timestamptz, wrote_at timestamptz,
    wrote_to text)
WHERE m.id = :merge AND c.id = b.id
"""),
    Statement("UPDATE contact_merges SET undone_at = :now WHERE id = :merge"),
)


def split(tx: Transaction, shop_id: ShopId, merge: Merge, *, now: datetime) -> None:
    """Undo a merge: each is known by what they were known by, and has the rows that
    came from them. What was learned since stays with the one that was kept."""
    asked = {
        "shop": shop_id,
        "kept": merge.kept,
        "gone": merge.gone,
        "merge": merge.id,
        "now": now,
    }
    for table, statement in _GIVE_BACK.items():
        if names := merge.moved.get(table):
            tx.run(statement, {**asked, "names": list(names)})
    for statement in _KEYS_BACK:
        tx.run(statement, asked)


_TOLD_AT = {
    "orders": "placed_at",
    "customers": "created_at",
    "checkouts": "coalesce(started_at, updated_at)",
    "draft_orders": "coalesce(invoiced_at, updated_at)",
    "messages": "created_at",
    "consents": "happened_at",
}
_PART = {
    (table, is_after): Statement(f"""
UPDATE {table} SET contact_id = :new WHERE shop_id = :shop AND contact_id = :old
  AND {at} {">" if is_after else "<="} :at
""")
    for table, at in _TOLD_AT.items()
    for is_after in (True, False)
}
_PARCELS_FOLLOW = Statement("""
UPDATE parcels p SET contact_id = :new FROM orders o
WHERE p.shop_id = :shop AND p.contact_id = :old AND o.shop_id = :shop
  AND o.order_id = p.order_id AND o.contact_id = :new
""")


def part(
    tx: Transaction,
    shop_id: ShopId,
    *,
    old: ContactId,
    new: ContactId,
    at: datetime,
    is_after: bool,
) -> None:
    """What was told of somebody after (else until) a moment is another's, to whom their
    number went (else whose it had been). What somebody agreed to after that stays with
    the one on whose record it is: it must never become a stranger's."""
    asked = {"shop": shop_id, "old": old, "new": new, "at": at}
    for table in _TOLD_AT:
        if table != "consents" or not is_after:
            tx.run(_PART[table, is_after], asked)
    tx.run(_PARCELS_FOLLOW, asked)
