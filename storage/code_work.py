"""What is to be done at Shopify about the codes of offers, and what was done.

Whoever takes codes of a store is alone with them for a while. Should two be at it all
the same, nothing is made twice: each code and each discount is known by letters of its
own, which Shopify takes once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.values import CustomerId, MessageId, ShopId
from storage.offer_codes import CodeState, Terms
from storage.session import Transaction
from storage.statements import Statement

_PORTION = 200

_TAKE_DUE = Statement("""
WITH due AS MATERIALIZED (
  SELECT q.id FROM offer_codes q
  WHERE q.due_at <= :now AND (q.claimed_until IS NULL OR q.claimed_until <= :now)
    AND q.shop_id = (
      SELECT f.shop_id FROM offer_codes f JOIN shops s ON s.id = f.shop_id
      WHERE f.due_at <= :now AND s.state = 'active' AND NOT EXISTS (
        SELECT 1 FROM offer_codes w
        WHERE w.shop_id = f.shop_id AND w.claimed_until > :now)
      ORDER BY f.due_at LIMIT 1)
  ORDER BY q.due_at LIMIT :most FOR UPDATE SKIP LOCKED)
UPDATE offer_codes c SET claimed_until = :until
WHERE c.id IN (SELECT id FROM due)
RETURNING c.id, c.shop_id, c.attempts
""")


@dataclass(frozen=True, slots=True)
class Due:
    """Codes of one store. ``attempts`` are the most made in vain for one of them."""

    shop_id: ShopId
    codes: Sequence[int]
    attempts: int


def take_due(tx: Transaction, *, now: datetime, until: datetime) -> Due | None:
    """Those of the store that has waited longest; nobody else takes any of that store's
    before ``until``."""
    rows = tx.ask(_TAKE_DUE, {"now": now, "until": until, "most": _PORTION})
    if not rows:
        return None
    return Due(
        ShopId(rows[0].shop_id),
        sorted(row.id for row in rows),
        max(row.attempts for row in rows),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDiscount:
    """``name`` is Shopify's, None until that is known; ``asked_at`` is when it was
    asked for. It may be for one ``customer_id`` alone, and ``is_for_one_code``."""

    id: int
    code: str = field(repr=False)
    starts_at: datetime
    ends_at: datetime
    customer_id: CustomerId | None
    is_for_one_code: bool
    asked_at: datetime | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCode:
    """``because`` is why it is to end, ``asked_at`` when Shopify was asked for it."""

    id: int
    message_id: MessageId | None
    terms: Terms
    state: CodeState
    because: str | None
    ends_at: datetime | None
    asked_at: datetime | None
    code: str | None = field(repr=False)
    discount: KnownDiscount | None


_KNOWN = Statement("""
SELECT c.id, c.message_id, c.flow, c.step, c.percent, c.valid_hours, c.combines,
  c.one_customer, c.code, c.state, c.because, c.ends_at, c.asked_at,
  d.id AS discount_id, d.code AS first_code, d.starts_at, d.ends_at AS over_at,
  d.customer_id, d.of_code, d.asked_at AS discount_asked_at, d.name
FROM offer_codes c LEFT JOIN discounts d ON d.id = c.discount_id
WHERE c.id = ANY(CAST(:ids AS bigint[])) AND c.due_at IS NOT NULL
  AND c.state IN ('wanted', 'made', 'told')
ORDER BY c.id
""")


def known(tx: Transaction, codes: Collection[int]) -> list[WorkCode]:
    """Those of these codes about which there is still something to be done."""
    return [_code(row) for row in tx.ask(_KNOWN, {"ids": sorted(codes)})]


def _code(row: Any) -> WorkCode:
    discount = None
    if row.discount_id is not None:
        customer = row.customer_id
        discount = KnownDiscount(
            id=row.discount_id,
            code=row.first_code,
            starts_at=row.starts_at.astimezone(UTC),
            ends_at=row.over_at.astimezone(UTC),
            customer_id=None if customer is None else CustomerId(customer),
            is_for_one_code=row.of_code != 0,
            asked_at=_utc(row.discount_asked_at),
            name=row.name,
        )
    return WorkCode(
        id=row.id,
        message_id=None if row.message_id is None else MessageId(row.message_id),
        terms=Terms(
            flow=row.flow,
            step=row.step,
            percent=row.percent,
            valid_hours=row.valid_hours,
            combines=row.combines,
            one_customer=row.one_customer,
        ),
        state=CodeState(row.state),
        because=row.because,
        ends_at=_utc(row.ends_at),
        asked_at=_utc(row.asked_at),
        code=row.code,
        discount=discount,
    )


_BUYERS = Statement("""
SELECT m.id, coalesce(k.customer_id, (
  SELECT max(c.customer_id) FROM customers c
  WHERE c.shop_id = m.shop_id AND c.contact_id = k.contact_id)) AS customer_id
