"""The past of a store's checkouts, to be played again: a few queries for many people.

What was known at a moment is worked out from when each thing happened: see
``notifications.replaying``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import compress
from typing import Any

from core.sealing import Keyring
from core.values import Act, ContactId, Money, ShopId
from storage.cart_looks import SeenThere, seen_there
from storage.ledger import LatestWord
from storage.left_carts import WHO
from storage.merging import opened
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCheckout:
    """``changes`` are the moments at which it was changed, the oldest first, and
    ``tellable`` those of them at which somebody could have been told of it. ``bought``
    are purchases that came from it, ``bought_else`` others of the same person, and
    ``looks`` what its store said of it before each message, the oldest first."""

    token_key: bytes
    changes: Sequence[datetime]
    tellable: frozenset[datetime]
    completed_at: datetime | None
    closed_at: datetime | None
    bought: Sequence[datetime]
    bought_else: Sequence[datetime]
    had_bought: bool
    locale: str | None
    country: str | None
    worth: Money | None
    items: Sequence[Mapping[str, Any]]
    has_url: bool
    looks: Sequence[SeenThere] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An address that somebody gave, and in which language."""

    at: datetime
    country: str | None
    locale: str | None
    place: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One word of the ledger about offers."""

    topic: str | None
    word: LatestWord


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPerson:
    """``words`` and ``homes`` are the oldest first, as are the moments: of orders, of
    offers from elsewhere, and of messages that reached them or did not."""

    contact_id: ContactId
    sealed_phone: bytes | None = field(repr=False)
    sealed_user_id: bytes | None = field(repr=False)
    marketing_since: datetime | None
    known_since: datetime
    checkouts: Sequence[PastCheckout]
    words: Sequence[Said]
    homes: Sequence[Home]
    ordered: Sequence[datetime]
    sent: Sequence[datetime]
    reached: Sequence[datetime]
    unreachable: Sequence[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``automations`` are those that are played again: what they sent in truth does not
    count. ``unreachable`` is the reason of a message to who has no WhatsApp."""

    shop_id: ShopId
    since: datetime
    until: datetime
    automations: Collection[str]
    unreachable: str


_MOST_PEOPLE = 1000

_PEOPLE = Statement("""
SELECT id, phone, user_id, marketing_since, created_at FROM contacts
WHERE id IN (
  SELECT DISTINCT k.contact_id FROM checkouts k
  WHERE k.shop_id = :shop AND k.contact_id > :after AND k.updated_at >= :since
  ORDER BY k.contact_id LIMIT :most)
ORDER BY id
""")

