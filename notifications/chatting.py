"""What people say to a shop on WhatsApp: whose shop it is, who they are, and that they
said it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeGuard

from core.chat import ChatSaid, PreferenceTold
from core.events import Event
from core.values import ContactId, Phone
from notifications.ports import Services
from notifications.rules import window
from storage import chats, people
from storage.chats import ChatShop
from storage.session import Transaction

Spoken: TypeAlias = ChatSaid | PreferenceTold


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that one of a shop's people said, and by which webhook it came."""

    shop: ChatShop
    contact_id: ContactId
    phone: Phone = field(repr=False)
    event: Spoken
    webhook_id: int


def hear(
    told: Iterable[tuple[int, Sequence[Event]]],
    *,
    tx: Transaction,
    now: datetime,
    services: Services,
) -> list[Heard]:
    """Note that these people wrote; answer what was said to our shops, oldest first.
    ``told`` are webhooks by their ids, and what they tell.

    What came to a number of nobody here is nobody's. Who shows no number is known by
    none of ours.
    """
    spoken = [
        (id_, event) for id_, events in told for event in events if _is_spoken(event)
    ]
    if not spoken:
        return []
    owners = chats.shops_of_numbers(tx, {each.phone_number_id for _, each in spoken})
    whose = {
        (owners[each.phone_number_id].id, each.user.phone)
        for _, each in spoken
        if each.phone_number_id in owners and each.user.phone is not None
    }
    known = people.contacts_of(tx, whose, book=services.book, now=now)
    heard = []
    for id_, each in sorted(spoken, key=lambda one: one[1].happened_at):
        shop, phone = owners.get(each.phone_number_id), each.user.phone
        if shop is not None and phone is not None:
            heard.append(Heard(shop, known[shop.id, phone], phone, each, id_))
    _note_written(heard, tx, now)
    return heard


def _is_spoken(event: Event) -> TypeGuard[Spoken]:
    return isinstance(event, Spoken)


def _note_written(heard: Sequence[Heard], tx: Transaction, now: datetime) -> None:
    moments: defaultdict[ContactId, list[datetime]] = defaultdict(list)
    for one in heard:
        event = one.event
        if isinstance(event, ChatSaid) and window.is_writing(event.kind):
            # Of a clock that runs ahead of ours there would be no end.
            moments[one.contact_id].append(min(event.happened_at, now))
    chats.note_written(tx, {id_: max(each) for id_, each in moments.items()})
