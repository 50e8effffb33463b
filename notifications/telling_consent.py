"""What people said about offers, written at Shopify, where others read it, too.

Rows say what is to be written. The newest word of a person is, whoever has it: what
Shopify has of the number is asked for first, and is not written over where it is newer.
A crash between Shopify's answer and our note costs nothing, since to write a state
again changes nothing.
"""

import logging
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from core.echoes import BY_FORM, LEASE
from core.errors import WillNotWork
from core.values import Act, ContactId, CustomerId, Phone, Scope, ShopDomain
from notifications import holding_back, offering
from notifications.access import LiveToken, LiveTokens
from notifications.connecting import Store
from notifications.ports import Services
from notifications.rules.consent_pushes import (
    NotWritten,
    must_be_news,
    must_be_the_newest,
)
from storage import access, consent_pushes, ledger
from storage.consent_pushes import Due, Wanted
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

SCOPE = "write_customers"
REFUSED = "shopify_user_error"
NO_SCOPE = "no_scope"
_PORTIONS_AT_ONCE = 100


class KnownConsent(Protocol):
    """What a store has of a number: ``act`` is None where that is no yes and no no,
    which has a time where the person has been asked."""

    @property
    def customer_id(self) -> CustomerId: ...
    @property
    def act(self) -> Act | None: ...
    @property
    def said_at(self) -> datetime | None: ...


class StoreWithConsents(Store, Protocol):
    """A store that keeps consent itself. Each call may raise an OutsideError."""

    def consent_of(
        self, shop: ShopDomain, token: LiveToken, *, phone: Phone
    ) -> KnownConsent | None:
        """None where the number is no customer's own."""

    def write_consent(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        customer_id: CustomerId,
        act: Act | None,
        said_at: datetime,
    ) -> None:
        """``act`` is None for a yes that has yet to be confirmed."""


def tell_shopify(store: StoreWithConsents, *, services: Services) -> int:
    """Write what is due, a store's portion at a time; answer how many portions that
    were. Doing this twice, or in two places at once, writes nothing wrong."""
    tokens = LiveTokens(store, services)
    for done in range(_PORTIONS_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            due = consent_pushes.take_due(tx, now=now, until=now + LEASE)
        if due is None:
            return done
        _tell(due, store, tokens, services)
    return _PORTIONS_AT_ONCE


def _tell(
    due: Due, store: StoreWithConsents, tokens: LiveTokens, services: Services
) -> None:
    turn = _Turn(due, store, tokens, services)
    held = holding_back.turn(
        turn.take, shop_id=due.shop_id, attempts=due.attempts, doing="consent_telling"
    )
    with services.transactions.for_shop(due.shop_id) as tx:
        if held.because is not None:
            consent_pushes.hold(
                tx,
                due,
                turn.left,
                due_at=services.clock() + held.pause,
                attempts=held.attempts,
                because=held.because,
            )
        consent_pushes.let_go(tx, due)


class _Turn:
    """A store's portion; who is ``left`` was not come to the end with."""

    def __init__(
        self,
        due: Due,
        store: StoreWithConsents,
        tokens: LiveTokens,
        services: Services,
    ) -> None:
        self.due, self.store = due, store
        self.tokens, self.services = tokens, services
        self.left = list(due.contacts)

    def take(self) -> timedelta:
        with self._transaction() as tx:
            known = access.of_shop(tx, self.due.shop_id)
        scopes = None if known is None else known.scopes
        if scopes is not None and SCOPE not in scopes:
            raise WillNotWork("the app may not write there", code=NO_SCOPE)
        for contact_id in self.due.contacts:
            self._tell_of(contact_id)
            self.left.remove(contact_id)
        return timedelta()

    def _tell_of(self, contact_id: ContactId) -> None:
        with self._transaction() as tx:
            wanted = consent_pushes.of_contact(tx, self.due.shop_id, contact_id)
            if wanted is None:
                return
            because = _not_the_newest(tx, contact_id)
            act = self._counting(tx, contact_id, wanted)
        if because is None:
            because = self._written(contact_id, wanted, act)
        now = self.services.clock()
        with self._transaction() as tx:
            consent_pushes.settle(
                tx, self.due.shop_id, contact_id, wanted, because=because, now=now
            )

    def _counting(
        self, tx: Transaction, contact_id: ContactId, wanted: Wanted
    ) -> Act | None:
        """What the word counts for; None for a yes that has yet to be confirmed."""
        if wanted.act in (Act.REVOKED, Act.CONFIRMED):
            return wanted.act
        now, book = self.services.clock(), self.services.book
        audience = offering.audience_of(tx, [contact_id], book=book, now=now)
        if not offering.has_to_confirm(
            contact_id,
            audience,
            offers=wanted.offers,
            timezone=wanted.timezone,
            now=now,
        ):
            return wanted.act
        return Act.CONFIRMED if offering.has_confirmed(contact_id, audience) else None

    def _written(
        self, contact_id: ContactId, wanted: Wanted, act: Act | None
    ) -> NotWritten | None:
        """Write it as ``act``; or why that was not done."""
        if wanted.phone is None:
            return NotWritten.NO_PHONE
        shop_id = self.due.shop_id
        phone = self.services.book.opened(shop_id, wanted.phone)
        find = partial(self.store.consent_of, phone=phone)
        known = self.tokens.asking(shop_id, find)
        because = must_be_news(act, wanted.said_at, known=known, written=wanted.written)
        if because is not None or known is None:
            return because
        now = self.services.clock()
        with self._transaction() as tx:
            if not consent_pushes.begin_writing(
                tx, shop_id, contact_id, wanted, act=act, now=now
            ):
                return NotWritten.OVERTAKEN
        write = partial(
            self.store.write_consent,
            customer_id=known.customer_id,
            act=act,
            said_at=min(wanted.said_at, now),
        )
        try:
            self.tokens.asking(shop_id, write)
        except WillNotWork as refusal:
            if refusal.code != REFUSED:
                raise
            log.warning("consent_refused_by_shopify shop=%s", shop_id)
            return NotWritten.REFUSED
        log.info("consent_written shop=%s act=%s", shop_id, act or "pending")
        return None

    def _transaction(self) -> AbstractContextManager[Transaction]:
        return self.services.transactions.for_shop(self.due.shop_id)


def _not_the_newest(tx: Transaction, contact_id: ContactId) -> NotWritten | None:
    latest = ledger.latest_words(tx, [contact_id], not_from=(BY_FORM,))
    word = latest.get((contact_id, Scope.MARKETING, None))
    return must_be_the_newest(None if word is None else word.source)
