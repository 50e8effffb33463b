"""Who is who, between the tables and the rules: rows are read into a register, and what
the register has learned is written down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.values import ContactId, KeyKind, ShopId
from notifications.rules.identity import Held, Register
from storage import contact_keys, contact_merges
from storage.contact_keys import Key, Row
from storage.session import Transaction


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
