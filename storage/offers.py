"""What is known of the people whom offers are for: one query for a batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.sealing import Keyring
from core.values import ContactId, ShopId
from storage.merging import opened
from storage.session import Transaction
from storage.statements import Statement

LOOKED_BACK = timedelta(days=40)
"""So far back a person's messages are looked at: no cap is over more than 31 days, and
an offer is not proposed more than some days before it leaves."""
QUARTER = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """``confirmed_at`` is when they last confirmed a yes to offers, ``refused_at`` when
    they last took one back, ``night_at`` and ``no_night_at`` the same of offers at
    night. ``sent`` are the moments of the offers that went to them, or may have, the
    oldest first; ``unreachable_at`` and ``reached_at`` are of messages of any kind.
    ``orders`` are those of the last quarter.

    A yes from before ``marketing_since`` was given on another number, and is none.
    ``country`` and ``place`` are of the address that they gave last, and ``locale`` is
    the language that they gave it in.
    """

    shop_id: ShopId
    sealed_phone: bytes | None = field(repr=False)
    sealed_user_id: bytes | None = field(repr=False)
    marketing_since: datetime | None
    unreachable_at: datetime | None
    reached_at: datetime | None
    wrote_at: datetime | None
    known_since: datetime
    confirmed_at: datetime | None
    refused_at: datetime | None
    night_at: datetime | None
    no_night_at: datetime | None
    sent: Sequence[datetime]
    orders: int
    ordered_at: datetime | None
    country: str | None
    locale: str | None
    place: Mapping[str, str] = field(repr=False)


# An offer that was refused waits again, or has failed: neither has reached anybody.
_MESSAGES = """
SELECT array_agg(m.asked_at ORDER BY m.asked_at) FILTER (
    WHERE m.scope = 'marketing' AND m.asked_at IS NOT NULL
      AND m.automation <> 'confirm_offers'
      AND m.state IN ('sending', 'sent', 'delivered', 'read', 'unsure')) AS sent,
  max(m.asked_at) FILTER (WHERE m.state IN ('delivered', 'read')) AS reached_at,
  max(m.asked_at) FILTER (WHERE m.state = 'failed' AND m.reason = :unreachable)
    AS unreachable_at
FROM messages m WHERE m.contact_id = c.id AND m.created_at > :since
"""

_WORDS = """
SELECT max(k.happened_at) FILTER (WHERE k.act = 'confirmed' AND k.topic IS NULL)
    AS confirmed_at,
  max(k.happened_at) FILTER (WHERE k.act = 'revoked' AND k.topic IS NULL)
    AS refused_at,
  max(k.happened_at) FILTER (WHERE k.act <> 'revoked' AND k.topic = 'night')
    AS night_at,
  max(k.happened_at) FILTER (WHERE k.act = 'revoked' AND k.topic = 'night')
    AS no_night_at
FROM consents k WHERE k.contact_id = c.id AND k.scope = 'marketing'
"""

_ORDERS = """
SELECT count(*) FILTER (WHERE o.placed_at > :quarter) AS orders,
  max(o.placed_at) AS ordered_at
FROM orders o WHERE o.contact_id = c.id AND o.cancelled_at IS NULL
"""

_HOME = """
SELECT each.country, each.place, each.locale FROM (
  (SELECT o.country, o.place, o.locale, o.placed_at AS at FROM orders o
   WHERE o.contact_id = c.id AND o.country IS NOT NULL AND o.placed_at IS NOT NULL
   ORDER BY o.placed_at DESC LIMIT 1)
  UNION ALL
  (SELECT k.country, k.place, k.locale, k.updated_at FROM checkouts k
   WHERE k.contact_id = c.id AND k.country IS NOT NULL
   ORDER BY k.updated_at DESC LIMIT 1)) AS each
ORDER BY each.at DESC LIMIT 1
"""

_KNOWN = Statement(f"""
SELECT c.id, c.shop_id, c.phone, c.user_id, c.marketing_since, c.wrote_at,
  c.created_at, messages.*, words.*, bought.*, home.*
