"""``deciding``: what a decision costs with all rules, beside the first twelve alone.

The same messages are decided by both lists in turns, on facts that are read anew each
time; nothing is written and nothing is sent. So are news and then offers. What only the
gates of offers look at is not read for the first twelve.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from bench import report
from bench.carts import REMINDED_AFTER, agree, cart_hook, have_looked
from bench.opening import Shop, open_shops
from bench.sending import prepare
from bench.stage import Plan, Stage, stage
from bench.storm import order_hook, parcel_hook
from core.lanes import LANES, Lane
from core.values import MessageId
from notifications import deciding, offering, senders, surroundings
from notifications.flows import Flows
from notifications.offering import Audience
from notifications.ports import Services
from notifications.rules import consent, decision, news, pacing
from notifications.rules.decision import Rule, Send, decide
from notifications.rules.objections import Facts
from storage import chats, slots
from storage import facts as storage_facts
from storage.tenancy import Crossing
from wiring.services import build

_MOST_TIMES = 1.5
_BATCH = 100
_EVERY_LANE = [Lane(lane) for lane in range(LANES)]

FIRST_RULES: tuple[Rule, ...] = (
    news.must_be_switched_on,
    news.must_not_be_stale,
    news.must_know_the_order,
    news.must_still_be_true,
    consent.must_be_reachable,
    consent.must_have_agreed,
    pacing.must_be_connected,
    pacing.must_not_be_parked,
    pacing.must_have_its_template,
    consent.must_not_be_sold_as_news,
    pacing.must_come_after_the_one_before,
    pacing.must_not_flood_one_person,
)
"""What the first two automations needed."""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="deciding", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    if said.quick:
        said.messages, said.rounds = 1_000, 3
    with stage(Plan(runs=("meta",))) as made:
        shops = open_shops(made, 20, throughput=1000)
        with closing(build(made.settings)) as services:
            ids = _news(said.messages, datetime.now(UTC), shops, made)
            news = _compared(ids, said.rounds, services, now=services.clock())
            # In the afternoon, where those live who have left something.
            at = (services.clock() - timedelta(days=1)).replace(hour=16)
            ids = _offers(said.messages, at, shops, made, services)
            offers = _compared(ids, said.rounds, services, now=at + REMINDED_AFTER)
    figures = news | {
        "offers": offers,
        "offers_beside_news": round(
            offers["us_per_decision"]["all"] / news["us_per_decision"]["first"], 3
        ),
    }
    # The reading of a cart alone is a third of that of an order and its parcels: what
    # the gates add to it is told, and what an offer may cost is held against news.
    missed = [
        f"{name}: {times} times as much, over {_MOST_TIMES}"
        for name, times in (
            ("news", news["times_as_much"]),
            ("offers beside news", figures["offers_beside_news"]),
        )
        if times > _MOST_TIMES
    ]
    return report.keep("deciding", figures, failures=missed)


def _news(
    count: int, now: datetime, shops: Sequence[Shop], made: Stage
) -> list[MessageId]:
    """An order and its parcel, told by half as many buyers."""
    hooks = []
    for number in range(count // 2):
        domain = shops[number % len(shops)].domain
        order_id, parcel_id = f"order-{number}", f"parcel-{number}"
        hooks += [
            order_hook(number, domain, now, "orders/create", order_id),
            parcel_hook(number, domain, now, "fulfillments/create", parcel_id),
        ]
    prepare(made, hooks)
    return _ids(made, "transactional")


def _offers(
    count: int,
    at: datetime,
    shops: Sequence[Shop],
    made: Stage,
    services: Services,
) -> list[MessageId]:
    """As many people have each left a cart, and agreed to offers."""
    whose = [shops[number % len(shops)] for number in range(count)]
    for place, shop in enumerate(shops):
        agree(shop.id, range(place, count, len(shops)), services, at=at)
    hooks = [
        cart_hook(number, shop.domain, number, at) for number, shop in enumerate(whose)
    ]
    prepare(made, hooks)
    have_looked(services, at=at + REMINDED_AFTER)
    with made.database() as connection:  # as it was at that time
        connection.execute("UPDATE numbers SET next_slot_at = %s", [at])
        due = "UPDATE messages SET due_at = %s WHERE scope = 'marketing'"
        connection.execute(due, [at + REMINDED_AFTER])
    return _ids(made, "marketing")


def _ids(made: Stage, scope: str) -> list[MessageId]:
    rows = made.rows("SELECT id FROM messages WHERE scope = %s", scope)
    return [MessageId(row[0]) for row in rows]


def _compared(
    ids: Sequence[MessageId], rounds: int, services: Services, *, now: datetime
) -> dict[str, Any]:
    ways: dict[str, tuple[tuple[Rule, ...], Callable[[], Any]]] = {
        "first": (FIRST_RULES, _without_gates),
        "all": (decision.POLICY, nullcontext),
    }
    whole: dict[str, list[float]] = {name: [] for name in ways}
    alone: dict[str, list[float]] = {name: [] for name in ways}
    known = _decided(ids, now, services)
    for _ in range(rounds):
        for name, (rules, reading) in ways.items():
            with _policy(rules), reading():
                whole[name].append(_seconds(lambda: _decided(ids, now, services)))
                alone[name].append(_seconds(lambda: _decide_all(known, now)))
    return {
        "messages": len(ids),
        "rules": {name: len(rules) for name, (rules, _) in ways.items()},
        "may_leave": sum(decide(facts, now=now) == Send() for facts in known),
        "us_per_decision": _each(whole, len(ids)),
        "us_per_decision_without_reading": _each(alone, len(ids)),
        "times_as_much": _times(whole),
        "times_as_much_without_reading": _times(alone),
    }


@contextmanager
def _without_gates() -> Iterator[None]:
    """Nothing is read that only the gates of offers look at."""
    usual = offering.audience_of, chats.has_unread
    vars(offering)["audience_of"] = lambda *_, book, **__: Audience({}, book)
    vars(chats)["has_unread"] = lambda *_, **__: False
    try:
        yield
    finally:
        vars(offering)["audience_of"], vars(chats)["has_unread"] = usual


@contextmanager
def _policy(rules: tuple[Rule, ...]) -> Iterator[None]:
    usual = decision.POLICY
    vars(decision)["POLICY"] = rules
    try:
        yield
    finally:
        vars(decision)["POLICY"] = usual


def _decided(
    ids: Sequence[MessageId], now: datetime, services: Services
) -> list[Facts]:
    """Decide about all, batch by batch; answer the facts that were read for it."""
    seen: list[Facts] = []
    for first in range(0, len(ids), _BATCH):
        with services.transactions.across(Crossing.SENDING) as tx:
            part = ids[first : first + _BATCH]
            batch = storage_facts.known(tx, part, sealer=services.sealer)
            automations = services.automations
            switches = surroundings.switches_of(tx, batch, automations)
            flows = Flows(automations, switches)
            around = surroundings.surroundings_of(
                tx, batch, automations, switches, flows, book=services.book, now=now
            )
            ready = slots.ready_shops(tx, _EVERY_LANE, now=now)
            free = senders.free_senders(ready, _BATCH * len(ready), now)
            for message in batch:
                automation = services.automations[message.automation]
                sender = senders.sender_for(None, free.get(message.shop_id, ()))
                decided = deciding.decided(message, around, automation, sender, now=now)
                seen.append(decided.facts)
    return seen


def _decide_all(known: Sequence[Facts], now: datetime) -> None:
    for facts in known:
        decide(facts, now=now)


def _seconds(do: Callable[[], Any]) -> float:
    """Processor time of our own process."""
    started = time.process_time()
    do()
    return time.process_time() - started


def _each(costs: dict[str, list[float]], count: int) -> dict[str, float]:
    return {name: round(1e6 * median(c) / count, 1) for name, c in costs.items()}


def _times(costs: dict[str, list[float]]) -> float:
    pairs = zip(costs["all"], costs["first"], strict=True)
    return round(median(every / first for every, first in pairs), 3)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
