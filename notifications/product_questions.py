"""Questions for a product in a chat, for several, or for all that there is: the answer
shows them, as WhatsApp has them now.

Where it is not beyond doubt what is meant nothing is answered; where it cannot be shown
nothing is either, and the webhook's outcome tells a person why.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from core.chat import ChatSaid
from core.lanes import Lane
from core.showcases import (
    MOST_SECTION_TITLE,
    OneProduct,
    Section,
    SeveralProducts,
    Showcase,
    WholeCatalog,
)
from core.values import ContactId, MessageId, ShopId, VariantId
from notifications import chatting, obeying, wording
from notifications.chatting import Heard
from notifications.ports import Services
from notifications.product_texts import PRODUCTS, ProductTexts
from notifications.replies import REPLY, Content, Says
from notifications.rules.product_answers import (
    Card,
    Everything,
    Known,
    Range,
    Shown,
    Unanswered,
    answer_to,
)
from notifications.rules.product_questions import Answers, Asked, asked_in
from storage import chats, outbox, product_questions
from storage.chats import LateOrder
from storage.outbox import Intent
from storage.session import Transaction

_CATALOG, _ITEMS, _TITLE, _KINDS = "catalog", "items", "title", "kinds"
_BETWEEN_KINDS = "\n"
_BETWEEN_SHELVES = ";"
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
            shows_any=catalogs[each.heard.shop.id].shows_any,
        )
        for each in asked
    }
    shown = {
        each: answer for each, answer in answers.items() if isinstance(answer, Shown)
    }
    orders = chats.newest_orders(tx, {each.heard.contact_id for each in shown})
    intents: dict[tuple[ShopId, str], Intent] = {}
    occasions: dict[int, str] = {}
    for each, answer in shown.items():
        language = _language(each, answer, orders)
        told = _told(each, answer, catalogs[each.heard.shop.id].id_, language)
        intent = _intent(each, told, now, services)
        intents.setdefault((intent.shop_id, intent.occasion), intent)
        occasions[each.heard.webhook_id] = intent.occasion
    added = outbox.add(tx, list(intents.values()), now=now)
    lanes = {each.heard.shop.id: each.heard.shop.lane for each in shown}
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
        ranges={
            (each.heard.shop.id, name) for each in asked for name in each.asked.ranges
        },
    )
    known: defaultdict[ShopId, list[Known]] = defaultdict(list)
    for shop_id, products in found.items():
        known[shop_id] += [Known(each.product, each.live) for each in products]
    return known


def _language(
    question: _Question,
    shown: Shown,
    orders: Mapping[ContactId, Sequence[LateOrder]],
) -> str:
    return chatting.language_of(question.heard, orders, said=shown.languages)


def _told(
    question: _Question, shown: Shown, catalog_id: str, language: str
) -> dict[str, str]:
    return {
        "language": language,
        "number": question.said.phone_number_id,
        _CATALOG: catalog_id,
        **_told_of(shown),
    }


def _told_of(shown: Shown) -> dict[str, str]:
    match shown:
        case Everything():
            return {"says": Says.CATALOG.value}
        case Card(title=title, variants=variants):
            return {
                "says": Says.PRODUCT.value,
                _ITEMS: _listed(variants),
                _TITLE: title[:_MOST_IN_HEADER],
            }
        case Range(shelves=shelves):
            items = [_listed(each.variants) for each in shelves]
            return {
                "says": Says.PRODUCTS.value,
                _ITEMS: _BETWEEN_SHELVES.join(items),
                _KINDS: _BETWEEN_KINDS.join(each.kind for each in shelves),
            }


def _listed(variants: Sequence[VariantId]) -> str:
    return ",".join(map(str, variants))


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


_SHOWING = frozenset({Says.PRODUCT, Says.PRODUCTS, Says.CATALOG})


def shows_products(told: Mapping[str, str]) -> bool:
    return told.get("says") in _SHOWING


def content(told: Mapping[str, str], language: str, *, shop_name: str) -> Content:
    """The card of one thing, a list of what it comes in, of several things, or the way
    into the whole catalog."""
    shop = wording.value(shop_name, "-", most=_MOST_IN_HEADER)
    text, showcase = _worded(told, PRODUCTS[language], shop)
    return Content(text.format(shop=shop), showcase=showcase)


def _worded(
    told: Mapping[str, str], texts: ProductTexts, shop: str
) -> tuple[str, Showcase]:
    if told["says"] == Says.CATALOG:
        return texts.everything, WholeCatalog()
    shelves = [tuple(each.split(",")) for each in told[_ITEMS].split(_BETWEEN_SHELVES)]
    if told["says"] == Says.PRODUCTS:
        kinds = told[_KINDS].split(_BETWEEN_KINDS)
        sections = tuple(map(partial(_section, texts, len(kinds)), kinds, shelves))
        return texts.fitting, _list(told, shop, sections)
    [ids] = shelves
    if len(ids) == 1:
        return texts.one, OneProduct(catalog_id=told[_CATALOG], retailer_id=ids[0])
    header = wording.value(told[_TITLE], shop, most=_MOST_IN_HEADER)
    return texts.several, _list(told, header, (Section(title="", retailer_ids=ids),))


def _section(texts: ProductTexts, of: int, kind: str, ids: tuple[str, ...]) -> Section:
    """One among several needs a title."""
    others = texts.others if of > 1 else ""
    title = wording.value(kind, others, most=MOST_SECTION_TITLE)
    return Section(title=title, retailer_ids=ids)


def _list(
    told: Mapping[str, str], header: str, sections: tuple[Section, ...]
) -> SeveralProducts:
    return SeveralProducts(catalog_id=told[_CATALOG], header=header, sections=sections)
