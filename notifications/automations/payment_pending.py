"""Tell the buyer that the order has come in and that its payment is awaited, and
remind them of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.events import OrderSeen
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
from notifications.rules.flows import LEAST_APART_MINUTES, About, Step
from notifications.rules.news import is_payment_awaited

_WAIT = WholeNumber(
    name="wait_minutes",
    meaning="How long to wait for the payment before it is asked for.",
    default=30,
    least=0,
    most=1440,
)
_AGAIN = WholeNumber(
    name="remind_after_hours",
    meaning="How long after the order its buyer is reminded once more; 0 for not at "
    "all.",
    default=24,
    least=0,
    most=14 * 24,
)


def concerns(event: OrderSeen) -> bool:
    return is_payment_awaited(event.payment, event.cash_on_delivery)


def default(config: Config) -> Mapping[str, Any]:
    """The second one a day after the order, an hour after the first at the earliest."""
    first = {
        "key": "1",
        "message": "payment_pending",
        "after_minutes": config[_WAIT.name],
    }
    if not config[_AGAIN.name]:
        return {"steps": [first]}
    least = config[_WAIT.name] + LEAST_APART_MINUTES
    second = {
        "key": "2",
        "message": "payment_pending",
        "after_minutes": max(config[_AGAIN.name] * 60, least),
    }
    return {"steps": [first, second]}


def begin(event: OrderSeen, step: Step) -> Draft | NotProposed:
    """A payment that comes in the meantime makes it old news.

    The first step waits from when the order is heard of, so that the word of its
    payment, which may be as late, has the same time to come.
    """
    asked = unpaid_orders.asked_once(event, "payment_pending", wait=step.after)
    if isinstance(asked, NotProposed):
        return asked
    return replace(
        asked,
        told=first_told(step),
        message=step.message,
        wanted_at=max(event.happened_at, event.placed_at + step.after),
    )


FLOW = InSteps(
    default=default,
    begin=begin,
    limits=unpaid_orders.LIMITS,
    about=About.ORDER,
)


def propose(event: OrderSeen, config: Config) -> Draft | NotProposed:
    after = timedelta(minutes=config[_WAIT.name])
    return begin(event, Step(key="1", message="payment_pending", after=after))


AUTOMATION = Automation(
    name="payment_pending",
    summary=N_("The order has come in, and its payment is awaited."),
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=timedelta(hours=48),
    listens_to=(OrderSeen,),
    settings=(_WAIT, _AGAIN),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    concerns=concerns,
    awaits_payment=True,
    flow=FLOW,
)
