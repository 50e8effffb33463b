"""What people say to a shop on WhatsApp: whose shop it is, who they are, and that they
said it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeGuard

from core.chat import ChatSaid, PreferenceTold
from core.events import Event
from core.values import ContactId, WhatsAppUser
from notifications.knowing import Met
from notifications.rules import window
from storage import chats
from storage.chats import ChatShop, Written
from storage.session import Transaction

Spoken: TypeAlias = ChatSaid | PreferenceTold


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that one of a shop's people said, and by which webhook it came."""

    shop: ChatShop
    contact_id: ContactId
    user: WhatsAppUser = field(repr=False)
    event: Spoken
    webhook_id: int


def hear(
    told: Iterable[tuple[int, Sequence[Event]]],
    met: Met,
    *,
    tx: Transaction,
    now: datetime,
) -> list[Heard]:
    """Note that these people wrote; answer what was said to our shops, oldest first.
    ``told`` are webhooks by their ids, and what they tell; ``met`` says who they are.

    What came to a number of nobody here is nobody's.
    """
    spoken = [
        (id_, event) for id_, events in told for event in events if _is_spoken(event)
    ]
    if not spoken:
        return []
    owners = chats.shops_of_numbers(tx, {each.phone_number_id for _, each in spoken})
    heard = []
    for id_, each in sorted(spoken, key=lambda one: one[1].happened_at):
        shop, user = owners.get(each.phone_number_id), each.user
        if shop is not None:
            heard.append(Heard(shop, met[shop.id, user], user, each, id_))
    _note_written(heard, tx, now)
    return heard


def _is_spoken(event: Event) -> TypeGuard[Spoken]:
    return isinstance(event, Spoken)


def _note_written(heard: Sequence[Heard], tx: Transaction, now: datetime) -> None:
    written: defaultdict[ContactId, list[Written]] = defaultdict(list)
    for one in heard:
        event = one.event
        if isinstance(event, ChatSaid) and window.is_writing(event.kind):
            # Of a clock that runs ahead of ours there would be no end.
            at = min(event.happened_at, now)
            written[one.contact_id].append(Written(at, event.phone_number_id))
    chats.note_written(tx, {id_: max(each) for id_, each in written.items()})
