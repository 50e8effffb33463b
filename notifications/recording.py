"""What came of each attempt, written down in batches.

An attempt may only speak for itself: a worker that was paused, and wakes after its
message has been taken anew, finds a higher number in the row and writes nothing.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core.values import ShopId
from notifications import refusals
from notifications.cart_products import NOT_SHOWN
from notifications.ports import (
    Accepted,
    Consequence,
    Envelope,
    NotTaken,
    Services,
    Unknown,
    Verdict,
)
from notifications.rules import doubt, lifecycle
from notifications.rules.lifecycle import State
from notifications.rules.patience import pause_after
from storage import ledger, numbers, progress, reviews
from storage.ledger import Word
from storage.progress import Row
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

_PAUSES = {
    Consequence.SLOW_NUMBER: timedelta(seconds=2),
    Consequence.PARK_FOR_A_WHILE: timedelta(minutes=5),
    Consequence.PARK_UNTIL_MENDED: timedelta(minutes=15),
    Consequence.HOLD_TEMPLATE: timedelta(minutes=10),
}
"""Meta tells no time to come back, so these are our guess. A number that a person must
mend is tried with one message each time; connecting it anew ends the wait."""
_LONGEST_PAUSE_FOR_PERSON = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Outcome:
    envelope: Envelope
    verdict: Verdict


def record(outcomes: Sequence[Outcome], *, services: Services) -> None:
    """Write down what came of these attempts; doing so twice changes nothing."""
    now = services.clock()
    by_id = {outcome.envelope.message_id: outcome for outcome in outcomes}
    with services.transactions.across(Crossing.SENDING) as tx:
        rows = progress.locked(tx, by_id.keys())
        progress.keep(
            tx,
            [row for row in rows if _note(row, by_id[row.id], now, services)],
            now=now,
        )
        _hold_numbers(outcomes, tx, now)
        # As the last lock that is taken: see storage.ledger.
        refused = [word for row in rows for word in _refused(row, by_id[row.id], now)]
        ledger.record(tx, refused, now=now, sealer=services.sealer)


def _refused(row: Row, outcome: Outcome, now: datetime) -> Sequence[Word]:
    match outcome.verdict:
        case NotTaken(_, _, said) if said is not None:
            return refusals.words_of(row, [said], at=now)
        case _:
            return ()


def _note(row: Row, outcome: Outcome, now: datetime, services: Services) -> bool:
    """Note one outcome on its row; answer whether it still counts."""
    attempt = outcome.envelope.attempt
    if row.attempt != attempt:
        log.warning("outcome_came_too_late message=%s attempt=%s", row.id, attempt)
        return False
    entry: dict[str, Any] = {"at": now.isoformat(), "attempt": attempt}
    match outcome.verdict:
        case Accepted(provider_id):
            row.provider_id = row.provider_id or provider_id
            row.accepted_at = row.accepted_at or now
            row.entries.append(entry | {"what": "accepted"})
            _move(row, State.SENT, None)
        case NotTaken(code) as refusal:
            said = _quoted(refusal, outcome, services)
            row.entries.append(entry | {"what": "refused", "code": code, **said})
            if code == NOT_SHOWN and outcome.envelope.may_go_plain:
                refusal = replace(refusal, consequence=Consequence.TRY_LATER)
            _refuse(row, refusal, now)
        case Unknown(code) as unknown:
            said = _quoted(unknown, outcome, services)
            row.entries.append(entry | {"what": "no_answer", "code": code, **said})
            if _move(row, State.UNSURE, code):
                row.due_at = (row.asked_at or now) + doubt.SETTLED_AFTER
    services.counters.add("messages_tried", {"outcome": str(row.entries[-1]["what"])})
    return True


def _quoted(
    verdict: NotTaken | Unknown, outcome: Outcome, services: Services
) -> dict[str, Any]:
    if verdict.said is None:
        return {}
    body = outcome.envelope.post.body
    return {"said": services.channel.quotable(verdict.said, body=body)}


def _refuse(row: Row, refusal: NotTaken, now: datetime) -> None:
    if refusal.consequence is Consequence.FAIL:
        _move(row, State.FAILED, refusal.code)
        return
    if not _move(row, State.WAITING, refusal.code):
        return
    match refusal.consequence:
        case Consequence.TRY_LATER:
            row.due_at = now + pause_after(row.attempt)
        case Consequence.SLOW_PERSON:
            pause = timedelta(seconds=4 ** min(row.attempt, 6))
            row.due_at = now + min(pause, _LONGEST_PAUSE_FOR_PERSON)
        case Consequence.HOLD_TEMPLATE:
            # Somebody has to mend the template; asking often would not help.
            row.due_at = now + _PAUSES[Consequence.HOLD_TEMPLATE] * row.attempt
        case consequence:
            row.due_at = now + _PAUSES[consequence]


def _move(row: Row, state: State, reason: str | None) -> bool:
    """Move the message, unless a report that overtook us has moved it further."""
    if lifecycle.after(State(row.state), state) != state:
        return False
    row.state, row.reason = state, reason
    return True


def _hold_numbers(outcomes: Sequence[Outcome], tx: Transaction, now: datetime) -> None:
    """Leave alone the numbers that Meta slows or stops, and take up those that it
    takes messages from again."""
    for outcome in outcomes:
        shop_id = ShopId(outcome.envelope.shop_id)
        number_id = outcome.envelope.phone_number_id
        match outcome.verdict:
            case NotTaken(code, Consequence.SLOW_NUMBER):
                until = now + _PAUSES[Consequence.SLOW_NUMBER]
                numbers.slow_down(tx, shop_id, number_id, until=until)
            case NotTaken(
                code,
                (Consequence.PARK_FOR_A_WHILE | Consequence.PARK_UNTIL_MENDED) as why,
            ):
                log.warning(
                    "number_parked shop=%s number=%s because=%s",
                    *(shop_id, number_id, code),
                )
                until = now + _PAUSES[why]
                numbers.park(tx, shop_id, number_id, until=until, because=code)
            case NotTaken(_, Consequence.HOLD_TEMPLATE):
                # Meta has told of it by a webhook that never came.
                reviews.look_again_for(tx, shop_id, number_id, at=now)
            case Accepted() if outcome.envelope.is_probe:
                numbers.unpark(tx, shop_id, number_id, since=now)
            case _:
                pass
