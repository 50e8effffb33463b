"""Who is who: what a shop's contacts are known by, and what evidence makes of it.

A number is somebody's for a time; WhatsApp's id of a user is one person's for ever, and
another one after they changed their number. Evidence comes late, twice and in any
order, so a number is theirs who was last shown with it, whatever was told first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from core.values import ContactId, KeyKind

Key: TypeAlias = tuple[KeyKind, bytes]
"""A number or an id by its fingerprint."""

BY_WHATSAPP = "whatsapp"
BY_NUMBER_CHANGE = "number_changed"
"""How it is known; see ``storage.people`` and docs/concepts/people.md for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A key of a contact. ``shown_at`` is when WhatsApp last showed it with them, None
    where it was only named; from ``until`` on it is theirs no longer. ``is_current`` is
    whether they were written to by it so far."""

    kind: KeyKind
    key: bytes
    contact: ContactId
    since: datetime
    shown_at: datetime | None = None
    until: datetime | None = None
    how: str = BY_WHATSAPP
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """WhatsApp shows a number and an id together, or one of them. ``contact`` is whom
    we had written to, where it is a report on that; only somebody who wrote to us may
    be met by it for the first time."""

    at: datetime
    phone: bytes | None = None
    user: bytes | None = None
    contact: ContactId | None = None
    may_meet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """WhatsApp says that a person has another number, or another id."""

    at: datetime
    old_phone: bytes | None = None
    old_user: bytes | None = None
    new_phone: bytes | None = None
    new_user: bytes | None = None


Evidence: TypeAlias = Shown | Changed


@dataclass(frozen=True, slots=True)
class Joined:
    """Two contacts are one: what was ``gone``'s is ``kept``'s."""

    kept: ContactId
    gone: ContactId
    how: str


@dataclass(frozen=True, slots=True)
class Parted:
    """A number went from one person to another: what was told of it after ``at``, and
    is on record as the earlier one's, is the later one's."""

    earlier: ContactId
    later: ContactId
    at: datetime


@dataclass(slots=True)
class Register:
    """What some contacts of one shop are known by, and what evidence has changed of it.

    New contacts have numbers below 0. ``marketing_since`` has those whose yes to offers
    counts only from then on.
    """

    held: dict[tuple[Key, ContactId], Held] = field(default_factory=dict)
    changed: set[tuple[Key, ContactId]] = field(default_factory=set)
    joined: list[Joined] = field(default_factory=list)
    parted: list[Parted] = field(default_factory=list)
    marketing_since: dict[ContactId, datetime] = field(default_factory=dict)
    made: int = 0

    @classmethod
    def of(cls, rows: Iterable[Held]) -> "Register":
        return cls({((row.kind, row.key), row.contact): row for row in rows})

    def current(self, kind: KeyKind, contact: ContactId) -> Held | None:
        """By what they are written to: what was shown last, else named last."""
        mine = [
            row
            for row in self.held.values()
            if row.contact == contact and row.kind is kind and row.until is None
        ]
        return max(mine, key=_newness, default=None)

    def contacts(self) -> set[ContactId]:
        return {row.contact for row in self.held.values()}

    def concerned(self, evidence: Evidence) -> set[ContactId]:
        """Whom evidence may be about, as far as they are known."""
        match evidence:
            case Shown(phone=phone, user=user):
                named = {(KeyKind.PHONE, phone), (KeyKind.USER_ID, user)}
                told = {evidence.contact}
            case Changed():
                named = {
                    (KeyKind.PHONE, evidence.old_phone),
                    (KeyKind.USER_ID, evidence.old_user),
                }
                told = set()
        found = {who for key, who in self.held if key in named}
        return found | {who for who in told if who is not None}

    def believe(self, evidence: Evidence) -> ContactId | None:
        """Whom the evidence is about, after what follows from it; None for nobody.
        Believing it twice is believing it once."""
        match evidence:
            case Shown():
                return self._shown(evidence)
            case Changed():
                return self._changed(evidence)

    def join(self, kept: ContactId, gone: ContactId, how: str) -> None:
        """Somebody says that the two are one."""
        self._join(kept, gone, how, kept=kept)

    def _shown(self, seen: Shown) -> ContactId | None:
        by_user = self._holder(KeyKind.USER_ID, seen.user, None)
        by_phone = self._holder(KeyKind.PHONE, seen.phone, seen.at) or self._written(
            seen
        )
        if seen.user is None:
            return by_phone.contact if by_phone else None
        if by_user is None and by_phone is None and not seen.may_meet:
            return None
        if by_user is None:
            is_theirs = by_phone is not None and self._user_beside(by_phone) is None
            who = by_phone.contact if by_phone and is_theirs else self._new()
            until = by_phone.until if by_phone and is_theirs else None
            self._show(KeyKind.USER_ID, seen.user, who, seen.at, until=until)
        else:
            who = by_user.contact
            if by_phone is not None and self._is_only_named(by_phone, beside=who):
                who = self._join(who, by_phone.contact, BY_WHATSAPP)
            self._show(KeyKind.USER_ID, seen.user, who, seen.at)
        phone = seen.phone or (by_phone.key if by_phone else None)
        if phone is not None:
            self._show(KeyKind.PHONE, phone, who, seen.at)
            self._settle(phone)
        return who

    def _changed(self, told: Changed) -> ContactId | None:
        old = self._holder(KeyKind.USER_ID, told.old_user, None)
        old = old or self._left(told)
        new = self._holder(KeyKind.USER_ID, told.new_user, None)
        there = self._holder(KeyKind.PHONE, told.new_phone, None)
        if there is not None and self._is_another(there, told):
            there = None
        who = next((row.contact for row in (old, new, there) if row), None)
        if who is None:
            who = self._new()
        for other in (new, there):
            if other is not None and other.contact != who:
                who = self._join(who, other.contact, BY_NUMBER_CHANGE, kept=who)
        self._leave(told, who)
        for kind, key in (
            (KeyKind.PHONE, told.new_phone),
            (KeyKind.USER_ID, told.new_user),
        ):
            if key is not None:
                self._show(kind, key, who, told.at, how=BY_NUMBER_CHANGE)
        if told.new_phone is not None and told.new_phone != told.old_phone:
            self._bar(who, told.at)
            self._settle(told.new_phone)
        return who

    def _leave(self, told: Changed, who: ContactId) -> None:
        """What they have no longer. With the number goes the id, told or not."""
        for kind, key in (
            (KeyKind.PHONE, told.old_phone),
            (KeyKind.USER_ID, told.old_user),
        ):
            if key is not None:
                self._show(kind, key, who, told.at, how=BY_NUMBER_CHANGE)
                self._close(((kind, key), who), told.at)
        if told.old_user is None:
            for place, row in list(self.held.items()):
                is_old = row.since < told.at and row.key != told.new_user
                if row.contact == who and row.kind is KeyKind.USER_ID and is_old:
                    self._close(place, told.at)

    def _left(self, told: Changed) -> Held | None:
        """Whoever had the number that was left, unless it is the next one already."""
        had = self._holder(KeyKind.PHONE, told.old_phone, told.at)
        beside = None if had is None else self._user_beside(had)
        if beside is None or beside.key == told.old_user:
            return had
        is_next = told.old_user is not None or beside.since > told.at
        return None if is_next else had

    def _is_another(self, there: Held, told: Changed) -> bool:
        """Whether whoever has the new number is not the one who has just got it."""
        beside = self._user_beside(there)
        if beside is None or beside.key == told.new_user:
            return False
        return told.new_user is not None or beside.since < told.at

    def _holder(
        self, kind: KeyKind, key: bytes | None, at: datetime | None
    ) -> Held | None:
        """Whoever had it at a moment; without one whoever had it last."""
        if key is None:
            return None
        every = [
            row for row in self.held.values() if row.kind is kind and row.key == key
        ]
        every.sort(key=lambda row: (row.until is None, row.until, row.contact))
        if at is None:
            return every[-1] if every else None
        return next(
            (row for row in every if row.until is None or at <= row.until), None
        )

    def _written(self, seen: Shown) -> Held | None:
        """The number that a report is on, where it tells only who got the message."""
        if seen.contact is None:
            return None
        return self.current(KeyKind.PHONE, seen.contact)

    def _is_only_named(self, phone: Held, *, beside: ContactId) -> bool:
        """Whether nobody was ever shown to have the number, which another had."""
        return phone.contact != beside and self._user_beside(phone) is None

    def _user_beside(self, phone: Held) -> Held | None:
        """The id that whoever had the number had together with it."""
        for row in self.held.values():
            if row.contact != phone.contact or row.kind is not KeyKind.USER_ID:
                continue
            has_ended = row.until is not None and row.until <= phone.since
            is_later = phone.until is not None and row.since > phone.until
            if not has_ended and not is_later and not (row.until and not phone.until):
                return row
        return None

    def _new(self) -> ContactId:
        self.made += 1
        return ContactId(-self.made)

    def _show(
        self,
        kind: KeyKind,
        key: bytes,
        who: ContactId,
        at: datetime,
        *,
        until: datetime | None = None,
        how: str = BY_WHATSAPP,
    ) -> None:
        place = (kind, key), who
        row = self.held.get(place)
        if row is None:
            new = Held(
                kind=kind,
                key=key,
                contact=who,
                since=at,
                shown_at=at,
                until=until,
                how=how,
            )
            self._put(place, new)
            return
        shown_at = max(at, row.shown_at or at)
        self._put(place, replace(row, since=min(row.since, at), shown_at=shown_at))

    def _settle(self, phone: bytes) -> None:
        """A number is theirs who was last shown with it; before that it was theirs who
        was shown before."""
        place = KeyKind.PHONE, phone
        shown = [
            row for (key, _), row in self.held.items() if key == place and row.shown_at
        ]
        shown.sort(key=lambda row: (row.shown_at, row.contact))
        for earlier, later in pairwise(shown):
            assert earlier.shown_at is not None
            if self._close((place, earlier.contact), earlier.shown_at):
                self.parted.append(
                    Parted(earlier.contact, later.contact, earlier.shown_at)
                )
                for who in (earlier.contact, later.contact):
                    self._bar(who, later.since)
        last = shown[-1]
        if last.until is not None and last.shown_at and last.shown_at > last.until:
            self._put((place, last.contact), replace(last, until=None))

    def _close(self, place: tuple[Key, ContactId], at: datetime) -> bool:
        row = self.held[place]
        if row.until == at or (row.until is None and (row.shown_at or at) > at):
            return False
        self._put(place, replace(row, until=at))
        return True

    def _put(self, place: tuple[Key, ContactId], row: Held) -> None:
        if self.held.get(place) != row:
            self.held[place] = row
            self.changed.add(place)

    def _bar(self, who: ContactId, at: datetime) -> None:
        self.marketing_since[who] = max(at, self.marketing_since.get(who, at))

    def _join(
        self,
        one: ContactId,
        other: ContactId,
        how: str,
        *,
        kept: ContactId | None = None,
    ) -> ContactId:
        """The one that is known for longer stays, and has what both had."""
        if kept is None:
            both = sorted((one, other), key=lambda who: (who < 0, abs(who)))
            kept = both[0]
        gone = other if kept == one else one
        for place, row in list(self.held.items()):
            if row.contact == gone:
                del self.held[place]
                self.changed.discard(place)
                self._put(
                    (place[0], kept),
                    _one_of(
                        self.held.get((place[0], kept)),
                        replace(row, contact=kept, is_current=False),
                    ),
                )
                self.changed.add((place[0], kept))
        if gone in self.marketing_since:
            self._bar(kept, self.marketing_since.pop(gone))
        self.joined.append(Joined(kept, gone, how))
        return kept


def _newness(row: Held) -> tuple[bool, bool, datetime, bytes]:
    """What was only named stays until another is shown."""
    is_shown = row.shown_at is not None
    is_settled = row.is_current and not is_shown
    return is_shown, is_settled, row.shown_at or row.since, row.key


def _one_of(mine: Held | None, yours: Held) -> Held:
    if mine is None:
        return yours
    shown = [at for at in (mine.shown_at, yours.shown_at) if at is not None]
    return replace(
        mine,
        since=min(mine.since, yours.since),
        shown_at=max(shown, default=None),
        until=None
        if None in (mine.until, yours.until)
        else max(mine.until, yours.until),  # type: ignore[type-var]
    )
