"""What is known about a batch of messages at the moment of deciding: one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.sealing import Keyring
from core.values import (
    ContactId,
    Debt,
    DraftOrderId,
    MessageId,
    Milestone,
    Scope,
    ShopId,
)
from storage.chats import REPLY
from storage.merging import Version, moment_of, opened
from storage.orders import opened_private
from storage.session import Transaction
from storage.statements import Statement
from storage.trials import TEST


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOrder:
    """``current_total`` is what the buyer owes after edits and refunds, as it was told
    at ``current_total_at``."""

    name: str
    placed_at: datetime
    cancelled_at: datetime | None
    payment: str | None
    cash_on_delivery: bool
    total: Decimal | None
    current_total: Decimal | None
    current_total_at: datetime | None
    currency: str | None
    locale: str | None
    country: str | None
    agreed: bool | None
    first_name: str | None = field(repr=False)
    status_url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownParcel:
    """``scan`` is what the newest scan said: ``milestone``, ``city``, ``country``, and
    ``expected``, the moment of arrival in ISO 8601 with the carrier's own offset."""

    is_cancelled: bool
    milestone: Milestone | None
    milestone_at: datetime | None
    was_under_way: bool
    moved_at: datetime | None
    set_out_at: datetime | None
    scan_at: datetime | None
    scan: Mapping[str, str]
    tracking_key: str
    private: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Things:
    """How many things that somebody carries are in an order as it stands, in a parcel
    of it, and in all of its parcels together."""

    ordered: int
    here: int
    sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSibling:
    """Another message about the same order, which may go out, has gone out, or was
    left to another to tell, ``told_by`` that one."""

    id: MessageId
    automation: str
    fulfillment_id: int | None
    tracking_key: str | None
    told: Mapping[str, str]
    state: str
    reason: str | None
    wanted_at: datetime
    created_at: datetime
    due_at: datetime
    told_by: MessageId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMessage:
    """A message and all that stands around it. ``under_way`` is whether another one
    to the same person is being sent at this moment, ``told`` what its event told.
    ``wrote_to`` is Meta's id of the number that they last wrote to, ``wrote_at`` when.
    ``checkout_key`` is what finds the checkout that it is about, if it is about one.
    A yes to offers from before ``marketing_since`` does not count.
    ``offers`` is what the owner has set about offers, as it is written.
    ``things`` are counted for a parcel that leaves, where all of them are known."""

    id: MessageId
    shop_id: ShopId
    automation: str
    scope: Scope
    order_id: int | None
    attempt: int
    reason: str | None
    wanted_at: datetime
    created_at: datetime
    due_at: datetime
    tracking_key: str | None
    told: Mapping[str, str]
    fulfillment_id: int | None
    checkout_key: bytes | None
    draft_order_id: DraftOrderId | None
    shop_name: str
    timezone: str
    shop_is_active: bool
    consent_rule: str
    languages: Sequence[str]
    offers: Mapping[str, str]
    contact_id: ContactId | None
    sealed_phone: bytes | None
    sealed_user_id: bytes | None
    marketing_since: datetime | None
    debt: Debt | None
    wrote_at: datetime | None
    wrote_to: str | None
    under_way: bool
    order: KnownOrder | None
    parcel: KnownParcel | None
    things: Things | None
    siblings: Sequence[KnownSibling]


def _count(items: str) -> str:
    """SQL for how many things are in a column of items; null where it is silent."""
    return f"""(SELECT sum((item ->> 'quantity')::int)
    FROM jsonb_array_elements({items}) AS item
    WHERE item ->> 'ships' IS DISTINCT FROM 'false')"""


