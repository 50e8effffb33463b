"""What people say to a shop on WhatsApp: whose shop it is, who they are, and that they
said it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeGuard

from core.chat import ChatSaid, PreferenceTold
from core.events import Event
from core.values import ContactId, WhatsAppUser
from notifications import replies
from notifications.knowing import Met
from notifications.rules import window
from notifications.zones.phones import country_of
from storage import chats
from storage.chats import ChatShop, LateOrder, Written
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


def language_of(
    heard: Heard,
    orders: Mapping[ContactId, Sequence[LateOrder]],
    *,
    said: Sequence[str] = (),
) -> str:
    """The language to answer in. ``orders`` are people's newest, the newest first, and
    ``said`` are the languages in which what they said is said so."""
    newest = next(iter(orders.get(heard.contact_id, ())), None)
    return replies.language_for(
        said,
        locale=newest.locale if newest else None,
        country=_country_of(heard.user),
        shop=heard.shop.languages,
    )


def _country_of(user: WhatsAppUser) -> str | None:
    """WhatsApp's id begins with it, where there is no number."""
    if user.phone is not None:
        return country_of(user.phone)
    return user.user_id.partition(".")[0] if user.user_id else None


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
