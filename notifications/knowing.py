"""Who is who, by what WhatsApp shows: learned before anything else is made of a batch.

Whoever decides it for a shop is alone with that. Where contacts are made one, nobody is
naming or writing to anybody in that shop meanwhile.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from core.chat import AccountChanged, ChatSaid, PreferenceTold
from core.events import DeliveryReported, Event
from core.values import ContactId, KeyKind, ShopId, WhatsAppUser
from notifications.identities import Learned, register_of, write
from notifications.ports import Services
from notifications.rules.identity import Changed, Evidence, Register, Shown
from storage import chats, contact_keys, people
from storage.contact_keys import Key, Known, Pair, Row
from storage.people import Mention, PhoneBook
from storage.session import Transaction

log = logging.getLogger(__name__)

Met: TypeAlias = Mapping[tuple[ShopId, WhatsAppUser], ContactId]
"""Who wrote to a shop, by how WhatsApp names them."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What one event tells of who ``user`` is: that they got the message ``report``, or
    that they wrote, or, with ``change``, that they were somebody else before."""

    shop_id: ShopId
    at: datetime
    user: WhatsAppUser
    is_report: bool = False
    report: str | None = None
    change: AccountChanged | None = None


def learn(
    events: Iterable[Event], *, tx: Transaction, now: datetime, services: Services
) -> Met:
    """Learn who is who of what was told to our numbers; answer who wrote.

    Reports alone bring nobody into being, and nobody back who was erased.
    """
    told = _told_to_ours(events, tx)
    if not told:
        return {}
    book = services.book
    pairs = {each: pair for each in told if (pair := _pair(each, book)) is not None}
    known = contact_keys.known(tx, list(dict.fromkeys(pairs.values())))
    met: dict[tuple[ShopId, WhatsAppUser], ContactId] = {}
    news: defaultdict[ShopId, list[_Told]] = defaultdict(list)
    for each in told:
        found = known.get(pairs[each]) if each in pairs else None
        if _is_news(each, found):
            news[each.shop_id].append(each)
        elif found is not None and not each.is_report:
            met[each.shop_id, each.user] = found.contact_id
    if news:
        contact_keys.await_turn(tx, news)
        met |= _learn_news(news, tx, now, services)
    return met | _met_by_number(told, met, tx, now, book)


def _told_to_ours(events: Iterable[Event], tx: Transaction) -> list[_Told]:
    """By the number that it was told to; what came to others' is nobody's."""
    speaking = [each for each in events if isinstance(each, _SPEAKING)]
    if not speaking:
        return []
    owners = chats.shops_of_numbers(tx, {each.phone_number_id for each in speaking})
    told: dict[_Told, None] = {}
    for event in speaking:
        shop, at = owners.get(event.phone_number_id), event.happened_at
        if shop is None:
            continue
        shop_id = shop.id
        match event:
            case DeliveryReported(user=WhatsAppUser(user_id=str()) as user):
                named = event.reference if user.phone is None else None
                told[_Told(shop_id, at, user, is_report=True, report=named)] = None
            case ChatSaid(user=user) | PreferenceTold(user=user):
                told[_Told(shop_id, at, user)] = None
            case AccountChanged(new=user):
                told[_Told(shop_id, at, user, change=event)] = None
            case _:
                pass
    return sorted(told, key=lambda each: each.at)


_SPEAKING = (DeliveryReported, ChatSaid, PreferenceTold, AccountChanged)


def _pair(told: _Told, book: PhoneBook) -> Pair | None:
    """What may be known already: most reports tell nothing new."""
    if told.change is not None or told.user.user_id is None:
        return None
    phone = told.user.phone
    return Pair(
        told.shop_id,
        book.user_key(told.shop_id, told.user.user_id),
        None if phone is None else book.key(told.shop_id, phone),
        told.at,
    )


def _is_news(told: _Told, found: Known | None) -> bool:
    if told.change is not None:
        return True
    if told.user.user_id is None:
        return False
    if found is None:
        return True
    return found.is_news if not found.is_hidden else not told.is_report


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is new in a shop, as evidence; ``values`` is what is named in it, sealed."""

    shop_id: ShopId
    evidence: Sequence[tuple[_Told, Evidence]]
    values: dict[Key, bytes]
    contacts: frozenset[ContactId]


