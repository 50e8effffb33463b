"""A flow played on a store's own past: what it would have sent, and what not.

The very code that decides about messages decides here, moment by moment, on what was
known at each. Nothing is written and nothing is sent. What nobody can know is taken as
it mostly is: nobody reads, every template is approved, a code is there at the next look
after it was asked for, and the number is free.
"""

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any

from core.shopping import lines_of
from core.values import ContactId, MessageId, Scope
from notifications import cart_looks, deciding
from notifications.automations import AFTER_MINUTES, BEFORE, STEP, Automation, minutes
from notifications.deciding import Decided
from notifications.flows import Automations, Flows, flow_of
from notifications.next_steps import next_step
from notifications.offering import Audience
from notifications.past_people import Past
from notifications.rules.decision import Send
from notifications.rules.flows import Flow, Step, due_at
from notifications.rules.objections import Because, Wait
from notifications.senders import Sender
from notifications.surroundings import Surroundings
from storage.facts import KnownMessage
from storage.left_carts import LeftCart
from storage.numbers import TemplateRow, Templates
from storage.offer_codes import CodeState, KnownOffer
from storage.people import PhoneBook
from storage.policy_overrules import Overrules
from storage.replays import PastCheckout, PastPerson
from storage.shops import Switch
from storage.slots import ReadyNumber

