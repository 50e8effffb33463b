"""Remind somebody of the invoice that a store has sent them for a draft order."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core.shopping import DraftOrderSeen
from core.values import Scope
from core.words import N_
from notifications import saying, unpaid_orders
from notifications.automations import (
    Automation,
    Config,
    Draft,
    InSteps,
    NotProposed,
    WholeNumber,
    first_told,
)
from notifications.payment_texts import TEMPLATE
from notifications.rules.flows import About, Step

_AFTER = WholeNumber(
    name="after_hours",
    meaning="How long after its invoice was sent somebody is reminded.",
    default=24,
    least=1,
    most=168,
)
_AGAIN = WholeNumber(
    name="remind_after_hours",
    meaning="How long after its invoice was sent they are reminded once more; 0 for "
    "not at all.",
    default=72,
    least=0,
    most=336,
)
_OLD_AFTER = timedelta(days=14)
"""So late the last step of any flow comes."""


def concerns(event: DraftOrderSeen) -> bool:
    is_over = event.completed_at is not None or event.status == "completed"
    return event.invoiced_at is not None and event.url is not None and not is_over


def default(config: Config) -> Mapping[str, Any]:
    """The second one an hour after the first at the earliest."""
    first = {
        "key": "1",
        "message": "draft_order",
        "after_minutes": config[_AFTER.name] * 60,
    }
    if not config[_AGAIN.name]:
        return {"steps": [first]}
    second = {
        "key": "2",
        "message": "draft_order",
        "after_minutes": max(config[_AGAIN.name], config[_AFTER.name] + 1) * 60,
    }
    return {"steps": [first, second]}


def begin(event: DraftOrderSeen, step: Step) -> Draft | NotProposed:
    """Once for a draft, however often its invoice is sent: what waits looks at when
    that was last."""
    if event.phone is None:
        return NotProposed("no_phone")
    if event.total is not None and event.total.amount <= 0:
        return NotProposed("nothing_to_pay")
    sent_at = event.invoiced_at or event.happened_at
    if event.happened_at - sent_at > _OLD_AFTER:
        return NotProposed("order_is_old")
    return Draft(
        occasion=f"draft_order:{event.draft_order_id}",
        order_id=None,
        draft_order_id=event.draft_order_id,
        told=first_told(step),
        message=step.message,
        phone=event.phone,
        wanted_at=sent_at + step.after,
        not_before=sent_at + step.after,
    )


FLOW = InSteps(
    default=default,
    begin=begin,
    limits=unpaid_orders.LIMITS,
    about=About.DRAFT_ORDER,
)


def propose(event: DraftOrderSeen, config: Config) -> Draft | NotProposed:
    after = timedelta(hours=config[_AFTER.name])
    return begin(event, Step(key="1", message="draft_order", after=after))


AUTOMATION = Automation(
    name="draft_order",
    summary=N_("The invoice of a draft order was sent, and is still to be paid."),
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=timedelta(hours=48),
    listens_to=(DraftOrderSeen,),
    settings=(_AFTER, _AGAIN),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    concerns=concerns,
    flow=FLOW,
    worded_as="payment_pending",
)
