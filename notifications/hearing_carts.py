"""Carts that people send in a chat: each gets one answer, which waits for the store's
word about what is in there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.chat import ChatSaid
from core.values import MessageId, ShopId
from notifications import chatting, obeying
from notifications.chat_carts import PATIENCE, told_first
from notifications.chatting import Heard
from notifications.ports import Services
from notifications.replies import REPLY
from storage import chat_carts, chats, outbox
from storage.outbox import Intent
from storage.session import Transaction


@dataclass(frozen=True, slots=True)
class Noted:
    """``occasions`` are those of the answers, by the webhook that brought a cart."""

    occasions: Mapping[int, str] = field(default_factory=dict)


def note(
    heard: Sequence[Heard], *, tx: Transaction, now: datetime, services: Services
) -> Noted:
    """Have the carts among what was said answered. Twice is once."""
    carts = [
        (each, each.event)
        for each in heard
        if isinstance(each.event, ChatSaid) and each.event.cart
    ]
    if not carts:
        return Noted()
    orders = chats.newest_orders(tx, {each.contact_id for each, _ in carts})
    intents: dict[tuple[ShopId, str], Intent] = {}
    occasions: dict[int, str] = {}
    for each, said in carts:
        if each.shop.is_former:
            continue  # by the number that it has left it can answer no more
        language = chatting.language_of(each, orders)
        intent = _intent(each, said, language, now, services)
        intents.setdefault((intent.shop_id, intent.occasion), intent)
        occasions[each.webhook_id] = intent.occasion
    added = outbox.add(tx, list(intents.values()), now=now)
    new = {(i.shop_id, i.id) for i in intents.values() if i.id in added}
    chat_carts.want(tx, new, now=now)
    return Noted(occasions)


def _intent(
    heard: Heard, said: ChatSaid, language: str, now: datetime, services: Services
) -> Intent:
    return Intent(
        id=MessageId(services.new_id("msg")),
        shop_id=heard.shop.id,
        # Of its own: what they wrote beside it may be a wish, and is answered, too.
        occasion=f"{REPLY.name}:cart:{obeying.name_of(said.message_id)}",
        automation=REPLY.name,
        scope=REPLY.scope,
        priority=REPLY.priority,
        order_id=None,
        fulfillment_id=None,
        tracking_key=None,
        told=told_first(
            said.cart or (),
            language=language,
            number=said.phone_number_id,
            host=str(heard.shop.domain),
        ),
        contact_id=heard.contact_id,
        wanted_at=min(said.happened_at, now),
        due_at=now + PATIENCE,
        story=[
            {
                "at": now.isoformat(),
                "what": "cart_sent",
                "wanted_at": said.happened_at.isoformat(),
                "things": sum(each.quantity for each in said.cart or ()),
            }
        ],
    )
