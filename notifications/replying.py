"""Replies on their way out: what is known about each, and what it says."""

from collections.abc import Sequence
from datetime import datetime

from core.shopping import Basket
from core.values import WhatsAppUser
from notifications import (
    chat_carts,
    orderless,
    product_questions,
    replies,
    senders,
)
from notifications.deciding import Decided
from notifications.ports import Services
from notifications.replies import REPLY, STOP_ANSWERS, Content, Says
from notifications.rules.decision import decide
from notifications.rules.objections import Facts
from notifications.senders import Sender
from notifications.surroundings import Surroundings
from storage.chats import Answered
from storage.facts import KnownMessage


def is_reply(message: KnownMessage) -> bool:
    return message.automation == REPLY.name


def sender_for(message: KnownMessage, own: Sequence[Sender]) -> Sender | None:
    """The number that was written to, since WhatsApp takes an answer by no other."""
    return senders.number_of(message.told["number"], own)


def decided(
    message: KnownMessage,
    around: Surroundings,
    sender: Sender | None,
    *,
    now: datetime,
) -> Decided:
    facts = facts_of(message, around, sender, now=now)
    decision, language = decide(facts, now=now), message.told["language"]
    return Decided(
        decision, facts, language, message.told, None, None, REPLY.priority, None
    )


def facts_of(
    message: KnownMessage,
    around: Surroundings,
    sender: Sender | None,
    *,
    now: datetime,
) -> Facts:
    contact, says = message.contact_id, Says(message.told["says"])
    said = around.answered.get((contact, says)) if contact else None
    return orderless.facts_of(
        message,
        REPLY,
        around,
        sender,
        now=now,
        is_reply=True,
        is_reachable=message.sealed_phone is not None
        or message.sealed_user_id is not None,
        wrote_at=message.wrote_at,
        said_at=said.at if said and says in STOP_ANSWERS else None,
    )


def body_of(
    message: KnownMessage,
    decided: Decided,
    *,
    to: WhatsAppUser,
    link: str | None,
    attempt: int,
    services: Services,
) -> bytes:
    """``link`` leads to what the reply is about, where it is about a cart."""
    content = _content(message, decided.language, link)
    return services.channel.reply(
        to=to, content=content, reference=message.id, attempt=attempt
    )


def _content(message: KnownMessage, language: str, link: str | None) -> Content:
    if chat_carts.is_cart(message.told):
        return chat_carts.content(
            message.told, language, shop_name=message.shop_name, url=link
        )
    if product_questions.shows_products(message.told):
        return product_questions.content(
            message.told, language, shop_name=message.shop_name
        )
    order = message.order
    return replies.content(
        Says(message.told["says"]),
        language,
        shop_name=message.shop_name,
        order_name=order.name if order else None,
        order_link=order.status_url if order else None,
    )


def basket_of(message: KnownMessage, around: Surroundings) -> Basket | None:
    """What a reply leads to, where it is about a cart of which something is left."""
    if not chat_carts.is_cart(message.told):
        return None
    buyer = around.buyers.get(message.contact_id) if message.contact_id else None
    return chat_carts.basket_of(message.told, buyer, message.languages)


def note(around: Surroundings, message: KnownMessage, *, now: datetime) -> None:
    """Let those that are decided about later in this batch know what was said."""
    if message.contact_id is not None:
        key = message.contact_id, message.told["says"]
        around.answered[key] = Answered(now, message.told["language"])
