"""A buyer is asked whether they want what they have ordered, and once more if they do
not answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.values import MessageId, OrderId
from notifications.automations import AGAIN
from notifications.automations.cod_confirmation import asked_again_after, silent_after
from notifications.ports import Services
from notifications.surroundings import Surroundings
from storage.facts import KnownMessage
from storage.order_answers import Asked
from storage.outbox import Intent


@dataclass(frozen=True, slots=True)
class Asking:
    """``asked`` is to be noted with the message; ``once_more`` is the second question,
    none after the second."""

    asked: Asked
    once_more: Sequence[Intent]


def asking(
    message: KnownMessage, around: Surroundings, *, now: datetime, services: Services
) -> Asking | None:
    """What begins when this question leaves ``now``; None for what asks nothing.

    The second question's occasion is the order's, so it is proposed once.
    """
    automation = services.automations.get(message.automation)
    if automation is None or not automation.asks_buyer or message.order_id is None:
        return None
    switch = around.switches.get((message.shop_id, automation.name))
    config = automation.config_kept(switch.config if switch else {})
    again_at = now + asked_again_after(config)
    asked = Asked(
        shop_id=message.shop_id,
        order_id=OrderId(message.order_id),
        question=message.id,
        due_at=again_at + silent_after(config),
    )
    if AGAIN in message.told:
        return Asking(asked, ())
    second = Intent(
        id=MessageId(services.new_id("msg")),
        shop_id=message.shop_id,
        occasion=f"{automation.name}:{message.order_id}:{AGAIN}",
        automation=automation.name,
        scope=automation.scope,
        priority=automation.priority,
        order_id=asked.order_id,
        fulfillment_id=None,
        tracking_key=None,
        told={AGAIN: "1"},
        contact_id=message.contact_id,
        wanted_at=again_at,
        due_at=again_at,
        story=[
            {
                "at": now.isoformat(),
                "what": "proposed",
                "automation": automation.name,
                "wanted_at": again_at.isoformat(),
                "due_at": again_at.isoformat(),
            }
        ],
    )
    return Asking(asked, [second])