FROM messages m JOIN checkouts k
  ON k.shop_id = m.shop_id AND k.token_key = m.checkout_key
WHERE m.shop_id = :shop AND m.id = ANY(CAST(:messages AS text[]))
""")


def buyers(
    tx: Transaction, shop_id: ShopId, messages: Collection[MessageId]
) -> dict[MessageId, CustomerId]:
    """Who the store's customers are for whom these messages are, as far as that is
    known."""
    asked = {"shop": shop_id, "messages": sorted(messages)}
    return {
        MessageId(row.id): CustomerId(row.customer_id)
        for row in tx.ask(_BUYERS, asked)
        if row.customer_id is not None
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDiscount:
    """A discount as it will be, unless there is one for the same hour by now.
    ``of_code`` is the one code that it is for, 0 where it is for several."""

    terms: Terms
    hour_at: datetime
    ends_at: datetime
    code: str = field(repr=False)
    of_code: int = 0
    customer_id: CustomerId | None = None


_BEGIN = Statement("""
INSERT INTO discounts (shop_id, flow, step, percent, valid_hours, combines, hour_at,
  of_code, customer_id, code, starts_at, ends_at)
VALUES (:shop, :flow, :step, :percent, :hours, :combines, :hour_at, :of_code,
  :customer, :code, :hour_at, :ends_at)
ON CONFLICT (shop_id, flow, step, percent, valid_hours, combines, hour_at, of_code)
  DO UPDATE SET hour_at = excluded.hour_at
RETURNING id
""")
_ASSIGN = Statement("""
UPDATE offer_codes c SET discount_id = :discount, code = new.code
FROM json_to_recordset(CAST(:rows AS json)) AS new (id bigint, code text)
WHERE c.id = new.id AND c.discount_id IS NULL
""")


def begin(tx: Transaction, shop_id: ShopId, discount: NewDiscount, codes: str) -> None:
    """Have codes be of a discount; ``codes`` is JSON of rows with ``id`` and ``code``.
    A code that is of one already stays there."""
    asked = {
        "shop": shop_id,
        "flow": discount.terms.flow,
        "step": discount.terms.step,
        "percent": discount.terms.percent,
        "hours": discount.terms.valid_hours,
        "combines": discount.terms.combines,
        "hour_at": discount.hour_at,
        "of_code": discount.of_code,
        "customer": discount.customer_id,
        "code": discount.code,
        "ends_at": discount.ends_at,
    }
    [row] = tx.ask(_BEGIN, asked)
    tx.run(_ASSIGN, {"discount": row.id, "rows": codes})


_ASK_FOR_DISCOUNT = Statement("UPDATE discounts SET asked_at = :now WHERE id = :id")
_NAME_DISCOUNT = Statement("UPDATE discounts SET name = :name WHERE id = :id")
_ASK_FOR = Statement("""
UPDATE offer_codes SET asked_at = :now WHERE id = ANY(CAST(:ids AS bigint[]))
""")


# One that is begun in the same hour afterwards is another.
_CLOSE = Statement("""
UPDATE discounts SET ends_at = least(ends_at, :now), of_code = -id WHERE id = :id
""")


def close(tx: Transaction, discount: int, *, now: datetime) -> None:
    """Shopify takes none of its codes any more, and none is added to it."""
    tx.run(_CLOSE, {"id": discount, "now": now})


def note_discount_asked(tx: Transaction, discount: int, *, now: datetime) -> None:
    """From now on it may be there, whatever is answered."""
    tx.run(_ASK_FOR_DISCOUNT, {"id": discount, "now": now})


def note_discount(tx: Transaction, discount: int, name: str) -> None:
    tx.run(_NAME_DISCOUNT, {"id": discount, "name": name})


def note_asked(tx: Transaction, codes: Collection[int], *, now: datetime) -> None:
    """From now on they may be there, whatever is answered."""
    tx.run(_ASK_FOR, {"ids": sorted(codes), "now": now})


_MADE = Statement("""
UPDATE offer_codes SET state = 'made', attempts = 0, held_because = NULL,
  due_at = CASE WHEN because IS NULL THEN NULL ELSE due_at END
