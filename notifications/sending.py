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

from core.errors import DatabaseAway
from core.lanes import Lane, Work
from core.values import MessageId, ShopId, WhatsAppUser
from notifications import deciding, gathering, seen
from notifications.deciding import Decided, Surroundings
from notifications.ports import Envelope, Services
from notifications.rules import pacing
from notifications.rules.decision import Send
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.patience import BUG
from notifications.rules.telling import told_along_by
from storage import facts, outbox, turns
from storage.facts import KnownMessage
from storage.numbers import number_context
from storage.outbox import Holding, ReadyShop, Taking
from storage.people import PhoneBook
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

_TURN = timedelta(milliseconds=200)
_PATIENCE_FOR_ROOM_SECONDS = 0.2
_MOST_AT_ONCE = 100

HORIZON = timedelta(milliseconds=1500)
"""How far ahead a number's slots are given out: longer than the scheduler's step."""

LEASE = timedelta(seconds=10)
"""From its slot on a message is its sender's for so long. Nothing leaves in the last
part of it, so that an answer still comes within the lease."""
_LAST_START = timedelta(seconds=2)


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
        ready = outbox.ready_shops(tx, lanes, now=now)
        free = _free_slots(ready, room, now)
        shares = {
            id_: len(slots.moments) for id_, slots in free.items() if slots.moments
        }
        if not shares:
            return _Taken((), has_more=False)
        ids = outbox.due(tx, shares, now=now)
        if only is not None:
            ids = [id_ for id_ in ids if id_ == only]
        tried += ids
        batch = facts.known(tx, ids, sealer=services.sealer)
        outgoing = _decide(batch, free, now, tx, services)
        outbox.set_next_slots(
            tx,
            {id_: each.last + each.between for id_, each in free.items() if each.last},
        )
    # What can fail has been done: from here on they are ours, and must leave.
    envelopes = [one.envelope(now, started, services) for one in outgoing]
    services.counters.add("messages_taken", {}, len(envelopes))
    return _Taken(envelopes, has_more=len(ids) >= min(sum(shares.values()), room))


@dataclass(slots=True)
class _Slots:
    """The moments at which one number may send, ``between`` apart."""

    moments: list[datetime]
    between: timedelta
    last: datetime | None = None

    def next(self, now: datetime) -> datetime:
        """The first that is not given yet; later if it is over, and so those after it.

        Deciding takes time. Slots that were over by then would all leave at once.
        """
        slot = max(self.moments.pop(0), now)
        if self.last is not None:
            slot = max(slot, self.last + self.between)
        self.last = slot
        return slot


def _free_slots(
    ready: Sequence[ReadyShop], room: int, now: datetime
) -> dict[ShopId, _Slots]:
    """When each shop may send. Shops share the room evenly; one that was stopped
    tries with a single message first."""
    share = max(1, room // len(ready)) if ready else 0
    free: dict[ShopId, _Slots] = {}
    for shop in ready:
        is_parked = shop.parked_until is not None
        moments = pacing.slots(
            throughput=shop.throughput,
            next_slot_at=shop.next_slot_at or now,
            now=now,
            horizon=HORIZON,
            most=1 if is_parked else share,
        )
        between = pacing.between_slots(shop.throughput)
        free[shop.shop_id] = _Slots(moments, between)
    return free


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outgoing:
    """A message that may leave, at its slot."""

    message: KnownMessage
    taking: Taking
    plain_body: bytes
    token: str = field(repr=False)

    def envelope(self, now: datetime, started: float, services: Services) -> Envelope:
        message, slot = self.message, self.taking.asked_at
        start_at = started + (slot - now).total_seconds()
        return Envelope(
            message_id=message.id,
            shop_id=message.shop_id,
            contact_id=self.taking.contact_id,
            attempt=self.taking.attempt,
            is_probe=message.parked_until is not None,
            post=services.channel.post(
                self.plain_body,
                phone_number_id=message.phone_number_id or "",
                token=self.token,
                start_at=start_at,
                not_after=start_at + _LAST_START.total_seconds(),
            ),
        )


def _decide(
    batch: Sequence[KnownMessage],
    free: dict[ShopId, _Slots],
    now: datetime,
    tx: Transaction,
    services: Services,
) -> list[_Outgoing]:
    around = deciding.surroundings_of(
        tx, batch, services.automations, sealer=services.sealer
    )
    outgoing: list[_Outgoing] = []
    holdings: list[Holding] = []
    for message in gathering.in_turn(batch, services.automations):
        automation = services.automations.get(message.automation)
        if automation is None:
            holdings.append(_without_automation(message, now))
            continue
        decided = deciding.decided(message, around, automation, now=now)
        match decided.decision:
            case Send():
                slot = free[message.shop_id].next(services.clock())
                outgoing.append(
                    _outgoing(message, decided, around, slot, now, services)
                )
            case Wait(until, because):
                holdings.append(
                    _holding(message, "waiting", because, until, now, decided)
                )
            case Skip(because):
                holdings.append(
                    _holding(message, "skipped", because, now, now, decided)
                )
                services.counters.add("messages_skipped", {"because": because})
    outbox.take(tx, [one.taking for one in outgoing])
    outbox.hold(tx, holdings)
    return outgoing


def _outgoing(
    message: KnownMessage,
    decided: Decided,
    around: Surroundings,
    slot: datetime,
    now: datetime,
    services: Services,
) -> _Outgoing:
    automation = services.automations[message.automation]
    attempt = message.attempt + 1
    body = services.channel.body(
        to=_recipient(message, services.book),
        template=automation.template,
        language=decided.language,
        values=automation.compose(
            deciding.told_of(message, decided.language, decided.told, decided.cart)
        ),
        reference=message.id,
        attempt=attempt,
    )
    debt = deciding.count(around, message, now=slot)
    taking = Taking(
        id=message.id,
        sender=services.process,
        attempt=attempt,
        contact_id=message.contact_id,  # type: ignore[arg-type]  # the policy asks for it
        asked_at=slot,
        lease_until=slot + LEASE,
        debt=debt,
        template=automation.template.name,
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
        },
    )
    token = services.sealer.of(message.shop_id).open_text(
        message.sealed_token or b"", context=number_context(message.shop_id)
    )
    return _Outgoing(message=message, taking=taking, plain_body=body, token=token)


def _recipient(message: KnownMessage, book: PhoneBook) -> WhatsAppUser:
    shop_id, phone = message.shop_id, message.sealed_phone
    if phone is not None:
        return WhatsAppUser(phone=book.opened(shop_id, phone))
    user_id = book.opened_user(shop_id, message.sealed_user_id or b"")
    return WhatsAppUser(user_id=user_id)


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
