"""What is known of people's chats with a shop.

Whose number it is, when they wrote, what they have ordered, and what was answered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from core.lanes import Lane, lanes_from
from core.values import ContactId, OrderId, ShopDomain, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import contacts

REPLY = "reply"
"""What is called so among the messages answers what somebody wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatShop:
    """A shop that is written to. ``name`` is what people call it, and ``is_former``
    whether it has left the number that was written to. ``offers`` is what the owner has
    set about them, and ``product_answers`` which questions for a product are
    answered."""

    id: ShopId
    lane: Lane
    domain: ShopDomain
    name: str
    is_former: bool
    timezone: str
    offers: Mapping[str, str] = field(repr=False)
    languages: Sequence[str]
    product_answers: str


_SHOPS = Statement("""
SELECT n.phone_number_id, s.id, s.lane, s.domain, s.name, s.timezone,
  s.offers, s.languages, s.product_answers, false AS is_former
FROM numbers n JOIN shops s ON s.id = n.shop_id
WHERE n.phone_number_id = ANY(CAST(:numbers AS text[]))
""")
_SHOPS_BEFORE = Statement("""
SELECT former.phone_number_id, s.id, s.lane, s.domain, s.name, s.timezone,
  s.offers, s.languages, s.product_answers, true AS is_former
FROM shops s CROSS JOIN unnest(s.former_numbers) AS former (phone_number_id)
WHERE s.former_numbers && CAST(:numbers AS text[])
  AND former.phone_number_id = ANY(CAST(:numbers AS text[]))
""")


def shops_of_numbers(
    tx: Transaction, phone_number_ids: Collection[str]
) -> dict[str, ChatShop]:
    """Whose these numbers are, or were before; those of others are missing."""
    rows = tx.ask(_SHOPS, {"numbers": sorted(phone_number_ids)})
    strange = set(phone_number_ids) - {row.phone_number_id for row in rows}
    if strange:
        rows = [*tx.ask(_SHOPS_BEFORE, {"numbers": sorted(strange)}), *rows]
    return {
        row.phone_number_id: ChatShop(
            id=ShopId(row.id),
            lane=Lane(row.lane),
            domain=ShopDomain(row.domain),
            name=row.name,
            is_former=row.is_former,
            timezone=row.timezone,
            offers=row.offers or {},
            languages=row.languages,
            product_answers=row.product_answers,
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """That somebody wrote: when, and to which number. The greatest is the last one,
    of one second always the same, in whatever order they are told."""

    at: datetime
    to: str


# Not true also where nothing is known yet.
_WROTE = Statement(f"""
UPDATE contacts c SET wrote_at = new.wrote_at, wrote_to = new.wrote_to
FROM {unfolded(columns_of(contacts, ("id", "wrote_at", "wrote_to")))}
WHERE c.id = new.id
  AND ((c.wrote_at, c.wrote_to) >= (new.wrote_at, new.wrote_to)) IS NOT TRUE
""")


def note_written(tx: Transaction, written: Mapping[ContactId, Written]) -> None:
    """That each of them wrote; what is not newer than what is known changes nothing."""
    if written:
        # In one order everywhere: who waits for a row must not hold a later one.
        rows = [
            {"id": id_, "wrote_at": one.at, "wrote_to": one.to}
            for id_, one in sorted(written.items(), key=itemgetter(0))
        ]
        tx.run(_WROTE, folded(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class LateOrder:
    """One of somebody's newest orders. ``is_open`` is whether there is still something
    to be sent of it."""

    order_id: OrderId
    placed_at: datetime
    is_open: bool
    locale: str | None
    country: str | None


_MOST_ORDERS = 20
_ORDERS = Statement("""
SELECT c.id AS contact_id, o.*
FROM unnest(CAST(:contacts AS bigint[])) AS c (id) CROSS JOIN LATERAL (
  SELECT order_id, placed_at, locale, country,
    cancelled_at IS NULL AND coalesce(shipping, 'unfulfilled')
      NOT IN ('fulfilled', 'restocked') AS is_open
  FROM orders WHERE contact_id = c.id AND whole_since IS NOT NULL
  ORDER BY placed_at DESC LIMIT :most) AS o
""")


def newest_orders(
    tx: Transaction, people: Collection[ContactId]
) -> dict[ContactId, list[LateOrder]]:
    """The newest orders of each, the newest of them first."""
    found: dict[ContactId, list[LateOrder]] = {}
    asked = {"contacts": sorted(people), "most": _MOST_ORDERS}
    for row in tx.ask(_ORDERS, asked) if people else ():
        order = LateOrder(
            order_id=OrderId(row.order_id),
            placed_at=row.placed_at.astimezone(UTC),
            is_open=row.is_open,
            locale=row.locale,
            country=row.country,
        )
        found.setdefault(ContactId(row.contact_id), []).append(order)
    return found


@dataclass(frozen=True, slots=True)
class Answered:
    """When something was answered to somebody last, and in which language."""

    at: datetime
    language: str


_ANSWERED = Statement(f"""
SELECT DISTINCT ON (contact_id, told ->> 'says')
  contact_id, told ->> 'says' AS says, told ->> 'language' AS language, asked_at
FROM messages
WHERE contact_id = ANY(CAST(:contacts AS bigint[])) AND automation = '{REPLY}'
  AND asked_at IS NOT NULL
  AND state IN ('sending', 'unsure', 'sent', 'delivered', 'read')
ORDER BY contact_id, told ->> 'says', asked_at DESC
""")


def answered(
    tx: Transaction, people: Collection[ContactId]
) -> dict[tuple[ContactId, str], Answered]:
    """The last answer of each kind to each of them that has left, or may have."""
    asked = {"contacts": sorted(people)}
    rows = tx.ask(_ANSWERED, asked) if people else []
    return {
        (ContactId(row.contact_id), row.says): Answered(
            row.asked_at.astimezone(UTC), row.language
        )
        for row in rows
    }


_TRIED_FOR = timedelta(minutes=2)
# What Meta tells has no shop, and '' comes first in the index: one look at each lane
# that is not for reports. What was tried in vain is waited for a while, not for ever.
_UNREAD = Statement("""
SELECT EXISTS (
  SELECT 1 FROM unnest(CAST(:lanes AS smallint[])) AS asked (lane) CROSS JOIN LATERAL (
    SELECT w.arrived_at FROM webhooks w
    WHERE w.state = 'pending' AND w.lane = asked.lane AND w.shop_domain = ''
      AND (w.next_attempt_at <= :now OR w.arrived_at > :tried_since)
    ORDER BY w.happened_at, w.id LIMIT 1) AS oldest
  WHERE oldest.arrived_at <= :before) AS is_there
""")


def has_unread(tx: Transaction, *, before: datetime, now: datetime) -> bool:
    """Whether something that people said came by a moment and still waits to be read.

    Whose it is nobody can tell without opening it, so it may be any shop's. One that
    cannot be read is waited for while it may be for a passing reason.
    """
    asked = {
        "lanes": lanes_from(Lane(0)),
        "before": before,
        "now": now,
        "tried_since": now - _TRIED_FOR,
    }
    return any(row.is_there for row in tx.ask(_UNREAD, asked))
