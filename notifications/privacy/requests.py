"""Requests: written down as they come, done one after the other, and kept as receipts.

Each is due at a moment, so that a lost process forgets none. Done once, done twice or
in two places at once: the second finds nothing left to do.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import event_text
from core.errors import DatabaseAway, OutsideError
from core.events import (
    Event,
    Named,
    PersonAsks,
    PersonToBeForgotten,
    ShopToBeForgotten,
)
from core.sealing import fingerprint
from core.values import ShopId
from notifications.connecting import Store
from notifications.operating import Operator
from notifications.ports import Services
from notifications.privacy import people, stores
from notifications.privacy.answering import document_about, packed
from notifications.privacy.marks import empty_webhooks
from notifications.privacy.stores import StillConnected
from notifications.rules.patience import BUG, pause_after
from notifications.sent_text import ReadsBodies
from storage import changes, erasing, privacy, shops
from storage.changes import By, Change
from storage.inbox import Webhook
from storage.privacy import Kind, NewRequest, Receipt, Request, State
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

BY_SHOPIFY = "shopify"
STILL_CONNECTED = "still_connected"
NOTHING_HELD = "nothing_held"
UNDER_WAY = "message_under_way"

ANSWERS_FOR = timedelta(days=30)
_AT_ONCE = 50
_LEASE = timedelta(minutes=10)
_WAIT_FOR_MESSAGES = timedelta(seconds=15)
"""Longer than the lease of a message that is being sent."""
_SEARCH_AFTER = (timedelta(minutes=10), timedelta(days=1), timedelta(days=7))
"""Somebody who had begun before may write a little later, and Meta reports for days."""

_Asked = PersonAsks | PersonToBeForgotten | ShopToBeForgotten
_KINDS: dict[type[Event], Kind] = {
    PersonAsks: Kind.DATA_REQUEST,
    PersonToBeForgotten: Kind.ERASE_PERSON,
    ShopToBeForgotten: Kind.ERASE_SHOP,
}


def note(
    told: Iterable[tuple[Webhook, Sequence[Event]]],
    *,
    tx: Transaction,
    now: datetime,
    services: Services,
) -> set[int]:
    """Write down what these webhooks ask for, to be done at once; answer the ids of
    those that ask it of another shop than their envelope names: nothing comes of them.

    The body is signed and the envelope is not, so the two must name the same shop.
    """
    asked = [
        (webhook, event)
        for webhook, events in told
        for event in events
        if isinstance(event, _Asked)
    ]
    if not asked:
        return set()
    domains = {webhook.shop_domain for webhook, _ in asked}
    known = shops.ids_of(tx, domains)
    of_others = {
        webhook.id for webhook, event in asked if event.shop != webhook.shop_domain
    }
    new = [
        request_for(
            event,
            known.get(event.shop),
            source=BY_SHOPIFY,
            asked_at=webhook.arrived_at,
            services=services,
        )
        for webhook, event in asked
        if webhook.id not in of_others
    ]
    privacy.add(tx, new, now=now)
    return of_others


def request_for(
    event: _Asked,
    shop_id: ShopId | None,
    *,
    source: str,
    asked_at: datetime,
    services: Services,
) -> NewRequest:
    kind, text = _KINDS[type(event)], event_text.written(event)
    return NewRequest(
        shop_id=shop_id,
        shop_domain=event.shop,
        kind=kind,
        source=source,
        key=_key(event, services),
        asked=services.sealer.seal(text, context=_context(event.shop, kind)),
        asked_at=asked_at,
    )


def ask_for(
    event: _Asked, shop_id: ShopId, *, operator: Operator, services: Services
) -> int:
    """Write down what somebody with access to this machine asks for; answer its id. It
    is due at once."""
    return _ask_for(event, shop_id, operator.name, None, services)


def ask_for_store(
    event: _Asked, shop_id: ShopId, change: Change, *, by: By, services: Services
) -> int:
    """The same, as somebody of the store asks for it, with the line that says so."""
    source = f"{by.door} {by.actor}"
    return _ask_for(event, shop_id, source, (by, change), services)


def _ask_for(
    event: _Asked,
    shop_id: ShopId,
    source: str,
    noted: tuple[By, Change] | None,
    services: Services,
) -> int:
    now = services.clock()
    request = request_for(
        event, shop_id, source=source, asked_at=now, services=services
    )
    with services.transactions.across(Crossing.OPERATING) as tx:
        is_new = privacy.add(tx, [request], now=now) > 0
        if noted is not None and is_new:
            changes.note(tx, shop_id, *noted, now=now)
        request_id = privacy.id_of(tx, event.shop, request.key)
    if request_id is None:
        raise LookupError("a request that was just written down")
    return request_id


def _key(event: _Asked, services: Services) -> bytes:
    """Names what is asked, whenever that is."""
    match event:
        case ShopToBeForgotten():
            said = ""
        case PersonToBeForgotten(person=person):
            said = _said(person)
        case PersonAsks(person=person, request_id=request_id):
            said = f"{request_id} {_said(person)}"
    named = f"{_KINDS[type(event)]} {event.shop} {said}"
    return fingerprint(services.book.pepper(), named)


def _said(person: Named) -> str:
    orders = " ".join(str(order) for order in sorted(person.orders))
    phone = person.phone.e164 if person.phone else person.said_phone
    return f"{person.customer_id} {person.email} {phone} {orders}"


def _context(domain: str, kind: Kind) -> str:
    return f"{kind} of {domain}"


def answer_context(shop_id: ShopId) -> str:
    return f"answer of shop {shop_id}"


@dataclass(frozen=True, slots=True)
class Attendant:
    """Does what is asked. ``store`` is asked whether a shop has gone."""

    store: Store
    reader: ReadsBodies
    services: Services

    def attend(self) -> int:
        """Do what is due; answer how much that was."""
        stores.check_claims(self.store, services=self.services)
        for attended in range(_AT_ONCE):
            if not self._attend_to_next():
                return attended
        return _AT_ONCE

    def attend_to(self, request_id: int) -> bool:
        """Do this one now, if it is due; whether there was anything to do."""
        return self._attend_to_next(only=request_id)

    def _attend_to_next(self, only: int | None = None) -> bool:
        now = self.services.clock()
        with self.services.transactions.across(Crossing.KEEPING) as tx:
            request = privacy.take_due(tx, now=now, until=now + _LEASE, only=only)
        if request is None:
            return False
        try:
            if request.state is State.WAITING:
                self._do(request)
            else:
                self._search_again(request)
        except DatabaseAway:
            raise
        except OutsideError as trouble:
            self._postpone(request, trouble.code)
        except Exception as error:
            # One request's trouble must not keep the others waiting.
            log.exception("privacy_request_failed id=%s", request.id)
            self._postpone(request, f"{BUG}{type(error).__name__}")
        return True

    def _postpone(self, request: Request, because: str) -> None:
        log.warning("privacy_request_waits id=%s because=%s", request.id, because)
        due_at = self.services.clock() + pause_after(request.attempts + 1)
        self._put_off(request, because, due_at)

    def _put_off(self, request: Request, because: str, due_at: datetime) -> None:
        with self.services.transactions.across(Crossing.KEEPING) as tx:
            privacy.postpone(tx, request, because=because, due_at=due_at)

    def _finish(self, request: Request, receipt: Receipt) -> None:
        with self.services.transactions.across(Crossing.KEEPING) as tx:
            privacy.finish(tx, request, receipt, now=self.services.clock())
            if request.kind is Kind.ERASE_PERSON:
                privacy.drop_answers(tx, request.shop_domain, receipt.marks)
            if request.kind is Kind.ERASE_SHOP and receipt.state is State.DONE:
                privacy.drop_of_shop(tx, request.shop_domain, but=request.id)
        log.info(
            "privacy_request_settled id=%s kind=%s state=%s shop=%s",
            *(request.id, request.kind, receipt.state, request.shop_id),
        )

    def _do(self, request: Request) -> None:
        match self._asked(request):
            case PersonAsks(person=person):
                self._answer(request, person)
            case PersonToBeForgotten(person=person):
                self._erase(request, person)
            case ShopToBeForgotten():
                self._forget_shop(request)

    def _asked(self, request: Request) -> _Asked:
        kinds = {kind: event.__name__ for event, kind in _KINDS.items()}
        text = self.services.sealer.open(
            request.asked or b"", context=_context(request.shop_domain, request.kind)
        )
        event = event_text.read(kinds[request.kind], text)
        assert isinstance(event, _Asked)
        return event

    def _answer(self, request: Request, person: Named) -> None:
        if request.shop_id is None:
            self._finish(request, Receipt(state=State.DONE, reason=NOTHING_HELD))
            return
        services = self.services
        document, marks = document_about(
            person,
            request.shop_domain,
            request.shop_id,
            reader=self.reader,
            services=services,
        )
        sealer = services.sealer.of(request.shop_id)
        answer = sealer.seal(packed(document), context=answer_context(request.shop_id))
        counts = {
            name: len(part) for name, part in document.items() if isinstance(part, list)
        }
        until = services.clock() + ANSWERS_FOR
        receipt = Receipt(
            state=State.DONE,
            counts=counts,
            marks=marks,
            answer=answer,
            answer_until=until,
        )
        self._finish(request, receipt)

    def _erase(self, request: Request, person: Named) -> None:
        erased = people.erase(
            person,
            request.shop_domain,
            request.shop_id,
            asked_at=request.asked_at,
            services=self.services,
        )
        now = self.services.clock()
        if not erased.is_over:
            self._put_off(request, UNDER_WAY, now + _WAIT_FOR_MESSAGES)
            return
        receipt = Receipt(
            state=State.DONE,
            counts=erased.counts,
            marks=erased.marks,
            search_at=now + _SEARCH_AFTER[0],
        )
        self._finish(request, receipt)

    def _forget_shop(self, request: Request) -> None:
        try:
            counts = stores.forget(
                request.shop_domain,
                asked_at=request.asked_at,
                store=self.store if request.source == BY_SHOPIFY else None,
                services=self.services,
            )
        except StillConnected:
            receipt = Receipt(state=State.REFUSED, reason=STILL_CONNECTED)
        else:
            receipt = Receipt(state=State.DONE, counts=counts)
        self._finish(request, receipt)

    def _search_again(self, request: Request) -> None:
        """Empty what mentions the person and came since, and take out what was written
        down of it."""
        services, now = self.services, self.services.clock()
        empty_webhooks(
            request.shop_domain,
            request.shop_id,
            request.marks,
            since=request.searched_at,
            unread_until=request.asked_at,
            services=services,
        )
        if request.shop_id is not None:
            with services.transactions.for_shop(request.shop_id) as tx:
                erasing.erase_late_words(
                    tx, request.shop_id, before=now - _SEARCH_AFTER[-1]
                )
        done_at = request.done_at or now
        again = next((t for t in _SEARCH_AFTER if done_at + t > now), None)
        with services.transactions.across(Crossing.KEEPING) as tx:
            privacy.note_searched(
                tx,
                request,
                again_at=None if again is None else done_at + again,
                now=now,
            )
