"""What people mean by what they say in a chat, and what is done about it.

Their words go into the ledger, and each is answered once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.chat import ChatSaid, Preference, PreferenceTold
from core.lanes import Lane
from core.values import ContactId, MessageId, OrderId, Scope, ShopId
from notifications import buyers_answers, chatting, offering, replies
from notifications.chatting import Heard
from notifications.offering import Audience
from notifications.ports import Services
from notifications.replies import REPLY, WORDED, Says
from notifications.reply_texts import CONFIRM_TITLES
from notifications.rules.consent import NEVER_ALONE
from notifications.rules.wished import (
    BY_BUTTON,
    BY_KEYWORD,
    BY_SIGN_UP,
    BY_SWITCH,
    Deed,
    Said,
    words_of,
)
from notifications.wishes.answers import Choice, wish_pressed
from notifications.wishes.understanding import Wish, understood
from storage import chats, ledger, outbox
from storage.chats import Answered, LateOrder
from storage.ledger import Word
from storage.outbox import Intent
from storage.session import Transaction

_OPEN_FOR = timedelta(days=60)
"""An order that is older and still not sent is hardly what somebody means."""
_MOST_KEPT = 200
"""Of what somebody wrote, as evidence. What is longer is no plain wish."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What one of a shop's people meant: by ``deed`` in the ledger, by ``says`` in the
    answer. ``languages`` are those of what they said, where that shows it."""

    heard: Heard
    deed: Deed | None
    says: Says | None
    source: str
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obeyed:
    """``words`` are to be added to the ledger, as the last thing. ``lanes`` have
    answers to send; ``occasions`` are those of the answers, by the webhook."""

    words: Sequence[Word] = ()
    lanes: set[Lane] = field(default_factory=set)
    occasions: Mapping[int, str] = field(default_factory=dict)


def obey(
    heard: Sequence[Heard], *, tx: Transaction, now: datetime, services: Services
) -> Obeyed:
    """Do what people want, and propose the answers. Twice is once."""
    meant = [found for each in heard if (found := meaning_of(each)) is not None]
    if not meant:
        return Obeyed()
    whose = {each.heard.contact_id for each in meant}
    starting = {each.heard.contact_id for each in meant if each.deed is Deed.START}
    around = _Around(
        orders=chats.newest_orders(tx, whose),
        answered=chats.answered(tx, whose),
        audience=offering.audience_of(tx, starting, book=services.book, now=now),
        said={
            contact: [_said(scope, word) for scope, word in words]
            for contact, words in ledger.words_about_scopes(
                tx, whose, not_from=NEVER_ALONE
            ).items()
        },
    )
    words: list[Word] = []
    intents: dict[tuple[ShopId, str], Intent] = {}
    occasions: dict[int, str] = {}
    for each in meant:
        one = around.resolved(each, now)
        words += around.words_of(one)
        if (intent := _intent(one, around, now, services)) is not None:
            intents.setdefault((intent.shop_id, intent.occasion), intent)
            occasions[one.heard.webhook_id] = intent.occasion
    added = outbox.add(tx, list(intents.values()), now=now)
    lanes = {each.shop.id: each.shop.lane for each in heard}
    to_send = {lanes[i.shop_id] for i in intents.values() if i.id in added}
    return Obeyed(words, to_send, occasions)


_PREFERENCES = {
    Preference.STOP: (Deed.SWITCH_OFF, BY_SWITCH),
    Preference.RESUME: (Deed.SWITCH_ON, BY_SWITCH),
    Preference.SIGN_UP: (Deed.SIGN_UP, BY_SIGN_UP),
}
_OWN_BUTTONS = {
    Choice.STOP_OFFERS: (Deed.STOP, Says.STOPPED),
    Choice.CANCEL_ORDER: (None, Says.HOW_TO_CANCEL),
    Choice.NOTHING: (None, None),
    replies.CONFIRM: (Deed.CONFIRM, Says.STARTED),
}
# A button under a template tells its own words, in whatever language these are.
_CONFIRMING = frozenset(CONFIRM_TITLES.values())
_WISHES = {
    Wish.STOP: (Deed.STOP, Says.STOPPED),
    Wish.STOP_ALL: (Deed.STOP_ALL, Says.STOPPED_ALL),
    Wish.START: (Deed.START, Says.STARTED),
    Wish.CANCEL: (None, Says.WHAT_IS_MEANT),
}


def meaning_of(heard: Heard) -> Meant | None:
    """What is meant by it, as far as that shows by itself; None for conversation."""
    event = heard.event
    if isinstance(event, PreferenceTold):
        # Who sets it in WhatsApp sees there that it is set: nothing is answered.
        deed, source = _PREFERENCES[event.preference]
        return Meant(heard, deed, None, source)
    if event.pressed is not None:
        if buyers_answers.is_answer(event.pressed):
            return None  # about an order, whatever words stand on the button
        if event.pressed in _OWN_BUTTONS:
            own, says = _OWN_BUTTONS[event.pressed]
            return Meant(heard, own, says, BY_BUTTON)
        if event.pressed in _CONFIRMING:
            return Meant(heard, Deed.CONFIRM, Says.STARTED, BY_BUTTON)
        wish = wish_pressed(event.pressed, event.text or "")
        return None if wish is None else Meant(heard, *_WISHES[wish], BY_BUTTON)
    found = understood(event.text or "", names=(heard.shop.name,))
    if found is None:
        return None
    return Meant(heard, *_WISHES[found.wish], BY_KEYWORD, tuple(found.languages))


@dataclass(slots=True)
class _Around:
    """What is known of these people; ``said`` grows with what they say now."""

    orders: Mapping[ContactId, Sequence[LateOrder]]
    answered: Mapping[tuple[ContactId, str], Answered]
    audience: Audience
    said: dict[ContactId, list[Said]]

    def resolved(self, meant: Meant, now: datetime) -> Meant:
        """With what it takes their orders and their country to know."""
        if meant.says is Says.WHAT_IS_MEANT and self.open_order(meant, now) is None:
            # There is nothing else that they could mean.
            return replace(meant, deed=Deed.STOP, says=Says.STOPPED)
        if meant.deed is Deed.START and self.has_to_confirm(meant, now):
            return replace(meant, says=Says.TO_CONFIRM)
        return meant

    def has_to_confirm(self, meant: Meant, now: datetime) -> bool:
        shop = meant.heard.shop
        return offering.has_to_confirm(
            meant.heard.contact_id,
            self.audience,
            offers=shop.offers,
            timezone=shop.timezone,
            now=now,
        )

    def open_order(self, meant: Meant, now: datetime) -> LateOrder | None:
        """The newest of which something is still to be sent."""
        for order in self.orders.get(meant.heard.contact_id, ()):
            if order.is_open and order.placed_at > now - _OPEN_FOR:
                return order
        return None

    def language(self, meant: Meant) -> str:
        return chatting.language_of(meant.heard, self.orders, said=meant.languages)

    def words_of(self, meant: Meant) -> list[Word]:
        if meant.deed is None:
            return []
        heard, known = meant.heard, self.said.setdefault(meant.heard.contact_id, [])
        new = words_of(
            meant.deed,
            at=heard.event.happened_at,
            source=meant.source,
            before=known,
        )
        known += new
        return [self._word(said, meant) for said in new]

    def _word(self, said: Said, meant: Meant) -> Word:
        heard, event = meant.heard, meant.heard.event
        wording = self._wording(meant) if said.scope is Scope.MARKETING else None
        evidence: dict[str, Any] = {}
        if isinstance(event, ChatSaid):
            evidence = {"message_id": event.message_id}
            if event.text is not None:
                evidence["said"] = event.text[:_MOST_KEPT]
            if event.in_reply_to is not None:
                evidence["in_reply_to"] = event.in_reply_to
        return Word(
            shop_id=heard.shop.id,
            contact_id=heard.contact_id,
            scope=said.scope,
            act=said.act,
            source=said.source,
            happened_at=said.at,
            who=heard.user.phone.e164 if heard.user.phone else heard.user.user_id,
            evidence=evidence,
            **(wording or {}),
        )

    def _wording(self, meant: Meant) -> dict[str, str] | None:
        """The sentence that they say yes to: the one that we have sent them, where
        there is one, else their own words."""
        answering = {Deed.START: Says.STOPPED, Deed.CONFIRM: Says.TO_CONFIRM}
        says = answering.get(meant.deed) if meant.deed else None
        if says is None:
            return None
        told = self.answered.get((meant.heard.contact_id, says))
        if told is None or told.language not in replies.LANGUAGES:
            own = getattr(meant.heard.event, "text", None)
            return {"wording": own[:_MOST_KEPT]} if own else None
        said = replies.content(says, told.language, shop_name=meant.heard.shop.name)
        return {
            "wording": said.text,
            "wording_version": WORDED,
            "wording_language": told.language,
        }


def _said(scope: Scope, word: ledger.LatestWord) -> Said:
    return Said(scope=scope, act=word.act, source=word.source, at=word.happened_at)


def _intent(
    meant: Meant, around: _Around, now: datetime, services: Services
) -> Intent | None:
    event = meant.heard.event
    if meant.says is None or not isinstance(event, ChatSaid):
        return None
    if meant.heard.shop.is_former:
        return None  # nothing leaves through that number any more
    order_id: OrderId | None = None
    if meant.says is Says.HOW_TO_CANCEL:
        order = around.open_order(meant, now)
        order_id = order.order_id if order else None
    return Intent(
        id=MessageId(services.new_id("msg")),
        shop_id=meant.heard.shop.id,
        occasion=f"{REPLY.name}:{name_of(event.message_id)}",
        automation=REPLY.name,
        scope=REPLY.scope,
        priority=REPLY.priority,
        order_id=order_id,
        fulfillment_id=None,
        tracking_key=None,
        told={
            "says": meant.says.value,
            "language": around.language(meant),
            "number": event.phone_number_id,
        },
        contact_id=meant.heard.contact_id,
        wanted_at=min(event.happened_at, now),
        due_at=now,
        story=[
            {
                "at": now.isoformat(),
                "what": "asked",
                "wanted_at": event.happened_at.isoformat(),
            }
        ],
    )


def name_of(message_id: str) -> str:
    """Names a message of theirs. Meta's own id has the number of the phone in it."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]
