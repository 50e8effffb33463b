"""What is asked of whoever has ordered and not paid."""

from datetime import timedelta

from core.events import OrderSeen
from core.words import N_
from notifications.automations import Draft, NotProposed
from notifications.rules.flows import Limits

_OLD_AFTER = timedelta(hours=24)

LIMITS = Limits(
    earliest_minutes=0,
    unasked={
        "unclicked": N_(
            "The page that it leads to is the store's, and nobody knows here who has "
            "opened it"
        )
    },
    is_held_out=False,
)
"""What a flow that asks for a payment may not have."""


def asked_once(
    event: OrderSeen, automation: str, *, wait: timedelta
) -> Draft | NotProposed:
    """Once for an order, ``wait`` after it is heard of, however often it changes."""
    if event.cancelled_at is not None:
        return NotProposed("order_cancelled")
    if event.total is not None and event.total.amount <= 0:
        return NotProposed("nothing_to_pay")
    if event.happened_at - event.placed_at > _OLD_AFTER:
        return NotProposed("order_is_old")
    return Draft(
        occasion=f"{automation}:{event.order_id}",
        order_id=event.order_id,
        phone=event.phone,
        wanted_at=event.happened_at,
        wait=wait,
    )