WHERE id = ANY(CAST(:ids AS bigint[])) AND state = 'wanted'
""")
_END = Statement("""
UPDATE offer_codes SET state = :state, because = coalesce(because, :because),
  due_at = NULL, claimed_until = NULL, held_because = NULL
WHERE id = ANY(CAST(:ids AS bigint[])) AND state IN ('wanted', 'made', 'told')
""")
_AGAIN = Statement("""
UPDATE offer_codes SET due_at = greatest(due_at, :at)
WHERE id = ANY(CAST(:ids AS bigint[])) AND due_at IS NOT NULL
""")


def note_made(tx: Transaction, codes: Collection[int]) -> None:
    """Shopify has them. One that is to end meanwhile still is."""
    tx.run(_MADE, {"ids": sorted(codes)})


def note_over(
    tx: Transaction, codes: Collection[int], state: CodeState, because: str | None
) -> None:
    """Nothing is to be done about them any more. ``because`` counts where no other
    reason is known."""
    tx.run(_END, {"ids": sorted(codes), "state": state, "because": because})


def look_again(tx: Transaction, codes: Collection[int], *, at: datetime) -> None:
    tx.run(_AGAIN, {"ids": sorted(codes), "at": at})


_HOLD = Statement("""
UPDATE offer_codes SET attempts = :attempts, held_because = :because,
  due_at = CASE WHEN due_at IS NULL THEN NULL ELSE :due_at END
WHERE id = ANY(CAST(:ids AS bigint[]))
""")
_LET_GO = Statement("""
UPDATE offer_codes SET claimed_until = NULL WHERE id = ANY(CAST(:ids AS bigint[]))
""")


def hold(
    tx: Transaction,
    codes: Collection[int],
    *,
    due_at: datetime,
    attempts: int,
    because: str,
) -> None:
    """Try these again at ``due_at``."""
    asked = {"ids": sorted(codes), "due_at": due_at, "attempts": attempts}
    tx.run(_HOLD, {**asked, "because": because})


def let_go(tx: Transaction, due: Due) -> None:
    """Others may take them."""
    tx.run(_LET_GO, {"ids": sorted(due.codes)})


_LOOK = Statement("""
WITH chosen AS MATERIALIZED (
  SELECT id FROM offer_codes WHERE state IN ('wanted', 'made', 'told')
    AND because IS NULL AND looked_at <= :before
  ORDER BY looked_at LIMIT :most FOR UPDATE SKIP LOCKED),
looked AS MATERIALIZED (
  UPDATE offer_codes c SET looked_at = :now
  WHERE c.id IN (SELECT id FROM chosen)
  RETURNING c.id, c.shop_id, c.message_id)
SELECT l.id, l.message_id, m.state IS NULL
  OR m.state NOT IN ('waiting', 'sending', 'unsure', 'sent', 'delivered', 'read')
  AS is_idle
FROM looked l LEFT JOIN messages m ON m.shop_id = l.shop_id AND m.id = l.message_id
""")
_TO_END = Statement("""
UPDATE offer_codes SET because = :because, due_at = :now
WHERE id = ANY(CAST(:ids AS bigint[])) AND because IS NULL
  AND state IN ('wanted', 'made', 'told')
""")


@dataclass(frozen=True, slots=True)
class Looked:
    """Codes whose messages have not left and never will, and the others, each with its
    message."""

    idle: Sequence[int]
    others: Sequence[tuple[int, MessageId]]


def look(tx: Transaction, *, now: datetime, pause: timedelta, most: int) -> Looked:
    """Those codes of any use that nobody has looked at for longest."""
    rows = tx.ask(_LOOK, {"now": now, "before": now - pause, "most": most})
    return Looked(
        [row.id for row in rows if row.is_idle],
        [(row.id, MessageId(row.message_id)) for row in rows if not row.is_idle],
    )


def have_ended(
    tx: Transaction, codes: Collection[int], *, because: str, now: datetime
) -> None:
    """These are to end at once."""
    if codes:
        tx.run(_TO_END, {"ids": sorted(codes), "because": because, "now": now})


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