def _heard(
    shop_id: ShopId,
    told: Sequence[_Told],
    written_to: Mapping[tuple[ShopId, str], ContactId],
    book: PhoneBook,
) -> _Heard:
    values: dict[Key, bytes] = {}
    who = [written_to.get((shop_id, each.report or "")) for each in told]
    evidence = [
        (each, _evidence(each, contact, values, book))
        for each, contact in zip(told, who, strict=True)
    ]
    contacts = frozenset(contact for contact in who if contact is not None)
    return _Heard(shop_id, evidence, values, contacts)


def _learn_news(
    news: Mapping[ShopId, Sequence[_Told]],
    tx: Transaction,
    now: datetime,
    services: Services,
) -> dict[tuple[ShopId, WhatsAppUser], ContactId]:
    """As many statements for all shops as for one."""
    reports = {each.report for told in news.values() for each in told if each.report}
    written_to = contact_keys.written_to(tx, reports)
    heard = [
        _heard(shop_id, news[shop_id], written_to, services.book)
        for shop_id in sorted(news)
    ]
    lying = contact_keys.near(
        tx,
        {each.shop_id: each.values.keys() for each in heard},
        frozenset[ContactId]().union(*(each.contacts for each in heard)),
    )
    believed: dict[tuple[ShopId, WhatsAppUser], ContactId] = {}
    learned = []
    for each in heard:
        rows = lying.get(each.shop_id, [])
        register = register_of(rows)
        believed |= _believed(each, rows, register)
        for row in rows:
            if row.value is not None:
                each.values.setdefault((row.kind, row.key), row.value)
        learned.append(Learned(each.shop_id, register, rows, each.values))
    made = write(learned, actor=None, tx=tx, now=now)
    gone = {
        each.shop_id: {join.gone: join.kept for join in each.register.joined}
        for each in learned
    }
    return {
        (shop_id, user): _final(who, gone[shop_id], made[shop_id])
        for (shop_id, user), who in believed.items()
    }


def _believed(
    heard: _Heard, rows: Sequence[Row], register: Register
) -> dict[tuple[ShopId, WhatsAppUser], ContactId]:
    """Who those are who wrote; the register has learned from all of it then."""
    hidden = {row.contact_id for row in rows if row.value is None}
    believed: dict[tuple[ShopId, WhatsAppUser], ContactId] = {}
    for each, shown in heard.evidence:
        if each.is_report and hidden & register.concerned(shown):
            continue
        who = register.believe(shown)
        if who is not None and not each.is_report:
            believed[heard.shop_id, each.user] = who
    return believed


def _evidence(
    told: _Told,
    written_to: ContactId | None,
    values: dict[Key, bytes],
    book: PhoneBook,
) -> Evidence:
    """``values`` gets what is named in it, sealed."""
    phone, user = _keys(told.shop_id, told.user, values, book)
    if told.change is None:
        return Shown(
            at=told.at,
            phone=phone,
            user=user,
            contact=written_to,
            may_meet=not told.is_report,
        )
    old_phone, old_user = _keys(told.shop_id, told.change.old, values, book)
    return Changed(
        at=told.at,
        old_phone=old_phone,
        old_user=old_user,
        new_phone=phone,
        new_user=user,
    )


def _keys(
    shop_id: ShopId,
    user: WhatsAppUser | None,
    values: dict[Key, bytes],
    book: PhoneBook,
) -> tuple[bytes | None, bytes | None]:
    phone = user_key = None
    if user is not None and user.phone is not None:
        phone = book.key(shop_id, user.phone)
        values[KeyKind.PHONE, phone] = book.sealed(shop_id, user.phone)
    if user is not None and user.user_id is not None:
        user_key = book.user_key(shop_id, user.user_id)
        values[KeyKind.USER_ID, user_key] = book.sealed_user(shop_id, user.user_id)
    return phone, user_key


def _final(
    who: ContactId,
    gone: Mapping[ContactId, ContactId],
    made: Mapping[ContactId, ContactId],
) -> ContactId:
    while who in gone:
        who = gone[who]
    return made.get(who, who)


def _met_by_number(
    told: Sequence[_Told],
    met: Mapping[Any, ContactId],
    tx: Transaction,
    now: datetime,
    book: PhoneBook,
) -> dict[tuple[ShopId, WhatsAppUser], ContactId]:
    """Who wrote, and is told of without an id: by whose number it was."""
    mentions: dict[tuple[ShopId, WhatsAppUser], Mention] = {
        (each.shop_id, each.user): (each.shop_id, each.user.phone, each.at)
        for each in told
        if not each.is_report
        and each.user.phone is not None
        and (each.shop_id, each.user) not in met
    }
    found = people.contacts_named(tx, set(mentions.values()), book=book, now=now)
    return {named: found[mention] for named, mention in mentions.items()}