# The contact is the order's, the checkout's or the draft's as it is now, since a person
# gives the number there, and may correct it while a message waits; a parcel's own is
# what its label says. Who is answered is who wrote. CASE and not coalesce, which
# PostgreSQL does not trust with rows under row-level security: it would look at every
# contact there is.
_KNOWN = Statement(f"""
SELECT m.id, m.shop_id, m.automation, m.scope, m.order_id, m.fulfillment_id,
  m.attempt, m.reason, m.wanted_at, m.created_at, m.due_at, m.tracking_key, m.told,
  m.checkout_key, m.draft_order_id,
  s.name AS shop_name, s.timezone, s.state AS shop_state,
  s.transactional_consent, s.languages, s.offers,
  c.id AS contact_id, c.phone, c.user_id, c.marketing_since,
  c.pair_burst_at, c.pair_paid_at, c.wrote_at, c.wrote_to,
  EXISTS (SELECT 1 FROM messages w
          WHERE w.contact_id = c.id AND w.queue = 'sending') AS under_way,
  (SELECT json_agg(json_build_array(
      w.id, w.automation, w.fulfillment_id, w.tracking_key, w.told, w.state, w.reason,
      w.wanted_at, w.created_at, w.due_at,
      CASE WHEN w.reason = 'told_together' THEN w.story -> -1 ->> 'told_by' END))
    FROM messages w
    WHERE w.shop_id = m.shop_id AND w.order_id = m.order_id AND w.id <> m.id
      AND (w.state IN ('waiting', 'sending', 'unsure', 'sent', 'delivered', 'read')
        OR w.state = 'skipped' AND w.reason = 'told_together')
  ) AS siblings,
  o.order_id AS known_order, o.name AS order_name, o.placed_at, o.cancelled_at,
  o.payment, o.cash_on_delivery, o.total, o.currency, o.locale, o.country, o.agreed,
  o.current_total,
  coalesce(o.earlier ->> 'current_total', o.version) AS current_total_version,
  o.first_name, o.status_url,
  CASE WHEN m.tracking_key IS NOT NULL THEN ARRAY[
    {_count("o.items")}, {_count("p.items")},
    (SELECT sum({_count("q.items")}) FROM parcels q
     WHERE q.shop_id = m.shop_id AND q.order_id = m.order_id
       AND q.is_cancelled IS NOT TRUE)] END AS things,
  p.fulfillment_id AS known_parcel, p.is_cancelled, p.milestone, p.milestone_at,
  p.was_under_way, p.moved_at, p.set_out_at, p.scan_at, p.scan,
  p.tracking_key AS parcel_key, p.private AS parcel_private
FROM messages m
JOIN shops s ON s.id = m.shop_id
LEFT JOIN orders o ON o.shop_id = m.shop_id AND o.order_id = m.order_id
  AND o.whole_since IS NOT NULL
LEFT JOIN parcels p ON p.shop_id = m.shop_id AND p.fulfillment_id = m.fulfillment_id
LEFT JOIN checkouts k ON k.shop_id = m.shop_id AND k.token_key = m.checkout_key
LEFT JOIN draft_orders d
  ON d.shop_id = m.shop_id AND d.draft_order_id = m.draft_order_id
LEFT JOIN contacts c
  ON c.id = CASE WHEN m.automation IN ('{REPLY}', '{TEST}') THEN m.contact_id
    WHEN m.checkout_key IS NOT NULL THEN k.contact_id
    WHEN m.draft_order_id IS NOT NULL THEN d.contact_id
    WHEN o.contact_id IS NOT NULL THEN o.contact_id
    WHEN m.contact_id IS NOT NULL THEN m.contact_id ELSE p.contact_id END
WHERE m.id = ANY(CAST(:ids AS text[]))
""")


def known(
    tx: Transaction, ids: Sequence[MessageId], *, sealer: Keyring
) -> list[KnownMessage]:
    """The messages and their surroundings, in the order asked for."""
    found = {
        row.id: _message(row, sealer) for row in tx.ask(_KNOWN, {"ids": list(ids)})
    }
    return [found[id_] for id_ in ids if id_ in found]


