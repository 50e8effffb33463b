"""What people say to a shop on WhatsApp: whose shop it is, who they are, and that they
said it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from core.chat import ChatSaid, PreferenceTold
from core.events import Event
from core.values import ContactId, ShopId
from notifications.ports import Services
from notifications.rules import window
from storage import chats, numbers, people
from storage.session import Transaction

Spoken: TypeAlias = ChatSaid | PreferenceTold


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that one of a shop's people said."""

    shop_id: ShopId
    contact_id: ContactId
    event: Spoken


def hear(
    events: Sequence[Event], *, tx: Transaction, now: datetime, services: Services
) -> list[Heard]:
    """Note that these people wrote; answer what was said to our shops, oldest first.

    What came to a number of nobody here is nobody's. Who shows no number is known by
    none of ours.
    """
    spoken = [event for event in events if isinstance(event, Spoken)]
    if not spoken:
        return []
    owners = numbers.shops_of_numbers(tx, {each.phone_number_id for each in spoken})
    people_heard = {
        (owners[each.phone_number_id], each.user.phone)
        for each in spoken
        if each.phone_number_id in owners and each.user.phone is not None
    }
    known = people.contacts_of(tx, people_heard, book=services.book, now=now)
    heard = []
    for each in sorted(spoken, key=lambda each: each.happened_at):
        shop_id, phone = owners.get(each.phone_number_id), each.user.phone
        if shop_id is not None and phone is not None:
            heard.append(Heard(shop_id, known[shop_id, phone], each))
    _note_written(heard, tx, now)
    return heard


def _note_written(heard: Sequence[Heard], tx: Transaction, now: datetime) -> None:
    moments: defaultdict[ContactId, list[datetime]] = defaultdict(list)
    for one in heard:
        event = one.event
        if isinstance(event, ChatSaid) and window.is_writing(event.kind):
            # Of a clock that runs ahead of ours there would be no end.
            moments[one.contact_id].append(min(event.happened_at, now))
    chats.note_written(tx, {id_: max(each) for id_, each in moments.items()})
