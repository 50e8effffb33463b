"""``deciding``: what a decision costs with all rules, beside the first twelve alone.

The same messages are decided by both lists in turns, on facts that are read anew each
time; nothing is written and nothing is sent.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Any

from bench import report
from bench.opening import open_shops
from bench.sending import prepare
from bench.stage import Plan, stage
from bench.storm import order_hook, parcel_hook
from core.lanes import LANES, Lane
from core.values import MessageId
from notifications import deciding, senders
from notifications.ports import Services
from notifications.rules import consent, decision, news, pacing
from notifications.rules.decision import Rule, decide
from notifications.rules.objections import Facts
from storage import facts as storage_facts
from storage import slots
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
        now = datetime.now(UTC)
        hooks = []
        for number in range(said.messages // 2):
            domain = shops[number % len(shops)].domain
            order_id, parcel_id = f"order-{number}", f"parcel-{number}"
            hooks += [
                order_hook(number, domain, now, "orders/create", order_id),
                parcel_hook(number, domain, now, "fulfillments/create", parcel_id),
            ]
        prepare(made, hooks)
        ids = [MessageId(row[0]) for row in made.rows("SELECT id FROM messages")]
        services = build(made.settings)
        try:
            figures = _compared(ids, said.rounds, services)
        finally:
            services.close()
    times = figures["times_as_much"]
    is_too_much = times > _MOST_TIMES
    failures = [f"{times} times as much, over {_MOST_TIMES}"] if is_too_much else []
    return report.keep("deciding", figures, failures=failures)


def _compared(
    ids: Sequence[MessageId], rounds: int, services: Services
) -> dict[str, Any]:
    lists = {"first": FIRST_RULES, "all": decision.POLICY}
    whole: dict[str, list[float]] = {name: [] for name in lists}
    alone: dict[str, list[float]] = {name: [] for name in lists}
    now = services.clock()
    known = _decided(ids, now, services)
    for _ in range(rounds):
        for name, rules in lists.items():
            with _policy(rules):
                whole[name].append(_seconds(lambda: _decided(ids, now, services)))
                alone[name].append(_seconds(lambda: _decide_all(known, now)))
    return {
        "messages": len(ids),
        "rules": {name: len(rules) for name, rules in lists.items()},
        "us_per_decision": _each(whole, len(ids)),
        "us_per_decision_without_reading": _each(alone, len(ids)),
        "times_as_much": _times(whole),
        "times_as_much_without_reading": _times(alone),
    }


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
            around = deciding.surroundings_of(
                tx, batch, services.automations, book=services.book, now=now
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