def _message(row: Any, sealer: Keyring) -> KnownMessage:
    shop_id = ShopId(row.shop_id)
    return KnownMessage(
        id=MessageId(row.id),
        shop_id=shop_id,
        automation=row.automation,
        scope=Scope(row.scope),
        order_id=row.order_id,
        attempt=row.attempt,
        reason=row.reason,
        wanted_at=_utc(row.wanted_at),
        created_at=_utc(row.created_at),
        due_at=_utc(row.due_at),
        tracking_key=row.tracking_key,
        told=row.told or {},
        fulfillment_id=row.fulfillment_id,
        checkout_key=None if row.checkout_key is None else bytes(row.checkout_key),
        draft_order_id=row.draft_order_id,
        shop_name=row.shop_name,
        timezone=row.timezone,
        shop_is_active=row.shop_state == "active",
        consent_rule=row.transactional_consent,
        languages=row.languages,
        offers=row.offers or {},
        contact_id=None if row.contact_id is None else ContactId(row.contact_id),
        sealed_phone=row.phone,
        sealed_user_id=row.user_id,
        marketing_since=_maybe_utc(row.marketing_since),
        debt=_debt(row),
        wrote_at=_maybe_utc(row.wrote_at),
        wrote_to=row.wrote_to,
        under_way=row.under_way,
        order=_order(row, shop_id, sealer),
        parcel=_parcel(row, shop_id, sealer),
        things=_things(row.things),
        siblings=[_sibling(*told) for told in row.siblings or ()],
    )


def _things(counted: Sequence[Any] | None) -> Things | None:
    if counted is None or None in counted:
        return None
    return Things(*map(int, counted))


def _sibling(
    id_: str,
    automation: str,
    fulfillment_id: int | None,
    tracking_key: str | None,
    told: Mapping[str, str] | None,
    state: str,
    reason: str | None,
    wanted_at: str,
    created_at: str,
    due_at: str,
    told_by: str | None,
) -> KnownSibling:
    """As PostgreSQL writes it in JSON."""
    return KnownSibling(
        id=MessageId(id_),
        automation=automation,
        fulfillment_id=fulfillment_id,
        tracking_key=tracking_key,
        told=told or {},
        state=state,
        reason=reason,
        wanted_at=datetime.fromisoformat(wanted_at),
        created_at=datetime.fromisoformat(created_at),
        due_at=datetime.fromisoformat(due_at),
        told_by=None if told_by is None else MessageId(told_by),
    )


def _debt(row: Any) -> Debt | None:
    if row.pair_burst_at is None or row.pair_paid_at is None:
        return None
    return Debt(_utc(row.pair_burst_at), _utc(row.pair_paid_at))


def _order(row: Any, shop_id: ShopId, sealer: Keyring) -> KnownOrder | None:
    if row.known_order is None:
        return None
    return KnownOrder(
        name=row.order_name,
        placed_at=_utc(row.placed_at),
        cancelled_at=row.cancelled_at,
        payment=row.payment,
        cash_on_delivery=row.cash_on_delivery,
        total=row.total,
        current_total=row.current_total,
        current_total_at=None
        if row.current_total is None
        else moment_of(Version(row.current_total_version)),
        currency=row.currency,
        locale=row.locale,
        country=row.country,
        agreed=row.agreed,
        first_name=opened(row.first_name, "first_name", shop_id, sealer),
        status_url=opened(row.status_url, "status_url", shop_id, sealer),
    )


def _parcel(row: Any, shop_id: ShopId, sealer: Keyring) -> KnownParcel | None:
    if row.known_parcel is None:
        return None
    return KnownParcel(
        is_cancelled=bool(row.is_cancelled),
        milestone=None if row.milestone is None else Milestone(row.milestone),
        milestone_at=_maybe_utc(row.milestone_at),
        was_under_way=bool(row.was_under_way),
        moved_at=_maybe_utc(row.moved_at),
        set_out_at=_maybe_utc(row.set_out_at),
        scan_at=_maybe_utc(row.scan_at),
        scan=opened_private(row.scan, "scan", shop_id, sealer),
        tracking_key=row.parcel_key or "",
        private=opened_private(row.parcel_private, "private", shop_id, sealer),
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _maybe_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else _utc(moment)