_CHECKOUTS = Statement(f"""
SELECT k.contact_id, k.token_key, k.completed_at, k.closed_at, k.locale, k.country,
  k.worth, k.worth_currency, k.items, k.url IS NOT NULL AS has_url,
  c.changes, c.tellable, b.own, b.others, looked.looks,
  had.bought IS NOT NULL AS had_bought
FROM checkouts k
CROSS JOIN LATERAL (SELECT k.shop_id) AS m
CROSS JOIN LATERAL (
  SELECT array_agg(at ORDER BY at) AS changes, min(at) AS first,
    array_agg(is_tellable ORDER BY at) AS tellable
  FROM checkout_changes x
  WHERE x.shop_id = k.shop_id AND x.token_key = k.token_key AND x.at < :until) AS c
LEFT JOIN LATERAL ({WHO}) AS who ON true
CROSS JOIN LATERAL (
  SELECT array_agg(at ORDER BY at) FILTER (WHERE is_own) AS own,
    array_agg(at ORDER BY at) FILTER (WHERE NOT is_own) AS others
  FROM (
    SELECT coalesce(o.placed_at, o.whole_since) AS at, true AS is_own FROM orders o
    WHERE o.shop_id = k.shop_id AND o.checkout_key = k.token_key
    UNION ALL
    SELECT coalesce(o.placed_at, o.whole_since), true FROM orders o
    WHERE o.shop_id = k.shop_id AND o.cart_key = k.cart_key
    UNION ALL
    SELECT o.placed_at, false FROM orders o
    WHERE o.contact_id = ANY(who.contacts) AND o.placed_at >= c.first
    UNION ALL
    SELECT o.placed_at, false FROM orders o
    WHERE o.shop_id = k.shop_id AND o.customer_id = ANY(who.customers)
      AND o.placed_at >= c.first
    UNION ALL
    SELECT o.placed_at, false FROM orders o
    WHERE o.shop_id = k.shop_id AND o.email_key = k.email_key AND o.placed_at >= c.first
    UNION ALL
    SELECT d.completed_at, false FROM checkouts d
    WHERE d.contact_id = ANY(who.contacts) AND d.completed_at >= c.first) AS each
  WHERE at IS NOT NULL) AS b
LEFT JOIN LATERAL (
  SELECT json_agg(json_build_array(l.looked_at, l.gone, l.ordered, l.drafted)
    ORDER BY l.looked_at) AS looks
  FROM cart_looks l
  WHERE l.shop_id = k.shop_id AND l.token_key = k.token_key
    AND l.looked_at < :until) AS looked ON true
LEFT JOIN LATERAL (
  SELECT true AS bought FROM orders o
  WHERE (o.contact_id = ANY(who.contacts) OR o.shop_id = k.shop_id
      AND (o.customer_id = ANY(who.customers) OR o.email_key = k.email_key))
    AND o.placed_at < k.started_at AND o.cancelled_at IS NULL
  LIMIT 1) AS had ON true
WHERE k.shop_id = :shop AND k.contact_id = ANY(CAST(:contacts AS bigint[]))
  AND k.updated_at >= :since AND c.changes IS NOT NULL
ORDER BY k.token_key
""")

_WORDS = Statement("""
SELECT contact_id, topic, act, source, happened_at FROM consents
WHERE contact_id = ANY(CAST(:contacts AS bigint[])) AND scope = 'marketing'
  AND NOT source = ANY(CAST(:not_from AS text[]))
ORDER BY happened_at, act = 'revoked', id
""")

_HOMES = Statement("""
SELECT contact_id, country, place, locale, placed_at AS at FROM orders
WHERE contact_id = ANY(CAST(:contacts AS bigint[])) AND country IS NOT NULL
  AND placed_at IS NOT NULL
UNION ALL
SELECT k.contact_id, k.country, k.place, k.locale, coalesce(c.at, k.updated_at)
FROM checkouts k LEFT JOIN LATERAL (
  SELECT min(x.at) AS at FROM checkout_changes x
  WHERE x.shop_id = k.shop_id AND x.token_key = k.token_key) AS c ON true
WHERE k.contact_id = ANY(CAST(:contacts AS bigint[])) AND k.country IS NOT NULL
ORDER BY at
""")

_ORDERED = Statement("""
SELECT contact_id, placed_at AS at FROM orders
WHERE contact_id = ANY(CAST(:contacts AS bigint[])) AND cancelled_at IS NULL
  AND placed_at IS NOT NULL
ORDER BY placed_at
""")

_TOLD = Statement("""
SELECT contact_id, asked_at AS at, state IN ('delivered', 'read') AS has_reached,
  state = 'failed' AND reason = :unreachable AS is_unreachable,
  scope = 'marketing' AND automation <> 'confirm_offers'
    AND state IN ('sending', 'sent', 'delivered', 'read', 'unsure') AS is_offer
FROM messages
WHERE contact_id = ANY(CAST(:contacts AS bigint[])) AND asked_at IS NOT NULL
  AND NOT automation = ANY(CAST(:automations AS text[]))
ORDER BY asked_at
""")


_COUNT_PEOPLE = Statement("""
SELECT count(DISTINCT contact_id) AS people FROM checkouts
WHERE shop_id = :shop AND updated_at >= :since
""")


