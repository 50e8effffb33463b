"""From webhooks to facts, and to the messages that they call for.

A lane has one reader at a time, so what happened to one order is read in the order in
which it happened. A webhook that cannot be read stands aside; those behind it go on.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.errors import UnreadablePayload
from core.events import CustomersMerged, Event, PastWritten
from core.lanes import Lane, Work, lanes_from
from core.sealing import CannotOpen
from core.values import ShopId
from notifications import (
    acquainting,
    asking_twice,
    buyers_answers,
    chatting,
    edits_told,
    following,
    hearing_carts,
    knowing,
    obeying,
    product_questions,
    proposing,
    receipts,
    remembering,
)
from notifications.catalog import noticing
from notifications.ports import Services
from notifications.privacy import requests
from notifications.proposing import Proposals
from notifications.remembering import Heard
from notifications.replies import REPLY
from notifications.rules import belonging
from notifications.rules.patience import pause_after
from storage import backfills, inbox, ledger, shops, turns
from storage.history import ToldBy
from storage.inbox import Reading, Source, State, Webhook
from storage.ledger import Word
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

_MOST_LANES = 8
"""A batch costs little more for several lanes than for one; half of them are left to
others."""
_BATCH = 48
"""Of all these lanes; after that many a worker goes on with another lane."""
_MOST_OF_LANE = 32
_ATTEMPTS = 8
_NO_WEBHOOK = 0
"""What follows from several is no single one's outcome."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A webhook, whose it is, and what it tells. Meta's are nobody's own, nor are those
    of a shop that has gone."""

    webhook: Webhook
    shop: shops.KnownShop | None
    events: Sequence[Event]

    @property
    def news(self) -> Sequence[Event]:
        """What may call for a message: nothing that a store told of its past."""
        return () if self.webhook.told_by is ToldBy.BACKFILL else self.events


def read_webhooks(lane: Lane, *, services: Services) -> set[Lane]:
    """Read what is due in the lane, and in others that nobody reads.

    Answers the lanes that have something to send now. Doing this twice, or in two
    places at once, changes nothing the second time.
    """
    held: set[Lane] = set()
    to_send: set[Lane] = set()
    unfinished = _read_batch(lane, held, to_send, services)
    _hand_back(held, services)
    services.hints.look_at_all([(Work.READ, each) for each in unfinished])
    return to_send


def _hand_back(held: set[Lane], services: Services) -> None:
    """Somebody may have come while we read, found a lane taken, and left its hint to
    us: docs/concepts/hints.md. We have let go of the lanes, so now it can be seen."""
    if pending := services.hints.pending(Work.READ, held):
        services.hints.clear_all(Work.READ, pending)
        services.hints.look_at_all([(Work.READ, lane) for lane in pending])


def _read_batch(
    lane: Lane, held: set[Lane], to_send: set[Lane], services: Services
) -> set[Lane]:
    """Answers the lanes in which there may be more."""
    now = services.clock()
    with services.transactions.across(Crossing.READING) as tx:
        lanes = turns.take_to_read(tx, lanes_from(lane), _MOST_LANES)
        held |= set(lanes)
        if lane not in lanes:
            return set()  # whoever reads it sees our hint when done
        services.hints.clear_all(Work.READ, lanes)  # as reader, and before looking
        limit = min(_MOST_OF_LANE, _BATCH // len(lanes))
        webhooks = inbox.due(tx, lanes, now=now, limit=limit)
        if not webhooks:
            return set()
        domains = {webhook.shop_domain for webhook in webhooks}
        known = shops.known_shops(tx, domains, sealer=services.sealer)
        readings, understood = _understand_all(webhooks, known, now, services)
        readings += _of_other_stores(understood, tx, now)
        readings += _settle(understood, to_send, tx, now, services)
        inbox.settle(tx, readings)
        for state, count in Counter(reading.state for reading in readings).items():
            services.counters.add("webhooks_read", {"state": state}, count)
    return inbox.may_have_more(webhooks, limit=limit)


def _understand_all(
    webhooks: Sequence[Webhook],
    known: dict[str, shops.KnownShop],
    now: datetime,
    services: Services,
) -> tuple[list[Reading], list[Understood]]:
    """Those that are done with already, and those that tell something."""
    readings: list[Reading] = []
    understood: list[Understood] = []
    for webhook in webhooks:
        if not services.is_of_interest(webhook.source, webhook.topic):
            readings.append(_ignored(webhook, "not_of_interest", now))
            continue
        shop = known.get(webhook.shop_domain)
        is_anybodys = webhook.source is Source.META or services.is_owed(
            webhook.source, webhook.topic
        )
        if shop is None and not is_anybodys:
            readings.append(_ignored(webhook, "unknown_shop", now))
            continue
        try:
            events = _events(webhook, services)
        except Exception as error:
            readings.append(_set_aside(webhook, error, now))
            continue
        understood.append(Understood(webhook, shop, events))
    return readings, understood


def _of_other_stores(
    understood: list[Understood], tx: Transaction, now: datetime
) -> list[Reading]:
    """Take out those whose body is about another of our stores than the one that their
    envelope names: somebody plays them again."""
    named = {
        one.webhook.id: belonging.stores_named(one.events) - {one.webhook.shop_domain}
        for one in understood
    }
    ours = shops.ids_of(tx, set().union(*named.values()))
    of_others = [one for one in understood if named[one.webhook.id] & ours.keys()]
    for one in of_others:
        understood.remove(one)
    return [_ignored(one.webhook, "another_shop", now) for one in of_others]


def _events(webhook: Webhook, services: Services) -> Sequence[Event]:
    if webhook.sealed_body is None:
        raise UnreadablePayload("the body is no longer kept")
    body = inbox.unpack(webhook.sealed_body, webhook.shop_domain, services.sealer)
    return services.read_webhook(
        webhook.source, webhook.topic, body, webhook.happened_at
    )


def _ignored(webhook: Webhook, reason: str, now: datetime) -> Reading:
    return Reading(
        webhook_id=webhook.id,
        state=State.IGNORED,
        reason=reason,
        attempts=webhook.attempts,
        next_attempt_at=now,
    )


def _set_aside(webhook: Webhook, error: Exception, now: datetime) -> Reading:
    """Try again later, or wait for a person. Those behind it in the lane go on.

    The reason tells the kind of error and never its words, which may quote the body;
    our own errors are worded without.
    """
    attempts = webhook.attempts + 1
    # The same bytes will not read better tomorrow; other errors may pass. Also a key
    # that is missing: another process was given it already, and ours soon will.
    is_stuck = isinstance(error, UnreadablePayload) or attempts >= _ATTEMPTS
    is_ours = isinstance(error, UnreadablePayload | CannotOpen)
    reason = f"{type(error).__name__}: {error}" if is_ours else type(error).__name__
    log.warning(
        "webhook_set_aside id=%s because=%s attempts=%s",
        webhook.id,
        type(error).__name__,
        attempts,
    )
    return Reading(
        webhook_id=webhook.id,
        state=State.STUCK if is_stuck else State.PENDING,
        reason=reason,
        attempts=attempts,
        next_attempt_at=now + pause_after(attempts),
    )


def _settle(
    understood: Sequence[Understood],
    to_send: set[Lane],
    tx: Transaction,
    now: datetime,
    services: Services,
) -> list[Reading]:
    """Do what the webhooks call for.

    All together, which is quick. If that fails one of them is rotten, so it is all
    undone and each is settled alone: only the rotten one is set aside.
    """
    if not understood:
        return []
    try:
        with tx.savepoint():
            return _act_on(understood, to_send, tx, now, services)
    except Exception as error:
        if len(understood) == 1:
            return [_set_aside(understood[0].webhook, error, now)]
    readings: list[Reading] = []
    for one in understood:
        readings += _settle([one], to_send, tx, now, services)
    return readings


def _act_on(
    understood: Sequence[Understood],
    to_send: set[Lane],
    tx: Transaction,
    now: datetime,
    services: Services,
) -> list[Reading]:
    followed = following.resolved(
        [following.Told(one.shop, one.events) for one in understood],
        tx=tx,
        now=now,
        services=services,
    )
    understood = [
        replace(one, events=told.events)
        for one, told in zip(understood, followed, strict=True)
    ]
    events = [event for one in understood for event in one.events]
    met = knowing.learn(events, tx=tx, now=now, services=services)
    acquainting.join_customers(_customers_merged(understood), tx=tx, now=now)
    remembered = remembering.remember(
        {one.shop.id: one.shop for one in understood if one.shop is not None},
        _heard(understood),
        tx=tx,
        now=now,
        services=services,
    )
    following.follow(followed, tx=tx, now=now, services=services)
    backfills.wake(tx, _with_a_past(understood), now=now)
    of_shops = [(one.shop.id, one.events) for one in understood if one.shop is not None]
    noticing.note(of_shops, tx=tx, now=now)
    refused = receipts.note(events, tx=tx, now=now, services=services)
    said = [(one.webhook.id, one.events) for one in understood]
    spoken = chatting.hear(said, met, tx=tx, now=now)
    obeyed = obeying.obey(spoken, tx=tx, now=now, services=services)
    answered = buyers_answers.note(spoken, tx=tx, now=now, services=services)
    filled = hearing_carts.note(spoken, tx=tx, now=now, services=services)
    shown = product_questions.note(spoken, tx=tx, now=now, services=services)
    words = [*remembered.words, *refused, *obeyed.words]
    told = _with_who_is_asked(understood, words, tx, now, services)
    proposals = proposing.propose(
        edits_told.each_as_first_told(told, tx=tx, services=services),
        remembered.contacts,
        tx=tx,
        now=now,
        services=services,
    )
    of_others = requests.note(
        [(one.webhook, one.events) for one in understood],
        tx=tx,
        now=now,
        services=services,
    )
    # As the last lock that is taken: see storage.ledger.
    ledger.record(tx, words, now=now, sealer=services.sealer)
    to_send |= remembered.lanes | proposals.lanes | obeyed.lanes | answered.lanes
    to_send |= shown.lanes
    replied = {**filled.occasions, **obeyed.occasions, **answered.occasions}
    replied |= shown.occasions
    readings = []
    for one, about in zip(understood, followed, strict=True):
        if one.webhook.id in of_others:
            readings.append(_ignored(one.webhook, "another_shop", now))
        elif not about.is_known:
            readings.append(_ignored(one.webhook, "unknown_number", now))
        else:
            readings.append(
                _done(one, _outcome(one, proposals, replied, shown.unanswered), now)
            )
    return readings


def _with_who_is_asked(
    understood: Sequence[Understood],
    words: Sequence[Word],
    tx: Transaction,
    now: datetime,
    services: Services,
) -> list[proposing.Told]:
    """What may call for a message: the news, and a yes that is to be confirmed."""
    known = {one.shop.id: one.shop for one in understood if one.shop is not None}
    # What is said in WhatsApp names the number that it is said to, and no shop.
    strange = {each.shop_id for each in asking_twice.wishes(words, now=now)}
    known |= shops.known_by_id(tx, strange - known.keys(), sealer=services.sealer)
    agreed = asking_twice.agreed(words, known, tx=tx, now=now, services=services)
    return [
        *((one.webhook.id, one.shop, one.news) for one in understood),
        *((_NO_WEBHOOK, known[id_], events) for id_, events in agreed.items()),
    ]


def _customers_merged(
    understood: Sequence[Understood],
) -> list[tuple[ShopId, CustomersMerged]]:
    return [
        (one.shop.id, event)
        for one in understood
        if one.shop is not None
        for event in one.events
        if isinstance(event, CustomersMerged)
    ]


def _with_a_past(understood: Sequence[Understood]) -> set[ShopId]:
    """The shops whose stores say that they have written it."""
    return {
        one.shop.id
        for one in understood
        if one.shop is not None
        and any(isinstance(event, PastWritten) for event in one.events)
    }


def _heard(understood: Sequence[Understood]) -> dict[ShopId, list[Heard]]:
    """What each shop's webhooks told, and by which of them."""
    heard: defaultdict[ShopId, list[Heard]] = defaultdict(list)
    for one in understood:
        if one.shop is not None:
            heard[one.shop.id] += [
                Heard(
                    event,
                    one.webhook.id,
                    one.webhook.arrived_at,
                    one.webhook.told_by,
                )
                for event in one.events
            ]
    return heard


def _outcome(
    one: Understood,
    proposals: Proposals,
    replied: Mapping[int, str],
    unanswered: Mapping[int, str],
) -> Mapping[str, Any] | None:
    """``unanswered`` says why a person has to answer."""
    outcome = proposals.outcomes.get(one.webhook.id)
    if outcome is None:
        return None
    if one.webhook.id in replied:
        return {**outcome, REPLY.name: replied[one.webhook.id]}
    if one.webhook.id in unanswered:
        return {**outcome, "product_question": unanswered[one.webhook.id]}
    return outcome


def _done(one: Understood, outcome: Mapping[str, Any] | None, now: datetime) -> Reading:
    return Reading(
        webhook_id=one.webhook.id,
        state=State.DONE,
        reason=None,
        attempts=one.webhook.attempts,
        next_attempt_at=now,
        shop_id=None if one.shop is None else one.shop.id,
        order_id=remembering.order_of(one.events),
        outcome=outcome,
    )
