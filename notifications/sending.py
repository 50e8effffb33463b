"""From waiting messages to sent ones: decide, send, write down.

Three steps, because a database lock must not wait for a stranger: the first and last
are short transactions, and the network in the middle holds none. Many messages are in
the middle at once, of many lanes; what comes of them is written down by ``recording``.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.discounts import Deal
from core.errors import DatabaseAway
from core.lanes import Lane, Work
from core.values import MessageId, Phone, Scope, WhatsAppUser
from notifications import (
    asking_buyers,
    chat_carts,
    deciding,
    gathering,
    links,
    next_steps,
    offer_terms,
    replying,
    seen,
    senders,
    speaking,
    surroundings,
    trials,
)
from notifications.cart_products import SHOWN, Plain, Showing
from notifications.deciding import Decided
from notifications.flows import Flows
from notifications.ports import Envelope, Services
from notifications.rules.decision import Send
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.patience import BUG
from notifications.rules.telling import told_along_by
from notifications.senders import Sender, Senders
from notifications.surroundings import Surroundings
from storage import (
    cart_looks,
    facts,
    offer_codes,
    order_answers,
    outbox,
    slots,
    tallies,
    turns,
)
from storage import links as kept_links
from storage.facts import KnownMessage
from storage.numbers import number_context
from storage.offer_codes import Asked, KnownOffer, Telling
from storage.outbox import Holding, Intent, Taking
from storage.people import PhoneBook
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

_TURN = timedelta(milliseconds=200)
_PATIENCE_FOR_ROOM_SECONDS = 0.2
_MOST_AT_ONCE = 100

LEASE = timedelta(seconds=10)
"""From its slot on a message is its sender's for so long. Nothing leaves in the last
part of it, so that an answer still comes within the lease."""
LAST_START = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _Taken:
    """``has_more`` is whether something due was left for want of room."""

    envelopes: Sequence[Envelope]
    has_more: bool


def send_messages(lanes: Collection[Lane], *, services: Services) -> None:
    """Hand in what is due in these lanes until nothing is.

    Several workers may do this at once: only one can take a waiting message.
    """
    turn_ends = services.monotonic() + _TURN.total_seconds()
    services.hints.clear_all(
        Work.SEND, lanes
    )  # before the first look: docs/concepts/hints.md
    while services.monotonic() < turn_ends:
        room = services.office.wait_for_room(_PATIENCE_FOR_ROOM_SECONDS)
        if room > 0:
            taken = _take(sorted(lanes), min(room, _MOST_AT_ONCE), services)
            services.office.hand_in(taken.envelopes)
            if not taken.has_more:
                return
    services.hints.look_at_all([(Work.SEND, lane) for lane in lanes])


def _take(lanes: Sequence[Lane], room: int, services: Services) -> _Taken:
    """Mark as *sending* what may go out now, and give each its slot.

    All together, which is quick. If that fails one of them is rotten, so each is taken
    alone: only the rotten one is set aside, and holds up nobody.
    """
    tried: list[MessageId] = []
    try:
        return _take_batch(lanes, room, services, tried)
    except DatabaseAway:
        raise
    except Exception as error:
        if not tried:
            raise
        because = type(error).__name__
        log.warning("taken_one_by_one messages=%s because=%s", len(tried), because)
    envelopes: list[Envelope] = []
    for id_ in tried:
        try:
            alone = _take_batch(lanes, room, services, [], only=id_)
        except DatabaseAway:
            raise
        except Exception as error:
            log.exception("message_set_aside id=%s", id_)
            _set_aside(id_, error, services)
        else:
            envelopes += alone.envelopes
    return _Taken(envelopes, has_more=True)


def _set_aside(id_: MessageId, error: Exception, services: Services) -> None:
    """Look at it again later. The reason tells the kind of error and never its words,
    which may quote the person."""
    services.counters.add("messages_set_aside", {"because": type(error).__name__})
    with services.transactions.across(Crossing.SENDING) as tx:
        reason, now = f"{BUG}{type(error).__name__}", services.clock()
        outbox.set_aside(tx, id_, because=reason, now=now)


def _take_batch(
    lanes: Sequence[Lane],
    room: int,
    services: Services,
    tried: list[MessageId],
    *,
    only: MessageId | None = None,
) -> _Taken:
    """``tried`` gets the ids of those that are decided about."""
    with services.transactions.across(Crossing.SENDING) as tx:
        # One at a time, or two workers would give out the same slots.
        turns.await_to_send(tx, lanes)
        # Only now: slots that were over before we had our turn would all leave at once.
        now, started = services.clock(), services.monotonic()
        ready = slots.ready_shops(tx, lanes, now=now)
        free = senders.free_senders(ready, room, now)
        shares = senders.shares(free, ready, room)
        if not shares:
            return _Taken((), has_more=False)
        ids = outbox.due(tx, shares, now=now)
        if only is not None:
            ids = [id_ for id_ in ids if id_ == only]
        tried += ids
        batch = facts.known(tx, ids, sealer=services.sealer)
        outgoing = _decide(batch, free, now, tx, services)
        slots.set_given_out(tx, senders.given_out(free))
    # What can fail has been done: from here on they are ours, and must leave.
    envelopes = [one.envelope(now, started, services) for one in outgoing]
    services.counters.add("messages_taken", {}, len(envelopes))
    return _Taken(envelopes, has_more=len(ids) >= min(sum(shares.values()), room))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outgoing:
    """A message that may leave, at its slot."""

    message: KnownMessage
    sender: Sender
    taking: Taking
    link: links.Made | None
    telling: Telling | None
    shows: bool
    plain_body: bytes
    token: str = field(repr=False)

    def envelope(self, now: datetime, started: float, services: Services) -> Envelope:
        message, slot = self.message, self.taking.asked_at
        start_at = started + (slot - now).total_seconds()
        not_after = start_at + LAST_START.total_seconds()
        if message.scope is Scope.MARKETING:
            # However long deciding took: docs/concepts/consent.md counts on it.
            within = senders.HORIZON + LAST_START
            not_after = min(not_after, started + within.total_seconds())
        return Envelope(
            message_id=message.id,
            shop_id=message.shop_id,
            contact_id=self.taking.contact_id,
            attempt=self.taking.attempt,
            phone_number_id=self.taking.phone_number_id,
            is_probe=self.sender.number.parked_until is not None,
            may_go_plain=self.shows,
            post=services.channel.post(
                self.plain_body,
                phone_number_id=self.taking.phone_number_id,
                token=self.token,
                start_at=start_at,
                not_after=not_after,
            ),
        )


def _decide(
    batch: Sequence[KnownMessage],
    free: Senders,
    now: datetime,
    tx: Transaction,
    services: Services,
) -> list[_Outgoing]:
    automations = services.automations
    switches = surroundings.switches_of(tx, batch, automations)
    flows = Flows(automations, switches)
    told = list(map(flows.as_it_stands, batch))
    others = [a for a, b in zip(told, batch, strict=True) if a is not b]
    outbox.reword(tx, {each.id: each.automation for each in others})
    around = surroundings.surroundings_of(
        tx, told, automations, switches, flows, book=services.book, now=now
    )
    outgoing: list[_Outgoing] = []
    holdings: list[Holding] = []
    following: list[Intent] = []
    asked: list[Asked] = []
    questions: list[order_answers.Asked] = []
    looks: list[MessageId] = []
    skipped: list[tallies.Step] = []
    for message in gathering.in_turn(told, automations):
        own = free[message.shop_id]
        sender = _sender(message, own, around, services.book, now)
        decided = _decided(message, around, sender, now, services)
        if decided is None:
            holdings.append(_without_automation(message, now))
            continue
        following += next_steps.next_intents(
            message, decided, now=now, services=services
        )
        match decided.decision:
            case Send():
                one = _outgoing(message, decided, around, sender, now, services)
                outgoing.append(one)
                asking = asking_buyers.asking(
                    message, around, now=one.taking.asked_at, services=services
                )
                if asking is not None:
                    questions.append(asking.asked)
                    following += asking.once_more
            case Wait(until, because):
                if because == Because.CODE_NOT_READY:
                    wanted = offer_terms.asking(
                        message, decided.stepping, decided.offer
                    )
                    asked += [] if wanted is None else [wanted]
                if because == Because.STORE_NOT_LOOKED_AT:
                    looks.append(message.id)
                if because == Because.NUMBER_BUSY and sender is not None:
                    sender.stand_in_line(decided.priority, until=until)
                holdings.append(
                    _holding(message, "waiting", because, until, now, decided)
                )
            case Skip(because):
                holdings.append(
                    _holding(message, "skipped", because, now, now, decided)
                )
                services.counters.add("messages_skipped", {"because": because})
                skipped.append(_counted_as_skipped(message))
    outbox.take(tx, [one.taking for one in outgoing])
    kept_links.keep(tx, [one.link.row for one in outgoing if one.link is not None])
    tellings = [one.telling for one in outgoing if one.telling is not None]
    offer_codes.tell(tx, tellings)
    offer_codes.ask_for(tx, asked, now=now)
    order_answers.note_asked(tx, questions)
    cart_looks.ask_for(tx, looks, now=now)
    outbox.hold(tx, holdings)
    tallies.count(tx, skipped, now=now)
    outbox.add(tx, following, now=now)
    return outgoing


def _counted_as_skipped(message: KnownMessage) -> tallies.Step:
    return tallies.Step(
        message.shop_id, message.timezone, message.automation, tallies.What.SKIPPED
    )


def _sender(
    message: KnownMessage,
    own: Sequence[Sender],
    around: Surroundings,
    book: PhoneBook,
    now: datetime,
) -> Sender | None:
    """Through which number it is to leave: who wrote is answered by the same, and hears
    the news from it too, so that a person has one thread with the shop."""
    if replying.is_reply(message):
        return replying.sender_for(message, own)
    if trials.is_trial(message):
        return trials.sender_for(message, own, book)
    thread = _thread(message, own, around, now)
    return thread or senders.sender_for(_phone(message, own, book), own)


def _thread(
    message: KnownMessage, own: Sequence[Sender], around: Surroundings, now: datetime
) -> Sender | None:
    """The number that the person last wrote to, if it may leave there: news is not held
    up by what that number lacks.

    Who shows no phone is known by an id that may be nobody's at the other numbers.
    """
    sender = senders.number_of(message.wrote_to, own)
    if len(own) < 2 or sender is None or message.sealed_phone is None:
        return sender
    if sender.is_parked(now) or not speaking.has_wording_for(message, around, sender):
        return None
    return sender


def _decided(
    message: KnownMessage,
    around: Surroundings,
    sender: Sender | None,
    now: datetime,
    services: Services,
) -> Decided | None:
    """None where this program cannot word it."""
    if replying.is_reply(message):
        return replying.decided(message, around, sender, now=now)
    if trials.is_trial(message):
        return trials.decided(message, around, sender, now=now)
    automation = services.automations.get(message.automation)
    if automation is None:
        return None
    return deciding.decided(message, around, automation, sender, now=now)


def _outgoing(
    message: KnownMessage,
    decided: Decided,
    around: Surroundings,
    sender: Sender | None,
    now: datetime,
    services: Services,
) -> _Outgoing:
    assert sender is not None  # the policy asks for it
    attempt = message.attempt + 1
    phone_number_id = sender.number.phone_number_id
    slot = sender.next_slot(services.clock())
    offer = decided.offer
    link = _link(message, decided, around, slot, services)
    url = None if link is None else link.url
    deal = offer_terms.deal_of(offer, url, at=slot)
    template, body = _worded(message, decided, attempt, slot, url, deal, services)
    debt = deciding.count(around, message, now=slot)
    if replying.is_reply(message):
        replying.note(around, message, now=slot)
    taking = Taking(
        id=message.id,
        sender=services.process,
        attempt=attempt,
        contact_id=message.contact_id,  # type: ignore[arg-type]  # the policy asks for it
        asked_at=slot,
        lease_until=slot + LEASE,
        debt=debt,
        phone_number_id=phone_number_id,
        template=template,
        language=decided.language,
        body=services.sealer.of(message.shop_id).seal(
            body, context=f"message {message.id}"
        ),
        entry={
            "at": now.isoformat(),
            "what": "taken",
            "attempt": attempt,
            "language": decided.language,
            "saw": seen.kept(decided.facts, now=now),
            **_shown(decided),
        },
    )
    token = services.sealer.of(message.shop_id).open_text(
        sender.number.token, context=number_context(message.shop_id, phone_number_id)
    )
    return _Outgoing(
        message=message,
        sender=sender,
        taking=taking,
        link=link,
        telling=None if deal is None else Telling(message.id, slot, deal.ends_at),
        shows=isinstance(decided.showing, Showing),
        plain_body=body,
        token=token,
    )


def _link(
    message: KnownMessage,
    decided: Decided,
    around: Surroundings,
    at: datetime,
    services: Services,
) -> links.Made | None:
    if replying.is_reply(message):
        invoice = chat_carts.invoice_in(message.told)
        if invoice is not None:
            return links.link_to_sealed(message, invoice, now=at, services=services)
        basket = replying.basket_of(message, around)
        if basket is None:
            return None
        return links.link_to(message, basket, now=at, services=services)
    if trials.is_trial(message):
        return trials.link_of(message, now=at, services=services)
    return links.link_back(
        message, decided.cart, codes=_codes(decided.offer), now=at, services=services
    )


def _codes(offer: KnownOffer | None) -> Sequence[str]:
    return [] if offer is None or offer.code is None else [offer.code]


def _recipient(message: KnownMessage, book: PhoneBook) -> WhatsAppUser:
    shop_id, phone = message.shop_id, message.sealed_phone
    if phone is not None:
        return WhatsAppUser(phone=book.opened(shop_id, phone))
    user_id = book.opened_user(shop_id, message.sealed_user_id or b"")
    return WhatsAppUser(user_id=user_id)


def _phone(
    message: KnownMessage, own: Sequence[Sender], book: PhoneBook
) -> Phone | None:
    """Opened for the choice of a number only where there is one."""
    if len(own) < 2 or message.sealed_phone is None:
        return None
    return book.opened(message.shop_id, message.sealed_phone)


def _worded(
    message: KnownMessage,
    decided: Decided,
    attempt: int,
    at: datetime,
    link: str | None,
    deal: Deal | None,
    services: Services,
) -> tuple[str | None, bytes]:
    """Which template it is worded by, None for words of its own; and what is posted."""
    to = _recipient(message, services.book)
    if replying.is_reply(message):
        body = replying.body_of(
            message,
            decided,
            to=to,
            link=link,
            attempt=attempt,
            services=services,
        )
        return None, body
    if trials.is_trial(message):
        return trials.body_of(
            message,
            decided,
            to=to,
            link=link or "",
            at=at,
            attempt=attempt,
            services=services,
        )
    automation, template = services.automations[message.automation], None
    showcase = None
    if isinstance(decided.showing, Showing):
        template, showcase = decided.showing.template, decided.showing.products
    template = template or automation.template
    body = services.channel.body(
        to=to,
        template=template,
        language=decided.language,
        values=automation.compose(decided.tells(message, cart_link=link, at=at)),
        reference=message.id,
        attempt=attempt,
        deal=deal,
        showcase=showcase,
    )
    return template.name, body


def _shown(decided: Decided) -> dict[str, Any]:
    """What its story tells of what it shows, or was to show."""
    match decided.showing:
        case None:
            return {}
        case Showing():
            return {"showing": SHOWN, "shown": decided.showing.count}
        case Plain():
            return {"showing": decided.showing.value}


def _holding(
    message: KnownMessage,
    state: str,
    because: str,
    until: datetime,
    now: datetime,
    decided: Decided | None = None,
) -> Holding:
    """The story tells of a wait once, however often it is looked at again."""
    entry: dict[str, Any] | None = None
    if state != "waiting" or because != message.reason:
        entry = {"at": now.isoformat(), "what": state, "because": because}
        if decided is not None:
            entry["saw"] = seen.kept(decided.facts, now=now)
            if because == Because.TOLD_TOGETHER:
                entry["told_by"] = told_along_by(decided.facts)
    return Holding(
        id=message.id, state=state, reason=because, due_at=until, entry=entry
    )


def _without_automation(message: KnownMessage, now: datetime) -> Holding:
    """An older or newer program proposed it; this one cannot word it."""
    return _holding(
        message, "waiting", "automation_unknown", now + timedelta(minutes=1), now
    )