def count_people(tx: Transaction, shop_id: ShopId, *, since: datetime) -> int:
    """How many have changed a checkout since. It reads the whole span: for what is
    about to read it anyway."""
    [row] = tx.ask(_COUNT_PEOPLE, {"shop": shop_id, "since": since})
    return int(row.people)


def page(
    tx: Transaction,
    span: Span,
    *,
    after: int,
    not_from: Collection[str],
    sealer: Keyring,
) -> Sequence[PastPerson]:
    """The next thousand at most who have changed a checkout since, by the ids of their
    contacts; none at the end. Words from ``not_from`` do not count."""
    asked = {"shop": span.shop_id, "since": span.since, "after": after}
    found = tx.ask(_PEOPLE, asked | {"most": _MOST_PEOPLE})
    return list(_people(tx, span, found, not_from, sealer)) if found else []


def _people(
    tx: Transaction,
    span: Span,
    found: Sequence[Any],
    not_from: Collection[str],
    sealer: Keyring,
) -> Iterator[PastPerson]:
    ids = {"contacts": [row.id for row in found]}
    asked = ids | {"shop": span.shop_id, "since": span.since, "until": span.until}
    checkouts = _by_contact(tx.ask(_CHECKOUTS, asked))
    words = _by_contact(tx.ask(_WORDS, ids | {"not_from": list(not_from)}))
    homes = _by_contact(tx.ask(_HOMES, ids))
    ordered = _by_contact(tx.ask(_ORDERED, ids))
    told = _by_contact(
        tx.ask(
            _TOLD,
            ids
            | {
                "unreachable": span.unreachable,
                "automations": list(span.automations),
            },
        )
    )
    for row in found:
        yield PastPerson(
            contact_id=ContactId(row.id),
            sealed_phone=None if row.phone is None else bytes(row.phone),
            sealed_user_id=None if row.user_id is None else bytes(row.user_id),
            marketing_since=_maybe(row.marketing_since),
            known_since=_utc(row.created_at),
            checkouts=[_checkout(each) for each in checkouts[row.id]],
            words=[_said(each) for each in words[row.id]],
            homes=[_home(each, span.shop_id, sealer) for each in homes[row.id]],
            ordered=[_utc(each.at) for each in ordered[row.id]],
            sent=[_utc(each.at) for each in told[row.id] if each.is_offer],
            reached=[_utc(each.at) for each in told[row.id] if each.has_reached],
            unreachable=[_utc(each.at) for each in told[row.id] if each.is_unreachable],
        )


def _by_contact(rows: Sequence[Any]) -> Mapping[int, Sequence[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.contact_id].append(row)
    return found


def _checkout(row: Any) -> PastCheckout:
    changes = [_utc(at) for at in row.changes]
    return PastCheckout(
        token_key=bytes(row.token_key),
        changes=changes,
        tellable=frozenset(compress(changes, row.tellable)),
        completed_at=_maybe(row.completed_at),
        closed_at=_maybe(row.closed_at),
        bought=[_utc(at) for at in row.own or ()],
        bought_else=[_utc(at) for at in row.others or ()],
        had_bought=row.had_bought,
        locale=row.locale,
        country=row.country,
        worth=None
        if row.worth is None or row.worth_currency is None
        else Money(row.worth, row.worth_currency),
        items=row.items or (),
        has_url=row.has_url,
        looks=[seen_there(each) for each in row.looks or ()],
    )


def _said(row: Any) -> Said:
    word = LatestWord(Act(row.act), row.source, _utc(row.happened_at))
    return Said(topic=row.topic, word=word)


def _home(row: Any, shop_id: ShopId, sealer: Keyring) -> Home:
    return Home(
        at=_utc(row.at),
        country=row.country,
        locale=row.locale,
        place=opened(row.place, "place", shop_id, sealer) or {},
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _maybe(moment: datetime | None) -> datetime | None:
    return None if moment is None else _utc(moment)