FROM contacts c
LEFT JOIN LATERAL ({_MESSAGES}) AS messages ON true
LEFT JOIN LATERAL ({_WORDS}) AS words ON true
LEFT JOIN LATERAL ({_ORDERS}) AS bought ON true
LEFT JOIN LATERAL ({_HOME}) AS home ON true
WHERE c.id = ANY(CAST(:contacts AS bigint[]))
""")


def people(
    tx: Transaction,
    contacts: Collection[ContactId],
    *,
    unreachable: str,
    now: datetime,
    sealer: Keyring,
) -> dict[ContactId, KnownPerson]:
    """``unreachable`` is the reason of a message whose recipient has no WhatsApp."""
    if not contacts:
        return {}
    asked = {
        "contacts": list(contacts),
        "unreachable": unreachable,
        "since": now - LOOKED_BACK,
        "quarter": now - QUARTER,
    }
    return {ContactId(row.id): _person(row, sealer) for row in tx.ask(_KNOWN, asked)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """Of a ``KnownPerson`` what a list tells of them: nothing of it is sealed."""

    marketing_since: datetime | None
    wrote_at: datetime | None
    known_since: datetime
    orders: int
    ordered_at: datetime | None
    country: str | None
    locale: str | None


_GLIMPSED = Statement(f"""
SELECT c.id, c.marketing_since, c.wrote_at, c.created_at, bought.*,
  home.country, home.locale
FROM contacts c
LEFT JOIN LATERAL ({_ORDERS}) AS bought ON true
LEFT JOIN LATERAL ({_HOME}) AS home ON true
WHERE c.id = ANY(CAST(:contacts AS bigint[]))
""")


def glimpses(
    tx: Transaction, contacts: Collection[ContactId], *, now: datetime
) -> dict[ContactId, Glimpse]:
    if not contacts:
        return {}
    asked = {"contacts": list(contacts), "quarter": now - QUARTER}
    return {
        ContactId(row.id): Glimpse(
            marketing_since=_utc(row.marketing_since),
            wrote_at=_utc(row.wrote_at),
            known_since=row.created_at.astimezone(UTC),
            orders=row.orders,
            ordered_at=_utc(row.ordered_at),
            country=row.country,
            locale=row.locale,
        )
        for row in tx.ask(_GLIMPSED, asked)
    }


def _person(row: Any, sealer: Keyring) -> KnownPerson:
    shop_id = ShopId(row.shop_id)
    return KnownPerson(
        shop_id=shop_id,
        sealed_phone=None if row.phone is None else bytes(row.phone),
        sealed_user_id=None if row.user_id is None else bytes(row.user_id),
        marketing_since=_utc(row.marketing_since),
        unreachable_at=_utc(row.unreachable_at),
        reached_at=_utc(row.reached_at),
        wrote_at=_utc(row.wrote_at),
        known_since=row.created_at.astimezone(UTC),
        confirmed_at=_utc(row.confirmed_at),
        refused_at=_utc(row.refused_at),
        night_at=_utc(row.night_at),
        no_night_at=_utc(row.no_night_at),
        sent=[each.astimezone(UTC) for each in row.sent or ()],
        orders=row.orders,
        ordered_at=_utc(row.ordered_at),
        country=row.country,
        locale=row.locale,
        place=opened(row.place, "place", shop_id, sealer) or {},
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


_TIMES_ASKED = Statement("""
SELECT contact_id, count(*) AS times FROM messages
WHERE contact_id = ANY(CAST(:contacts AS bigint[])) AND automation = :automation
  AND created_at > :since
GROUP BY contact_id
""")


def times_asked(
    tx: Transaction,
    contacts: Collection[ContactId],
    automation: str,
    *,
    since: datetime,
) -> dict[ContactId, int]:
    """How often each was to be written to by this automation."""
    asked = {"contacts": list(contacts), "automation": automation, "since": since}
    return {ContactId(row.contact_id): row.times for row in tx.ask(_TIMES_ASKED, asked)}
