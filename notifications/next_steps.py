"""What a flow goes on with, once it is known whether a message of it goes out."""

from collections.abc import Iterator
from datetime import datetime

from core.values import MessageId, OrderId
from notifications.automations import AFTER_MINUTES, BEFORE, FIRST, STEP, minutes
from notifications.deciding import Decided
from notifications.ports import Services
from notifications.rules.decision import Decision, Send
from notifications.rules.flows import ENDS, Step, due_at, following
from notifications.rules.objections import Because, Skip
from storage.facts import KnownMessage
from storage.outbox import Intent


def next_intents(
    message: KnownMessage, decided: Decided, *, now: datetime, services: Services
) -> Iterator[Intent]:
    """The step after this one; none where there is nothing to go on with.

    Its occasion names its key, so it is proposed once however often this is decided.
    That of the first one does not, and no key is the same as it: whatever a step is
    called, it comes once.
    """
    stepping, thing, changed_at = decided.stepping, _thing(message), decided.changed_at
    step = next_step(message, decided)
    automation = None if step is None else services.automations.get(step.message)
    if stepping is None or changed_at is None or thing is None:
        return
    first = message.told.get(FIRST, message.told.get(STEP, ""))
    if step is None or automation is None or step.key == first:
        return
    is_sent = isinstance(decided.decision, Send)
    due = due_at(step, changed_at=changed_at, is_sent=is_sent, now=now)
    wanted_at = changed_at + step.after
    yield Intent(
        id=MessageId(services.new_id("msg")),
        shop_id=message.shop_id,
        occasion=f"{stepping.named}:step:{step.key}:{thing}",
        automation=automation.name,
        scope=automation.scope,
        priority=automation.priority,
        order_id=None if message.order_id is None else OrderId(message.order_id),
        fulfillment_id=None,
        tracking_key=None,
        checkout_key=message.checkout_key,
        draft_order_id=message.draft_order_id,
        told={
            STEP: step.key,
            BEFORE: message.told.get(STEP if is_sent else BEFORE, ""),
            FIRST: first,
            AFTER_MINUTES: minutes(step.after),
        },
        contact_id=message.contact_id,
        wanted_at=wanted_at,
        due_at=due,
        story=[
            {
                "at": now.isoformat(),
                "what": "proposed",
                "automation": automation.name,
                "wanted_at": wanted_at.isoformat(),
                "due_at": due.isoformat(),
            }
        ],
    )


def _thing(message: KnownMessage) -> str | None:
    """What the flow is about, as its occasions have it."""
    if message.checkout_key is not None:
        return message.checkout_key.hex()
    thing = message.draft_order_id or message.order_id
    return None if thing is None else str(thing)


def next_step(message: KnownMessage, decided: Decided) -> Step | None:
    """None at the end, and while nobody knows whether this one goes out."""
    if decided.stepping is None or not _goes_on(decided.decision):
        return None
    return following(
        decided.stepping.flow,
        message.told.get(STEP, ""),
        after=decided.stepping.after(message.told),
        suits=not _is_for(decided.decision, Because.STEP_NOT_SUITED),
    )


def _goes_on(decision: Decision) -> bool:
    if isinstance(decision, Skip):
        return decision.because not in ENDS
    return isinstance(decision, Send)


def _is_for(decision: Decision, because: Because) -> bool:
    return isinstance(decision, Skip) and decision.because == because
