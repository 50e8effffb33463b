"""What is known of the checkouts that messages are about: one query, one snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.lanes import Lane, lanes_from
from core.sealing import Keyring
from core.values import MessageId, Money, ShopId
from storage.merging import opened
from storage.session import Transaction
from storage.statements import Statement

_UNREAD_LOOKED_AT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftCart:
    """A checkout that somebody has left, or what is still known of it.

    ``is_there`` is false once it was deleted, or closed without a purchase.
    ``bought_at`` is when it was completed, or when whoever left it has bought since it
    was last changed. ``unread_since`` is when the first of the store's webhooks came in
    that nobody has read yet, and which may tell of a purchase. ``had_bought`` is
    whether they had before, as far as it was asked. ``before`` is the state of the
    message that the flow sent before this one, and ``before_was_clicked`` whether its
    link was followed. Who has the ``url`` sees the buyer's data. ``buyer`` is what is
    known of them where there is no ``url``: ``email``, ``first_name``, ``region``,
    ``city`` and ``postcode``.
    """

    is_there: bool
    changed_at: datetime | None
    bought_at: datetime | None
    unread_since: datetime | None
    locale: str | None
    country: str | None
    worth: Money | None
    items: Sequence[Mapping[str, Any]]
    discount_codes: Sequence[str]
    shop_domain: str
    had_bought: bool
    before: str | None
    before_was_clicked: bool
    url: str | None = field(repr=False)
    buyer: Mapping[str, str] = field(repr=False)


# Whoever left it: by their number, by the customer that they are, or whose number it
# is, under any id that this one has had, and by their mail address.
_BOUGHT = """
SELECT min(b.at) AS bought_at FROM (
  SELECT coalesce(o.placed_at, o.whole_since, k.updated_at, m.wanted_at) AS at
  FROM orders o WHERE o.shop_id = m.shop_id AND o.checkout_key = m.checkout_key
  UNION ALL
  SELECT coalesce(o.placed_at, o.whole_since, k.updated_at)
  FROM orders o WHERE o.shop_id = m.shop_id AND o.cart_key = k.cart_key
  UNION ALL
  SELECT o.placed_at FROM orders o
  WHERE o.contact_id = ANY(who.contacts) AND o.placed_at >= k.updated_at
  UNION ALL
  SELECT o.placed_at FROM orders o
  WHERE o.shop_id = m.shop_id AND o.customer_id = ANY(who.customers)
    AND o.placed_at >= k.updated_at
  UNION ALL
  SELECT o.placed_at FROM orders o
  WHERE o.shop_id = m.shop_id AND o.email_key = k.email_key
    AND o.placed_at >= k.updated_at
  UNION ALL
  SELECT c.completed_at FROM checkouts c
  WHERE c.contact_id = ANY(who.contacts) AND c.completed_at >= k.updated_at) AS b
"""

WHO = """
WITH RECURSIVE same (id) AS (
  SELECT k.customer_id WHERE k.customer_id IS NOT NULL
  UNION
  SELECT c.customer_id FROM customers c WHERE c.contact_id = k.contact_id
  UNION
  SELECT CASE WHEN g.kept = same.id THEN g.gone ELSE g.kept END
  FROM same JOIN merged_customers g
    ON g.shop_id = m.shop_id AND (g.kept = same.id OR g.gone = same.id))
SELECT array_agg(same.id) AS customers,
  array_agg(c.contact_id) || k.contact_id AS contacts
FROM same LEFT JOIN customers c ON c.shop_id = m.shop_id AND c.customer_id = same.id
"""

_HAD_BOUGHT = """
SELECT true AS before FROM orders o
WHERE (o.contact_id = ANY(who.contacts) OR o.shop_id = m.shop_id
    AND (o.customer_id = ANY(who.customers) OR o.email_key = k.email_key))
  AND o.placed_at < k.started_at AND o.cancelled_at IS NULL
LIMIT 1
"""

_BEFORE = """
SELECT b.state, EXISTS (
  SELECT 1 FROM clicks f
  WHERE f.shop_id = b.shop_id AND f.message_id = b.id) AS was_clicked
FROM messages b
WHERE b.shop_id = m.shop_id AND b.checkout_key = m.checkout_key
  AND b.told ->> 'step' = m.told ->> 'before'
