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
from notifications.ports import Services
from notifications.rules.identity import Changed, Evidence, Held, Register, Shown
from storage import chats, contact_keys, contact_merges, people
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


def register_of(rows: Iterable[Row]) -> Register:
    return Register.of(
        Held(
            kind=row.kind,
            key=row.key,
            contact=row.contact_id,
            since=row.since,
            shown_at=row.shown_at,
            until=row.until,
            how=row.how,
            is_current=row.is_current,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Learned:
    """What a shop's contacts are known by from now on. ``rows`` is how it lay in the
    tables, and ``values`` what the keys stand for, sealed."""

    shop_id: ShopId
    register: Register
    rows: Sequence[Row]
    values: Mapping[Key, bytes]


def write(
    learned: Sequence[Learned], *, actor: str | None, tx: Transaction, now: datetime
) -> dict[ShopId, Mapping[ContactId, ContactId]]:
    """Write down what was learned, each of another shop; answer the numbers of those
    who are new, by what the register calls them."""
    made = {each.shop_id: _join(each, actor, tx, now) for each in learned}
    changed: dict[ShopId, list[Row]] = {}
    current: dict[ContactId, tuple[Row | None, Row | None]] = {}
    letting_go: set[ContactId] = set()
    since: dict[ContactId, datetime] = {}
    for each in learned:
        register, numbers = each.register, made[each.shop_id]
        changed[each.shop_id] = [
            _row(register.held[place], each.values, numbers)
            for place in register.changed & register.held.keys()
        ]
        theirs, changing = _current(each, numbers)
        current |= theirs
        letting_go |= changing
        for who, at in register.marketing_since.items():
            since[numbers.get(who, who)] = at
    contact_keys.keep(tx, changed)
    contact_keys.set_current(tx, current, letting_go)
    for each in learned:
        _part(each.register, each.shop_id, made[each.shop_id], tx)
    contact_keys.ask_anew(tx, since)
    return made


def _join(
    learned: Learned, actor: str | None, tx: Transaction, now: datetime
) -> Mapping[ContactId, ContactId]:
    """Make those who are new, and one of those who are one; answer the former."""
    register, shop_id = learned.register, learned.shop_id
    ids = contact_keys.make_contacts(tx, shop_id, register.made, now=now)
    made = {ContactId(-place): id_ for place, id_ in enumerate(ids, 1)}
    if register.joined or register.parted:
        contact_merges.be_alone(tx, shop_id)
    for join in register.joined:
        contact_merges.merge(
            tx,
            shop_id,
            kept=made.get(join.kept, join.kept),
            gone=made.get(join.gone, join.gone),
            how=join.how,
            actor=actor,
            now=now,
        )
    return made


def _row(
    held: Held, values: Mapping[Key, bytes], made: Mapping[ContactId, ContactId]
) -> Row:
    return Row(
        kind=held.kind,
        key=held.key,
        contact_id=made.get(held.contact, held.contact),
        value=values.get((held.kind, held.key)),
        since=held.since,
        shown_at=held.shown_at,
        until=held.until,
        how=held.how,
    )


def _current(
    learned: Learned, made: Mapping[ContactId, ContactId]
) -> tuple[dict[ContactId, tuple[Row | None, Row | None]], set[ContactId]]:
    """Of those alone for whom it is another than before, or who are back; and who of
    them has something no longer."""
    register = learned.register
    written_by = {
        (row.contact_id, row.kind): row for row in learned.rows if row.is_current
    }
    had = {held: row.key for held, row in written_by.items()}
    before = {
        held: row.key for held, row in written_by.items() if row.value is not None
    }
    current = {}
    letting_go = set()
    for who in register.contacts():
        now = {kind: register.current(kind, who) for kind in KeyKind}
        keys = {kind: held.key if held else None for kind, held in now.items()}
        if any(before.get((who, kind)) != key for kind, key in keys.items()):
            phone, user = (
                None if held is None else _row(held, learned.values, made)
                for held in (now[KeyKind.PHONE], now[KeyKind.USER_ID])
            )
            current[made.get(who, who)] = phone, user
            if any(had.get((who, kind)) not in (None, keys[kind]) for kind in keys):
                letting_go.add(made.get(who, who))
    return current, letting_go


def _part(
    register: Register,
    shop_id: ShopId,
    made: Mapping[ContactId, ContactId],
    tx: Transaction,
) -> None:
    for each in register.parted:
        is_after = each.earlier not in made
        old, new = each.earlier, each.later
        if not is_after:
            old, new = new, old
        contact_merges.part(
            tx,
            shop_id,
            old=made.get(old, old),
            new=made.get(new, new),
            at=each.at,
            is_after=is_after,
        )


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
