"""The consent ledger, as a person with access to this machine writes and reads it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.echoes import BY_FORM
from core.errors import NotPossible
from core.values import Act, ContactId, Phone, Scope, ShopId
from core.words import N_
from notifications.operating import Operator
from notifications.ports import Services
from notifications.rules.consent import BY_ORDER, BY_PURCHASE, NEVER_ALONE
from storage import changes, customer_lists, ledger, people
from storage.changes import By, Change
from storage.ledger import Entry, Word
from storage.session import Transaction

_LONGEST_SOURCE = 100
_LONGEST_WORDING = 2_000
_TOPIC = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_OF_ORDERS = (BY_ORDER, BY_PURCHASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of the ledger."""

    scope: Scope
    topic: str | None
    act: Act
    source: str
    wording: str | None
    wording_version: str | None
    wording_language: str | None
    evidence: Mapping[str, Any]
    happened_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What a person said, oldest first, and for each scope the word that counts now.

    A scope is missing in ``now`` where nothing was said about it. A yes that came with
    one order is in the history, and counts for that order alone; one by a form is there
    too, and counts once it is confirmed, which is a word of its own.
    """

    history: Sequence[Said]
    now: Mapping[Scope, Said]

    def yeses_with_orders(self, scope: Scope) -> int:
        """With how many orders they agreed, for each of which it counts alone."""
        return sum(
            said.scope is scope
            and said.act is Act.GRANTED
            and said.source in _OF_ORDERS
            for said in self.history
        )


def grant(
    shop_id: ShopId,
    phone: Phone,
    scope: Scope,
    *,
    source: str,
    wording: str,
    topic: str | None = None,
    is_confirmed: bool = False,
    operator: Operator,
    services: Services,
) -> None:
    """Add somebody's yes, with the sentence that they said it to: to all of the scope,
    or to a ``topic`` under it. One that ``is_confirmed`` they have given twice.

    Raises:
        NotPossible: source or wording cannot be a proof.
    """
    if not wording.strip() or len(wording) > _LONGEST_WORDING:
        raise NotPossible(f"wording must be 1 to {_LONGEST_WORDING} characters")
    act = Act.CONFIRMED if is_confirmed else Act.GRANTED
    said = _Saying(scope, topic, act, source, wording)
    _add(shop_id, phone, said, operator, services)


def revoke(
    shop_id: ShopId,
    phone: Phone,
    scope: Scope,
    *,
    source: str,
    topic: str | None = None,
    operator: Operator,
    services: Services,
) -> None:
    """Add somebody's no; nothing of this scope, or of this topic, goes to them any
    more."""
    said = _Saying(scope, topic, Act.REVOKED, source, None)
    _add(shop_id, phone, said, operator, services)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What somebody of the store writes down for a person. ``where`` they said it;
    ``statement`` is the sentence that they said yes to, or how they said no."""

    scope: Scope
    is_yes: bool
    where: str
    statement: str


def write_by_hand(
    shop_id: ShopId, contact_id: ContactId, told: ByHand, *, by: By, services: Services
) -> None:
    """Add a yes or a no that somebody gave to one of the store's people.

    Raises:
        NotPossible: there is no such person, or it cannot be a proof.
    """
    statement = told.statement.strip()
    if not statement or len(statement) > _LONGEST_WORDING:
        raise NotPossible(
            N_("Write what was said, in at most %(most)s characters."),
            most=_LONGEST_WORDING,
        )
    act = Act.GRANTED if told.is_yes else Act.REVOKED
    wording = statement if told.is_yes else None
    said = _Saying(told.scope, None, act, told.where, wording)
    said.check()
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        who = _number_or_id(tx, shop_id, contact_id, services)
        evidence = {"recorded_by": by.actor, "door": by.door, "statement": statement}
        word = said.word(shop_id, contact_id, who, evidence, now)
        ledger.record(tx, [word], now=now, sealer=services.sealer)
        change = Change(
            what="consent_granted" if told.is_yes else "consent_revoked",
            subject=f"contact {contact_id}",
            after={"scope": told.scope},
        )
        changes.note(tx, shop_id, by, change, now=now)


def _number_or_id(
    tx: Transaction, shop_id: ShopId, contact_id: ContactId, services: Services
) -> str:
    """By what they are written to now."""
    book = services.book
    for row in customer_lists.these(tx, shop_id, [contact_id]):
        if row.phone is not None:
            return book.opened(shop_id, row.phone).e164
        if row.user_id is not None:
            return book.opened_user(shop_id, row.user_id)
    raise NotPossible(N_("There is no such person, or they were erased."))


@dataclass(frozen=True, slots=True)
class _Saying:
    scope: Scope
    topic: str | None
    act: Act
    source: str
    wording: str | None

    def check(self) -> None:
        """Raises NotPossible where it cannot be an entry."""
        if self.source in _OF_ORDERS:
            raise NotPossible(f"source {self.source!r} is for what comes with an order")
        if self.source == BY_FORM:
            raise NotPossible(f"source {BY_FORM!r} is for the form of the store")
        if not self.source.strip() or len(self.source) > _LONGEST_SOURCE:
            raise NotPossible(
                N_("source must be 1 to %(most)s characters"), most=_LONGEST_SOURCE
            )
        if self.topic is not None and not _TOPIC.fullmatch(self.topic):
            raise NotPossible("topic must be small letters and _, such as night")

    def word(
        self,
        shop_id: ShopId,
        contact_id: ContactId,
        who: str,
        evidence: Mapping[str, Any],
        now: datetime,
    ) -> Word:
        return Word(
            shop_id=shop_id,
            contact_id=contact_id,
            scope=self.scope,
            topic=self.topic,
            act=self.act,
            source=self.source.strip(),
            happened_at=now,
            wording=self.wording,
            who=who,
            evidence=evidence,
        )


def _add(
    shop_id: ShopId,
    phone: Phone,
    said: _Saying,
    operator: Operator,
    services: Services,
) -> None:
    said.check()
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        person = (shop_id, phone)
        found = people.contacts_of(tx, [person], book=services.book, now=now)
        evidence = {"recorded_by": operator.name}
        word = said.word(shop_id, found[person], phone.e164, evidence, now)
        ledger.record(tx, [word], now=now, sealer=services.sealer)


def standing(shop_id: ShopId, phone: Phone, *, services: Services) -> Stand:
    """All that is on record of one person; nothing for somebody unknown."""
    with services.transactions.for_shop(shop_id) as tx:
        contact_id = people.contact_with(tx, shop_id, phone, book=services.book)
        if contact_id is None:
            return Stand(history=(), now={})
        entries = ledger.history(tx, shop_id, contact_id, sealer=services.sealer)
    return stand_of(entries)


def stand_of(entries: Sequence[Entry]) -> Stand:
    """``entries`` of one person, oldest first."""
    history = [
        Said(
            scope=entry.scope,
            topic=entry.topic,
            act=entry.act,
            source=entry.source,
            wording=entry.wording,
            wording_version=entry.wording_version,
            wording_language=entry.wording_language,
            evidence={} if entry.private is None else entry.private.evidence,
            happened_at=entry.happened_at,
            recorded_at=entry.recorded_at,
        )
        for entry in entries
    ]
    now: dict[Scope, Said] = {}
    for said in history:
        if said.source in NEVER_ALONE or said.topic is not None:
            continue
        before = now.get(said.scope)
        is_of_one_moment = before is not None and before.happened_at == said.happened_at
        # At one moment a no counts for more than a yes.
        if not (is_of_one_moment and before and before.act is Act.REVOKED):
            now[said.scope] = said
    return Stand(history=history, now=now)