LIMIT 1
"""

UNREAD = f"""
unread AS MATERIALIZED (
  SELECT s.id AS shop_id, s.domain, (
    SELECT min(found.arrived_at) FROM (
      SELECT w.arrived_at FROM webhooks w
      WHERE w.state = 'pending' AND w.lane = ANY(CAST(:lanes AS smallint[]))
        AND w.shop_domain = s.domain AND w.attempts = 0
      LIMIT {_UNREAD_LOOKED_AT}) AS found) AS since
  FROM shops s WHERE s.id IN (SELECT shop_id FROM asked))
"""

# What is unread and what was bought are looked at in one snapshot: a webhook that is
# being read at this moment is in the one or in the other.
_KNOWN = Statement(f"""
WITH asked AS MATERIALIZED (
  SELECT id, shop_id, checkout_key, wanted_at, told FROM messages
  WHERE id = ANY(CAST(:ids AS text[])) AND checkout_key IS NOT NULL),
{UNREAD}
SELECT m.id, m.shop_id, k.updated_at, k.closed_at, k.locale, k.items, k.url, k.email,
  k.first_name, k.place, k.country, k.discount_codes, k.worth, k.worth_currency,
  unread.domain, before.state AS before,
  coalesce(before.was_clicked, false) AS before_was_clicked,
  coalesce(had_bought.before, false) AS had_bought,
  least(k.completed_at, bought.bought_at) AS bought_at, unread.since AS unread_since
FROM asked m
JOIN unread ON unread.shop_id = m.shop_id
LEFT JOIN checkouts k ON k.shop_id = m.shop_id AND k.token_key = m.checkout_key
LEFT JOIN LATERAL ({WHO}) AS who ON true
LEFT JOIN LATERAL ({_BOUGHT}) AS bought ON true
LEFT JOIN LATERAL ({_BEFORE}) AS before ON m.told ->> 'before' IS NOT NULL
LEFT JOIN LATERAL ({_HAD_BOUGHT}) AS had_bought ON :asks_before
""")


def left_carts(
    tx: Transaction, ids: Sequence[MessageId], *, asks_before: bool, sealer: Keyring
) -> dict[MessageId, LeftCart]:
    """What is known of the checkouts that these messages are about. ``asks_before`` is
    whether it matters what was bought before."""
    if not ids:
        return {}
    asked = {
        "ids": list(ids),
        "lanes": lanes_from(Lane(0)),
        "asks_before": asks_before,
    }
    return {
        MessageId(row.id): LeftCart(
            is_there=row.updated_at is not None and row.closed_at is None,
            changed_at=_utc(row.updated_at),
            bought_at=_utc(row.bought_at),
            unread_since=_utc(row.unread_since),
            locale=row.locale,
            country=row.country,
            worth=None
            if row.worth is None or row.worth_currency is None
            else Money(row.worth, row.worth_currency),
            items=row.items or (),
            discount_codes=row.discount_codes or (),
            shop_domain=row.domain,
            had_bought=row.had_bought,
            before=row.before,
            before_was_clicked=row.before_was_clicked,
            url=opened(row.url, "url", ShopId(row.shop_id), sealer),
            buyer={} if row.url is not None else _buyer(row, sealer),
        )
        for row in tx.ask(_KNOWN, asked)
    }


def _buyer(row: Any, sealer: Keyring) -> dict[str, str]:
    shop_id = ShopId(row.shop_id)
    told = {
        name: opened(getattr(row, name), name, shop_id, sealer)
        for name in ("email", "first_name")
    }
    place = opened(row.place, "place", shop_id, sealer) or {}
    return {name: said for name, said in {**told, **place}.items() if said}


_BUYERS_WHO_BOUGHT = Statement(f"""
WITH asked AS MATERIALIZED (
  SELECT id, shop_id, checkout_key, wanted_at FROM messages
  WHERE id = ANY(CAST(:ids AS text[])) AND checkout_key IS NOT NULL)
SELECT m.id FROM asked m
LEFT JOIN checkouts k ON k.shop_id = m.shop_id AND k.token_key = m.checkout_key
LEFT JOIN LATERAL ({WHO}) AS who ON true
LEFT JOIN LATERAL ({_BOUGHT}) AS bought ON true
WHERE least(k.completed_at, bought.bought_at) IS NOT NULL
""")


def bought(tx: Transaction, ids: Sequence[MessageId]) -> set[MessageId]:
    """Those of these messages about a checkout whose reader has bought since it was
    last changed."""
    if not ids:
        return set()
    rows = tx.ask(_BUYERS_WHO_BOUGHT, {"ids": list(ids)})
    return {MessageId(row.id) for row in rows}


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
