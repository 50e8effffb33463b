"""The codes that offers carry: what a message asks for, gets, and tells.

A message has one code at most. What is done about codes at Shopify, and when they end,
is in ``storage.code_work``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.values import MessageId, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import offer_codes


class CodeState(StrEnum):
    """``wanted`` until Shopify has it, ``told`` once its message leaves, and then used
    at the checkout or ended; ``failed`` where there was never one."""

    WANTED = "wanted"
    MADE = "made"
    TOLD = "told"
    USED = "used"
    ENDED = "ended"
    FAILED = "failed"


OF_USE = (CodeState.WANTED, CodeState.MADE, CodeState.TOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a code is worth, and to whom: ``percent`` off for so many hours from when
    its message leaves. ``combines`` is whether it counts beside other discounts, and
    ``one_customer`` whether it is for its buyer alone, where Shopify knows who that
    is."""

    flow: str
    step: str
    percent: Decimal
    valid_hours: int
    combines: bool = False
    one_customer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOffer:
    """A message's code as it stands. Shopify takes it until ``lasts_until`` at most,
    which is None as long as it has none."""

    state: CodeState
    wanted_at: datetime
    because: str | None
    percent: Decimal
    valid_for: timedelta
    lasts_until: datetime | None
    code: str | None = field(repr=False)


_OF_MESSAGES = Statement("""
SELECT c.message_id, c.state, c.wanted_at, c.because, c.percent, c.valid_hours, c.code,
  d.ends_at AS lasts_until
FROM offer_codes c LEFT JOIN discounts d ON d.id = c.discount_id
WHERE c.message_id = ANY(CAST(:messages AS text[]))
""")


