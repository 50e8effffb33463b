"""Questions for a product in a chat: the answer shows it, as WhatsApp has it now.

Where it is not beyond doubt what is meant, or cannot be shown, nothing is answered, and
the webhook's outcome tells a person why.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.chat import ChatSaid
from core.lanes import Lane
from core.showcases import OneProduct, Section, SeveralProducts
from core.values import ContactId, MessageId, ShopId
from notifications import chatting, obeying, wording
from notifications.chatting import Heard
from notifications.ports import Services
from notifications.product_texts import PRODUCTS
from notifications.replies import REPLY, Content, Says
from notifications.rules.product_questions import (
    Answers,
    Asked,
    Card,
    Known,
    Unanswered,
    answer_to,
    asked_in,
)
from storage import chats, outbox, product_questions
from storage.chats import LateOrder
from storage.outbox import Intent
from storage.session import Transaction

_CATALOG, _ITEMS, _TITLE = "catalog", "items", "title"
_MOST_IN_HEADER = 60


@dataclass(frozen=True, slots=True)
class Noted:
    """``occasions`` are those of the answers and ``unanswered`` why there is none, by
    the webhook; ``lanes`` have answers to send."""

    occasions: Mapping[int, str] = field(default_factory=dict)
    unanswered: Mapping[int, str] = field(default_factory=dict)
    lanes: frozenset[Lane] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    heard: Heard
    said: ChatSaid = field(repr=False)
    asked: Asked = field(repr=False)


def note(
    heard: Sequence[Heard], *, tx: Transaction, now: datetime, services: Services
) -> Noted:
    """Have the questions for products among what was said answered. Twice is once."""
    asked = [one for each in heard if (one := _question(each)) is not None]
    catalogs = product_questions.catalogs_of(tx, {each.heard.shop.id for each in asked})
    asked = [each for each in asked if each.heard.shop.id in catalogs]
    if not asked:
        return Noted()
    known = _known(asked, tx)
    answers = {
        each: answer_to(
            each.asked,
            known.get(each.heard.shop.id, []),
            domain=str(each.heard.shop.domain),
        )
        for each in asked
    }
    cards = {
        each: answer for each, answer in answers.items() if isinstance(answer, Card)
    }
    orders = chats.newest_orders(tx, {each.heard.contact_id for each in cards})
    intents: dict[tuple[ShopId, str], Intent] = {}
    occasions: dict[int, str] = {}
    for each, card in cards.items():
        language = _language(each, card, orders)
        told = _told(each, card, catalogs[each.heard.shop.id], language)
        intent = _intent(each, told, now, services)
        intents.setdefault((intent.shop_id, intent.occasion), intent)
        occasions[each.heard.webhook_id] = intent.occasion
    added = outbox.add(tx, list(intents.values()), now=now)
    lanes = {each.heard.shop.id: each.heard.shop.lane for each in cards}
    return Noted(
        occasions,
        {
            each.heard.webhook_id: answer.value
            for each, answer in answers.items()
            if isinstance(answer, Unanswered)
        },
        frozenset(lanes[i.shop_id] for i in intents.values() if i.id in added),
    )


def _question(heard: Heard) -> _Question | None:
    """Neither a wish, nor a cart, nor what stands on a button."""
    said = heard.event
    if not isinstance(said, ChatSaid) or said.kind != "text" or heard.shop.is_former:
        return None
    if not said.text or said.pressed is not None or said.cart is not None:
        return None
    asked = asked_in(said.text, answers=Answers(heard.shop.product_answers))
    if asked is None or obeying.meaning_of(heard) is not None:
        return None
    return _Question(heard, said, asked)


def _known(
    asked: Sequence[_Question], tx: Transaction
) -> Mapping[ShopId, Sequence[Known]]:
    found = product_questions.found(
        tx,
        handles={
            (each.heard.shop.id, link.handle)
            for each in asked
            for link in each.asked.links
        },
        names={
            (each.heard.shop.id, name) for each in asked for name in each.asked.names
        },
    )
    known: defaultdict[ShopId, list[Known]] = defaultdict(list)
    for shop_id, products in found.items():
        known[shop_id] += [Known(each.product, each.live) for each in products]
    return known


def _language(
    question: _Question,
    card: Card,
    orders: Mapping[ContactId, Sequence[LateOrder]],
) -> str:
    return chatting.language_of(question.heard, orders, said=card.languages)


def _told(
    question: _Question, card: Card, catalog_id: str, language: str
) -> dict[str, str]:
    return {
        "says": Says.PRODUCT.value,
        "language": language,
        "number": question.said.phone_number_id,
        _CATALOG: catalog_id,
        _ITEMS: ",".join(str(each) for each in card.variants),
        _TITLE: card.title[:_MOST_IN_HEADER],
    }


def _intent(
    question: _Question, told: Mapping[str, str], now: datetime, services: Services
) -> Intent:
    heard, said = question.heard, question.said
    return Intent(
        id=MessageId(services.new_id("msg")),
        shop_id=heard.shop.id,
        occasion=f"{REPLY.name}:product:{obeying.name_of(said.message_id)}",
        automation=REPLY.name,
        scope=REPLY.scope,
        priority=REPLY.priority,
        order_id=None,
        fulfillment_id=None,
        tracking_key=None,
        told=dict(told),
        contact_id=heard.contact_id,
        wanted_at=min(said.happened_at, now),
        due_at=now,
        story=[
            {
                "at": now.isoformat(),
                "what": "product_asked",
                "wanted_at": said.happened_at.isoformat(),
            }
        ],
    )


def is_product(told: Mapping[str, str]) -> bool:
    return told.get("says") == Says.PRODUCT


def content(told: Mapping[str, str], language: str, *, shop_name: str) -> Content:
    """The card of one thing, or a list of what it comes in."""
    shop = wording.value(shop_name, "-", most=_MOST_IN_HEADER)
    texts, ids = PRODUCTS[language], tuple(told[_ITEMS].split(","))
    if len(ids) == 1:
        one = OneProduct(catalog_id=told[_CATALOG], retailer_id=ids[0])
        return Content(texts.one.format(shop=shop), showcase=one)
    several = SeveralProducts(
        catalog_id=told[_CATALOG],
        header=wording.value(told[_TITLE], shop, most=_MOST_IN_HEADER),
        sections=(Section(title="", retailer_ids=ids),),
    )
    return Content(texts.several.format(shop=shop), showcase=several)
