"""What buyers answer who are asked whether they want what they have ordered.

A tap names the message under which it was: it counts for the order of that message
alone, and only from the person who got it. The first answer about an order counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.chat import ChatSaid
from core.lanes import Lane
from core.values import Answer, ContactId, MessageId, OrderId, ShopId
from notifications import replies, wording
from notifications.automations.cod_confirmation import AUTOMATION
from notifications.chatting import Heard
from notifications.ports import Services
from notifications.replies import REPLY, Says
from notifications.rules.buyers_answers import CANCEL, CONFIRM
from storage import order_answers, outbox
from storage.order_answers import OrderKey, Question
from storage.outbox import Intent
from storage.session import Transaction

_ANSWERS = {CONFIRM: Answer.CONFIRMED, CANCEL: Answer.CANCELLED}


@dataclass(frozen=True, slots=True)
class Noted:
    """``lanes`` have answers to send; ``occasions`` are those of the answers, by the
    webhook that told of a tap."""

    lanes: set[Lane] = field(default_factory=set)
    occasions: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Tap:
    heard: Heard
    event: ChatSaid
    question: Question
    answer: Answer

    @property
    def key(self) -> OrderKey:
        return self.question.shop_id, self.question.order_id

    def line(self, what: str, now: datetime) -> tuple[MessageId, Mapping[str, Any]]:
        return self.question.id, {"at": now.isoformat(), "what": what}


def is_answer(pressed: str) -> bool:
    """Whether a button of that name answers such a question, whoever's it is."""
    return pressed.partition(":")[0] in _ANSWERS


def note(
    heard: Sequence[Heard], *, tx: Transaction, now: datetime, services: Services
) -> Noted:
    """Note the answers among what was said. Twice is once."""
    pressed = {
        each.event.pressed.partition(":")[2]
        for each in heard
        if isinstance(each.event, ChatSaid)
        and each.event.pressed is not None
        and is_answer(each.event.pressed)
    }
    if not pressed:
        return Noted()
    questions = order_answers.questions(tx, pressed, automation=AUTOMATION.name)
    taps = list(_taps(heard, questions))
    first: dict[OrderKey, _Tap] = {}
    for tap in taps:
        first.setdefault(tap.key, tap)
    counted = order_answers.say(tx, [_said(tap) for tap in first.values()], now=now)
    before = order_answers.standings(tx, first.keys() - counted)
    intents, lines = {}, []
    for tap in taps:
        counts = tap.key in counted and tap is first[tap.key]
        is_late = not counts and _was_silent(tap, before)
        lines.append(tap.line(_line_of(tap, counts=counts, is_late=is_late), now))
        says = Says.ANSWERED_LATE if is_late else _thanks(tap) if counts else None
        if says is not None and not tap.heard.shop.is_former:
            intents[tap.heard.webhook_id] = _reply(tap, says, now, services)
    order_answers.add_lines(tx, lines)
    outbox.add(tx, _each_once(intents.values()), now=now)
    return Noted(
        {tap.heard.shop.lane for tap in taps},
        {webhook: intent.occasion for webhook, intent in intents.items()},
    )


def _taps(heard: Sequence[Heard], questions: Mapping[str, Question]) -> Iterator[_Tap]:
    """Those by who was asked, at the store that asked."""
    for each in heard:
        event = each.event
        if not isinstance(event, ChatSaid) or event.pressed is None:
            continue
        name, _, message_id = event.pressed.partition(":")
        question = questions.get(message_id)
        if name not in _ANSWERS or question is None:
            continue
        if (question.shop_id, question.contact_id) == (each.shop.id, each.contact_id):
            yield _Tap(each, event, question, _ANSWERS[name])


def _said(tap: _Tap) -> order_answers.Said:
    return order_answers.Said(
        shop_id=tap.question.shop_id,
        order_id=tap.question.order_id,
        question=tap.question.id,
        answer=tap.answer,
        at=tap.event.happened_at,
        number=None if tap.heard.shop.is_former else tap.event.phone_number_id,
    )


def _was_silent(
    tap: _Tap, before: Mapping[OrderKey, order_answers.OrderStanding]
) -> bool:
    known = before.get(tap.key)
    return known is not None and known.said is Answer.SILENT


def _line_of(tap: _Tap, *, counts: bool, is_late: bool) -> str:
    if counts:
        return f"buyer_{tap.answer.value}"
    return f"buyer_{tap.answer.value}_{'late' if is_late else 'again'}"


def _thanks(tap: _Tap) -> Says | None:
    """What is said at once. Who cancels is told what came of it, once that is known."""
    if tap.answer is Answer.CANCELLED:
        return None
    if tap.question.order_is_cancelled:
        return Says.ORDER_CANCELLED
    return Says.ORDER_CONFIRMED


def _reply(tap: _Tap, says: Says, now: datetime, services: Services) -> Intent:
    return reply(
        says,
        shop_id=tap.question.shop_id,
        order_id=tap.question.order_id,
        contact_id=tap.heard.contact_id,
        number=tap.event.phone_number_id,
        language=tap.question.language,
        wanted_at=min(tap.event.happened_at, now),
        now=now,
        services=services,
    )


def reply(
    says: Says,
    *,
    shop_id: ShopId,
    order_id: OrderId,
    contact_id: ContactId,
    number: str,
    language: str | None,
    wanted_at: datetime,
    now: datetime,
    services: Services,
) -> Intent:
    """The one answer that a buyer gets about an order: there is no second one."""
    near = wording.nearest(language, replies.LANGUAGES)
    return Intent(
        id=MessageId(services.new_id("msg")),
        shop_id=shop_id,
        occasion=f"{REPLY.name}:order:{order_id}",
        automation=REPLY.name,
        scope=REPLY.scope,
        priority=REPLY.priority,
        order_id=order_id,
        fulfillment_id=None,
        tracking_key=None,
        told={
            "says": says.value,
            "language": near or wording.DEFAULT_LANGUAGE,
            "number": number,
        },
        contact_id=contact_id,
        wanted_at=wanted_at,
        due_at=now,
        story=[
            {
                "at": now.isoformat(),
                "what": "asked",
                "wanted_at": wanted_at.isoformat(),
            }
        ],
    )


def _each_once(intents: Iterable[Intent]) -> list[Intent]:
    """PostgreSQL would refuse two of one occasion in one statement."""
    first: dict[tuple[ShopId, str], Intent] = {}
    for intent in intents:
        first.setdefault((intent.shop_id, intent.occasion), intent)
    return list(first.values())