_MOST_LOOKS = 500
"""So often a message is looked at at most: more would be a mistake of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What of a store counts for its messages; ``switch`` is the flow's, switched on.
    ``row`` is as it is stored, and ``overrules`` are what the owner says today."""

    row: Mapping[str, Any]
    automation: Automation[Any]
    switch: Switch
    automations: Automations
    book: PhoneBook
    now: datetime
    overrules: Overrules = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What would have become of one message. ``state`` is sent, skipped or waiting,
    ``waits`` what it waited for on the way. ``country`` is where its reader is."""

    contact_id: ContactId
    token_key: bytes = field(repr=False)
    step: str
    state: str
    reason: str | None
    at: datetime
    waits: frozenset[str]
    country: str | None


@dataclass(slots=True)
class _Timer:
    """A message that waits for its time, as a row of ``messages`` does."""

    checkout: PastCheckout
    step: Step
    before: str | None
    before_state: str | None
    proposed_at: datetime
    wanted_at: datetime
    began_at: datetime
    waits: set[str] = field(default_factory=set)
    code_since: datetime | None = None
    looks: int = 0


class _Queue:
    """Timers by their time. Of several that have waited for one morning the one that
    was proposed first comes first, as of messages that are due: there may be room for
    no more."""

    def __init__(self) -> None:
        self._timers: list[tuple[datetime, datetime, int, _Timer]] = []
        self._numbers = count()

    def __bool__(self) -> bool:
        return bool(self._timers)

    def add(self, timer: _Timer, at: datetime) -> None:
        place = (at, timer.proposed_at, next(self._numbers))
        heapq.heappush(self._timers, (*place, timer))

    def next(self) -> tuple[datetime, _Timer]:
        at, *_, timer = heapq.heappop(self._timers)
        return at, timer


class Player:
    """Plays one person after another: what one of them gets is nothing to the next."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._shop_id = shop.row["id"]
        self._flow: Flow = flow_of(shop.automation, shop.switch)
        self._book = _BookOfOne(shop.book)
        self._templates = _all_approved(shop)
        self._switches = {(self._shop_id, shop.automation.name): shop.switch}
        self._flows = Flows(shop.automations, self._switches)

    def play(self, person: PastPerson) -> Iterator[Played]:
        """All that would have come to one person, in the order of time."""
        past, timers = Past(person, self._shop_id), _Queue()
        sent: list[datetime] = []
        for checkout in person.checkouts:
            if (timer := self._begun(checkout)) is not None:
                timers.add(timer, timer.began_at)
        while timers:
            at, timer = timers.next()
            if at > self._shop.now or timer.looks >= _MOST_LOOKS:
                yield self._played(person, timer, "waiting", None, at)
                continue
            timer.looks += 1
            if (rested_at := _rested_at(timer, at)) is not None:
                timer.waits.add(Because.CART_STILL_CHANGING)
                timers.add(timer, rested_at)
                continue
            message, cart = self._message(person, timer, at), _cart(timer, at)
            decided = self._decided(past, message, timer, cart, sent, at)
            decision = decided.decision
            if isinstance(decision, Wait):
                timer.waits.add(decision.because)
                if decision.because == Because.CODE_NOT_READY:
                    timer.code_since = at
                timers.add(timer, max(decision.until, at + timedelta(seconds=1)))
                continue
            if isinstance(decision, Send):
                sent.append(at)
                yield self._played(person, timer, "sent", None, at)
            else:
                because = decision.because
                yield self._played(person, timer, "skipped", because, at)
            is_sent = isinstance(decision, Send)
            following = self._following(timer, message, decided, cart, is_sent, at)
            if following is not None:
                timers.add(following, following.began_at)

    def _begun(self, checkout: PastCheckout) -> _Timer | None:
        """From the first moment on at which somebody could have been told of it."""
        begun = [at for at in checkout.changes if at in checkout.tellable]
        if not begun or not _leads_back(checkout):
            return None
        first = self._flow.first
        return _Timer(
            checkout=checkout,
            step=first,
            before=None,
            before_state=None,
            proposed_at=begun[0],
            wanted_at=begun[0],
            began_at=begun[0] + first.after,
        )

    def _following(
        self,
        timer: _Timer,
        message: KnownMessage,
        decided: Decided,
        cart: LeftCart,
        is_sent: bool,
        at: datetime,
    ) -> _Timer | None:
        step = next_step(message, decided)
        if step is None or cart.changed_at is None:
            return None
        due = due_at(step, changed_at=cart.changed_at, is_sent=is_sent, now=at)
        return _Timer(
            checkout=timer.checkout,
            step=step,
            before=timer.step.key if is_sent else timer.before,
            before_state="sent" if is_sent else timer.before_state,
            proposed_at=at,
            wanted_at=cart.changed_at + step.after,
            began_at=due,
        )

    def _decided(
        self,
        past: Past,
        message: KnownMessage,
        timer: _Timer,
        cart: LeftCart,
        sent: Sequence[datetime],
        at: datetime,
    ) -> Decided:
        look = cart_looks.look_back(timer.checkout.looks, at)
        words, known = past.words_at(at), past.person_at(sent, at)
        around = Surroundings(
            words=words,
            asked_about=words,
            switches=self._switches,
            templates=self._templates,
            automations=self._shop.automations,
            flows=self._flows,
            batch=(),
            audience=Audience({past.person.contact_id: known}, self._book),
            carts={message.id: cart},
            looks={message.id: look},
            overrules={self._shop_id: self._shop.overrules},
            offers=_ready_code(message, timer),
        )
        automation = self._shop.automations[message.automation]
        return deciding.decided(message, around, automation, _free_number(at), now=at)

    def _message(self, person: PastPerson, timer: _Timer, at: datetime) -> KnownMessage:
        row = self._shop.row
        told = {STEP: timer.step.key, AFTER_MINUTES: minutes(timer.step.after)}
        if timer.before is not None:
            told[BEFORE] = timer.before
        return KnownMessage(
            id=MessageId("played"),
            shop_id=self._shop_id,
            automation=timer.step.message,
            scope=Scope.MARKETING,
            order_id=None,
            attempt=0,
            reason=None,
            wanted_at=timer.wanted_at,
            created_at=timer.wanted_at,
            due_at=at,
            tracking_key=None,
            told=told,
            fulfillment_id=None,
            checkout_key=timer.checkout.token_key,
            draft_order_id=None,
            shop_name=row["name"],
            timezone=row["timezone"],
            shop_is_active=True,
            consent_rule=row["transactional_consent"],
            languages=row["languages"],
            offers=row["offers"] or {},
            contact_id=person.contact_id,
            sealed_phone=person.sealed_phone,
            sealed_user_id=person.sealed_user_id,
            marketing_since=person.marketing_since,
            debt=None,
            wrote_at=None,
            wrote_to=None,
            under_way=False,
            order=None,
            parcel=None,
            things=None,
            siblings=(),
        )

    def _played(
        self,
        person: PastPerson,
        timer: _Timer,
        state: str,
        reason: str | None,
        at: datetime,
    ) -> Played:
        homes = [home.country for home in person.homes if home.at <= at]
        return Played(
            contact_id=person.contact_id,
            token_key=timer.checkout.token_key,
            step=timer.step.key,
            state=state,
            reason=reason,
            at=at,
            waits=frozenset(timer.waits),
            country=timer.checkout.country or next(reversed(homes), None),
        )