def of_messages(
    tx: Transaction, messages: Collection[MessageId]
) -> dict[MessageId, KnownOffer]:
    """Those of these messages; nothing of one that has not asked for any."""
    if not messages:
        return {}
    return {
        MessageId(row.message_id): KnownOffer(
            state=CodeState(row.state),
            wanted_at=row.wanted_at.astimezone(UTC),
            because=row.because,
            percent=row.percent,
            valid_for=timedelta(hours=row.valid_hours),
            lasts_until=_utc(row.lasts_until),
            code=row.code,
        )
        for row in tx.ask(_OF_MESSAGES, {"messages": sorted(messages)})
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that could go, if it had a code. One that it ``had`` ends too soon."""

    shop_id: ShopId
    message_id: MessageId
    terms: Terms
    had: bool = False


_ASKED = columns_of(
    offer_codes,
    (
        *("shop_id", "message_id", "flow", "step", "percent", "valid_hours"),
        *("combines", "one_customer", "state", "wanted_at", "due_at", "looked_at"),
    ),
)
_LET_GO = Statement("""
UPDATE offer_codes SET message_id = NULL, because = 'replaced', due_at = :now
WHERE message_id = ANY(CAST(:messages AS text[])) AND state = 'made'
""")
_ASK_FOR = Statement(f"""
INSERT INTO offer_codes ({", ".join(_ASKED)}) SELECT * FROM {unfolded(_ASKED)}
ON CONFLICT (shop_id, message_id) DO NOTHING
""")


def ask_for(tx: Transaction, asked: Sequence[Asked], *, now: datetime) -> None:
    """Have codes made for these messages. A second time changes nothing."""
    if not asked:
        return
    had = sorted(each.message_id for each in asked if each.had)
    if had:
        tx.run(_LET_GO, {"messages": had, "now": now})
    rows = [
        {
            "shop_id": each.shop_id,
            "message_id": each.message_id,
            "flow": each.terms.flow,
            "step": each.terms.step,
            "percent": each.terms.percent,
            "valid_hours": each.terms.valid_hours,
            "combines": each.terms.combines,
            "one_customer": each.terms.one_customer,
            "state": CodeState.WANTED,
            "wanted_at": now,
            "due_at": now,
            "looked_at": now,
        }
        # In one order everywhere: who waits for a row must not hold a later one.
        for each in sorted(asked, key=lambda each: each.message_id)
    ]
    tx.run(_ASK_FOR, folded(rows))


@dataclass(frozen=True, slots=True)
class Telling:
    """A message leaves at ``at`` with a code that it says to end at ``ends_at``."""

    message_id: MessageId
    at: datetime
    ends_at: datetime


_TELL = Statement("""
UPDATE offer_codes c SET state = 'told', told_at = new.at, ends_at = new.ends_at,
  due_at = new.ends_at
FROM json_to_recordset(CAST(:rows AS json))
  AS new (message_id text, at timestamptz, ends_at timestamptz)
WHERE c.message_id = new.message_id AND c.state IN ('made', 'told')
  AND c.because IS NULL
""")


class CodeGone(Exception):
    """Somebody has ended a code since it was looked at."""


def tell(tx: Transaction, told: Sequence[Telling]) -> None:
    """These codes are known to their readers from now on, and end as they are told.
    One whose message is sent once more ends as it is told then.

    Raises:
        CodeGone: one of them was ended meanwhile. Its message must not leave with it.
    """
    rows = [
        {"message_id": each.message_id, "at": each.at, "ends_at": each.ends_at}
        for each in sorted(told, key=lambda each: each.message_id)
    ]
    if rows and tx.count(_TELL, folded(rows)) < len(rows):
        raise CodeGone


_CANCEL = Statement("""
UPDATE offer_codes SET because = 'cancelled', due_at = :now
WHERE shop_id = :shop AND flow = :flow
  AND NOT step = ANY(CAST(:keeping AS text[]))
  AND state IN ('wanted', 'made', 'told') AND because IS NULL
""")


def cancel(
    tx: Transaction,
    shop_id: ShopId,
    flow: str,
    *,
    keeping: Collection[str] = (),
    now: datetime,
) -> int:
    """End the codes of a flow but for those of the steps to be kept; answer how many
    that are. Messages of it that have not left will have none."""
    asked = {"shop": shop_id, "flow": flow, "keeping": sorted(keeping), "now": now}
    return tx.count(_CANCEL, asked)


_ERASE_FROM = """
  FROM messages m WHERE m.shop_id = c.shop_id AND m.id = c.message_id
  AND c.shop_id = :shop
"""


def erasing(of_person: str) -> Statement:
    """SQL that makes a person's codes nobody's, and has them ended; ``of_person`` tells
    which messages ``m`` are theirs."""
    return Statement(f"""
WITH theirs AS (
  UPDATE offer_codes c SET message_id = NULL,
    because = coalesce(c.because, 'erased'),
    due_at = CASE WHEN c.state IN ('wanted', 'made', 'told') THEN :now ELSE NULL END
  {_ERASE_FROM} AND {of_person}
  RETURNING c.discount_id)
UPDATE discounts d SET customer_id = NULL FROM theirs WHERE d.id = theirs.discount_id
""")


_DROP = (
    Statement("DELETE FROM offer_codes WHERE shop_id = :shop"),
    Statement("DELETE FROM discounts WHERE shop_id = :shop"),
)


def drop(tx: Transaction, shop_id: ShopId) -> None:
    """The store is gone, and nothing can be ended there; what is told of it ends by
    itself."""
    for statement in _DROP:
        tx.run(statement, {"shop": shop_id})


_FORGET = Statement("""
DELETE FROM discounts WHERE id IN (
  SELECT id FROM discounts WHERE ends_at < :before ORDER BY ends_at LIMIT :limit)
""")


def forget(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Delete discounts that ended before then, with their codes."""
    return tx.count(_FORGET, {"before": before, "limit": limit})


_COUNTS = Statement("""
SELECT state, count(*) AS codes, max(held_because) AS held
FROM offer_codes WHERE shop_id = :shop GROUP BY state ORDER BY state
""")


def counts(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any]:
    """How many codes a store has, by state; and ``held_because`` of what Shopify is
    asked again later."""
    rows = tx.ask(_COUNTS, {"shop": shop_id})
    held = max((row.held for row in rows if row.held is not None), default=None)
    return {**{row.state: row.codes for row in rows}, "held_because": held}


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
