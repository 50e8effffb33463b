"""``sending``: how fast due messages leave, and never faster than a number may."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from bench import report
from bench.opening import Shop, open_shops
from bench.report import percentile
from bench.stage import Plan, Stage, stage
from bench.storm import Hook, order_hook
from core.lanes import Lane, lane_of
from integrations.shopify.envelope import subject_of
from notifications import reading
from notifications.ports import Services
from storage import inbox
from storage.inbox import Arrival, Source
from storage.intake import KeepWebhook
from storage.tenancy import Crossing
from wiring.services import build, build_keeper

_FASTEST = 1000
_SLOWEST = 80
_LEAST_A_SECOND = 800.0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="sending", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--count-at-80", type=int, default=2_000)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    counts = {_FASTEST: said.count, _SLOWEST: said.count_at_80}
    if said.quick:
        counts = {_FASTEST: 3_000, _SLOWEST: 400}
    figures: dict[str, Any] = {}
    for limit, count in counts.items():
        figures[f"limit_{limit}"] = measure(limit, count)
    return report.keep("sending", figures, failures=_missed(figures))


def measure(limit: int, count: int) -> dict[str, Any]:
    with stage(Plan(workers=2, runs=("meta", "web"))) as made:
        shops = open_shops(made, 1, throughput=limit)
        made.meta.post("settings", {"latency_ms": [50, 150]})
        prepare(made, _orders(shops[0], count))
        made.resume("worker")
        made.resume("scheduler")
        # The ledger is long, and asking for it takes the time of who is measured.
        made.wait_for(lambda: _accepted(made) >= count, seconds=60 + count / 40)
        busy = {
            name: round(1e6 * made.cpu_seconds(name) / count)
            for name in ("worker", "postgres")
        }
        moments = sorted(line["time"] for line in made.ledger())
        state = made.meta.get("state")
        refused = {
            name: struck
            for name, struck in state["counts"].items()
            if name.startswith("refused")
        }
    lasted = moments[-1] - moments[0] if len(moments) > 1 else 0.0
    return {
        "messages": count,
        "accepted": len(moments),
        "seconds": round(lasted, 2),
        "a_second": round((len(moments) - 1) / lasted, 1) if lasted else 0.0,
        "busiest_second": busiest_second(moments),
        "median_gap_ms": round(1000 * percentile(_gaps(moments), 0.5), 2),
        "refused_by_meta": refused,
        "cpu_us_per_message": busy,
    }


def _accepted(made: Stage) -> int:
    counts: dict[str, int] = made.meta.get("state")["counts"]
    return counts.get("accepted", 0)


def _orders(shop: Shop, count: int) -> list[Hook]:
    now = datetime.now(UTC)
    return [
        order_hook(number, shop.domain, now, "orders/create", f"due-{number}")
        for number in range(count)
    ]


def prepare(made: Stage, hooks: Sequence[Hook]) -> None:
    """What the store told is read already: the messages are due, and nobody sends
    them."""
    services = build(made.settings)
    keep = build_keeper(made.settings, services)
    try:
        tell(hooks, keep, services)
    finally:
        keep.close()
        services.close()
    made.flush_valkey()


def tell(hooks: Sequence[Hook], keep: KeepWebhook, services: Services) -> None:
    """Stores say this, and all of it is read."""
    for hook in hooks:
        keep(
            Arrival(
                source=Source.SHOPIFY,
                dedupe_id=hook.id,
                topic=hook.topic,
                shop_domain=hook.domain,
                lane=lane_of(hook.domain, subject_of(hook.body)),
                body=hook.body,
                happened_at=hook.happened_at,
                arrived_at=hook.happened_at,
            )
        )
    while lanes := _lanes_to_read(services):
        for lane in lanes:
            reading.read_webhooks(lane, services=services)


def _lanes_to_read(services: Services) -> Sequence[Lane]:
    with services.transactions.across(Crossing.LOOKING) as tx:
        return inbox.lanes_due(tx, now=services.clock())


def busiest_second(moments: Sequence[float]) -> int:
    """The most messages within any one second, wherever it begins."""
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def _gaps(moments: Sequence[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(moments)]


def _missed(figures: dict[str, Any]) -> list[str]:
    fast, slow = figures[f"limit_{_FASTEST}"], figures[f"limit_{_SLOWEST}"]
    missed = []
    if fast["a_second"] < _LEAST_A_SECOND:
        missed.append(f"{fast['a_second']} a second, under {_LEAST_A_SECOND:g}")
    for one, limit in ((fast, _FASTEST), (slow, _SLOWEST)):
        if one["accepted"] != one["messages"]:
            missed.append(f"{one['accepted']} of {one['messages']} were accepted")
        if one["busiest_second"] > limit:
            missed.append(f"{one['busiest_second']} within a second, over {limit}")
        if one["refused_by_meta"]:
            missed.append(f"Meta refused: {one['refused_by_meta']}")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
