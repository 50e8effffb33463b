"""A person has a message sent again that failed, or was not sent when it was its time.

It becomes a message of its own: what became of the first one stays as it is. A message
has one such successor, so that pressing twice sends once; where that fails too, it may
have one in its turn. The policy decides about it as about any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import NotPossible
from core.lanes import Work
from core.values import FulfillmentId, MessageId, OrderId, Scope, ShopId
from core.words import N_
from notifications.ports import Services
from notifications.rules.lifecycle import State
from notifications.rules.sending_again import Against, Over, against
from storage import asking, changes, outbox, progress
from storage.changes import By, Change
from storage.outbox import Intent
from storage.session import Transaction

_AGAIN = ":again"

WHY_NOT: Mapping[Against, str] = {
    Against.NOT_OVER: N_("It is not over yet: nothing has to be sent again."),
    Against.PERSON_GONE: N_("The person was erased, and nothing goes to them."),
    Against.SENT_AGAIN: N_("It was sent again already."),
    Against.IS_OFFER: N_("Offers and steps of a flow are never sent again by hand."),
    Against.IS_REPLY: N_("An answer belongs into its chat: write there."),
    Against.IS_QUESTION: N_("The buyer is asked again by itself, or has answered."),
    Against.TOO_OLD: N_("It is too old to be news."),
}


@dataclass(frozen=True, slots=True)
class Again:
    """Whether a message may be sent again: ``why_not`` if it may not, and
    ``successor`` where it was."""

    why_not: Against | None
    successor: MessageId | None


def may_be_sent_again(
    tx: Transaction, shop_id: ShopId, row: Mapping[str, Any], services: Services
) -> Again:
    """Whether it may be now. ``row`` as ``asking.message`` has it."""
    successor = outbox.message_of(tx, shop_id, f"{row['occasion']}{_AGAIN}")
    automation = services.automations.get(row["automation"])
    over = Over(
        state=State(row["state"]),
        scope=Scope(row["scope"]),
        wanted_at=row["wanted_at"],
        lifetime=None if automation is None else automation.lifetime,
        is_question=automation is not None
        and (automation.asks_buyer or automation.asks_for_yes),
        is_in_flow=automation is not None
        and (automation.flow is not None or automation.step_of is not None),
        is_erased=row["occasion"].startswith(progress.ERASED),
        was_sent_again=successor is not None,
    )
    return Again(against(over, now=services.clock()), successor)


def send_again(
    shop_id: ShopId, message_id: MessageId, *, by: By, services: Services
) -> MessageId:
    """Propose it anew; answer the new message, or the one that it has already.

    Raises:
        NotPossible: there is no such message, or it may not be sent again.
    """
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        row = asking.message(tx, shop_id, message_id)
        if row is None:
            raise NotPossible(
                N_("there is no message %(message)s at this shop"), message=message_id
            )
        again = may_be_sent_again(tx, shop_id, row, services)
        if again.successor is not None:
            return again.successor
        if again.why_not is not None:
            raise NotPossible(WHY_NOT[again.why_not])
        intent = _intent(shop_id, row, by.actor, services, now=now)
        if outbox.add(tx, [intent], now=now):
            what = Change(
                what="message_sent_again",
                subject=f"message {message_id}",
                after={"as": intent.id},
            )
            changes.note(tx, shop_id, by, what, now=now)
            lane = outbox.lane_of(tx, shop_id)
            tx.after_commit(lambda: services.hints.look(Work.SEND, lane))
            return intent.id
        # Somebody else has pressed meanwhile.
        made = outbox.message_of(tx, shop_id, intent.occasion)
    return made or intent.id


def _intent(
    shop_id: ShopId,
    row: Mapping[str, Any],
    actor: str,
    services: Services,
    *,
    now: datetime,
) -> Intent:
    order_id, parcel = row["order_id"], row["fulfillment_id"]
    return Intent(
        id=MessageId(services.new_id("msg")),
        shop_id=shop_id,
        occasion=f"{row['occasion']}{_AGAIN}",
        automation=row["automation"],
        scope=Scope(row["scope"]),
        priority=row["priority"],
        order_id=None if order_id is None else OrderId(order_id),
        fulfillment_id=None if parcel is None else FulfillmentId(parcel),
        tracking_key=row["tracking_key"],
        told=row["told"],
        contact_id=row["contact_id"],
        wanted_at=row["wanted_at"],
        due_at=now,
        story=[
            {
                "at": now.isoformat(),
                "what": "asked_again",
                "automation": row["automation"],
                "actor": actor,
                "before": row["id"],
            }
        ],
    )