class _BookOfOne(PhoneBook):
    """Whoever is played is asked for their number at each moment anew: it is opened
    once."""

    def __init__(self, book: PhoneBook) -> None:
        super().__init__(book.sealer, book.pepper)
        # One person after another: the last one is enough. A book is frozen.
        kept = lru_cache(maxsize=1)(super().opened)
        object.__setattr__(self, "opened", kept)


def _rested_at(timer: _Timer, at: datetime) -> datetime | None:
    """When it is left alone for long enough, if it is not yet and may still be told.

    Half of all looks end here: what the rules would answer is known without them.
    """
    checkout = timer.checkout
    changed_at = checkout.changes[bisect_right(checkout.changes, at) - 1]
    rested_at = changed_at + timer.step.after
    ends = (*checkout.bought, *checkout.bought_else, checkout.completed_at)
    is_over = any(each is not None and each <= at for each in ends)
    is_closed = checkout.closed_at is not None and checkout.closed_at <= at
    if rested_at <= at or is_over or is_closed or changed_at not in checkout.tellable:
        return None
    return rested_at


def _cart(timer: _Timer, at: datetime) -> LeftCart:
    """As it was known at that moment."""
    checkout = timer.checkout
    changes = [change for change in checkout.changes if change <= at]
    changed_at = changes[-1]
    bought = [*checkout.bought, *filter(None, [checkout.completed_at])]
    bought += [moment for moment in checkout.bought_else if moment >= changed_at]
    is_closed = checkout.closed_at is not None and checkout.closed_at <= at
    return LeftCart(
        is_there=not is_closed and changed_at in checkout.tellable,
        changed_at=changed_at,
        bought_at=min((moment for moment in bought if moment <= at), default=None),
        unread_since=None,
        locale=checkout.locale,
        country=checkout.country,
        worth=checkout.worth,
        items=checkout.items,
        discount_codes=(),
        shop_domain="",
        had_bought=checkout.had_bought,
        before=timer.before_state,
        before_was_clicked=False,
        url=None,
        buyer={},
    )


def _leads_back(checkout: PastCheckout) -> bool:
    pairs = [(each.get("variant_id"), each["quantity"]) for each in checkout.items]
    return checkout.has_url or bool(lines_of(pairs))


def _ready_code(message: KnownMessage, timer: _Timer) -> Mapping[MessageId, KnownOffer]:
    """That of a step which makes an offer, at the next look after it was asked for."""
    step, since = timer.step, timer.code_since
    if step.offer is None or since is None:
        return {}
    offer = KnownOffer(
        state=CodeState.MADE,
        wanted_at=since,
        because=None,
        percent=step.offer.percent,
        valid_for=timedelta(hours=step.offer.valid_hours),
        lasts_until=None,
        code=None,
    )
    return {message.id: offer}


def _free_number(at: datetime) -> Sender:
    number = ReadyNumber(
        phone_number_id="",
        account_id="",
        is_default=True,
        countries=(),
        token=b"",
        next_slot_at=at,
        news_until=None,
        offers_until=None,
        parked_until=None,
        is_on_phone=False,
    )
    return Sender(number, [at], timedelta())


def _all_approved(shop: Shop) -> Templates:
    return {
        (shop.row["id"], "", each.template.name, language): TemplateRow(
            each.template.name, language, "APPROVED", each.template.category, None
        )
        for each in shop.automations.values()
        for language in each.template.texts
    }
