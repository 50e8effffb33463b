"""``through``: how long from a webhook to the message at Meta, at a steady rate."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bench import report
from bench.opening import Shop, open_shops
from bench.posting import Account, post
from bench.report import spread
from bench.stage import Plan, Stage, stage
from bench.storm import CONFIRMATION, Delivery, order_hook

_SHOPS = 20
_AFTERWARDS_SECONDS = 2.0
_PATIENCE_SECONDS = 120.0

BARS = {100: {"p50": 100.0, "p99": 500.0}}
"""Milliseconds, at so many webhooks a second."""


def orders(
    count: int, shops: Sequence[Shop], rate: float, *, first: int = 0
) -> list[Delivery]:
    """One order after the other, at a steady rate, each from the next shop."""
    now = datetime.now(UTC)
    return [
        Delivery(
            order_hook(
                first + number,
                shops[number % len(shops)].domain,
                now,
                "orders/create",
                f"order-{first + number}",
            ),
            number / rate,
        )
        for number in range(count)
    ]


def delays(stage: Stage, account: Account) -> list[float]:
    """Seconds from each webhook's intended time to its message at Meta."""
    at_meta = {line["to"]: line["time"] for line in stage.ledger()}
    waits = []
    for one in account.posted:
        for recipient, template in one.delivery.hook.occasions:
            if template == CONFIRMATION and recipient in at_meta:
                waits.append(at_meta[recipient] - one.meant_at)
    return waits


def measure(made: Stage, shops: Sequence[Shop], rate: int, seconds: int) -> Any:
    count = rate * seconds
    made.meta.delete("ledger")
    deliveries = orders(count, shops, rate, first=rate * 1_000_000 // 10)
    parts = ("web", "worker", "scheduler")
    busy_before = {name: made.cpu_seconds(name) for name in (*parts, "postgres")}
    account = post(deliveries, made.web_port)
    time.sleep(_AFTERWARDS_SECONDS)
    left = made.backlog()
    busy = {
        name: round(1e6 * (made.cpu_seconds(name) - before) / count)
        for name, before in busy_before.items()
    }
    made.wait_for(lambda: made.backlog() == (0, 0), seconds=_PATIENCE_SECONDS)
    waits = delays(made, account)
    return {
        "events": count,
        "answers": dict(account.answers),
        "ack_ms": spread(account.latencies),
        "webhook_to_meta_ms": spread(waits),
        "webhooks_left_after_2_s": left[0],
        "messages_left_after_2_s": left[1],
        "accepted_by_meta": len(waits),
        "cpu_us_per_event": busy,
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="through", description=__doc__)
    parser.add_argument("--rates", default="100,500", help="webhooks a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    seconds = 10 if said.quick else said.seconds
    figures: dict[str, Any] = {}
    failures: list[str] = []
    with stage(Plan(workers=2)) as made:
        shops = open_shops(made, _SHOPS, throughput=1000)
        made.meta.post("settings", {"latency_ms": [50, 150]})
        post(orders(100, shops, 50, first=9_000_000), made.web_port)  # warm
        made.wait_for(lambda: made.backlog() == (0, 0), seconds=30)
        for rate in (int(word) for word in said.rates.split(",")):
            one = figures[f"at_{rate}_a_second"] = measure(made, shops, rate, seconds)
            failures += _missed(rate, one)
    return report.keep("through", figures, failures=failures)


def _missed(rate: int, one: dict[str, Any]) -> list[str]:
    missed = []
    for share, most in BARS.get(rate, {}).items():
        took = one["webhook_to_meta_ms"][share]
        if took > most:
            missed.append(f"{share} at {rate}/s is {took} ms, over {most:g}")
    piled = one["webhooks_left_after_2_s"] + one["messages_left_after_2_s"]
    if piled > 0.2 * rate:
        missed.append(f"{piled} left two seconds after {rate}/s")
    if one["accepted_by_meta"] != one["events"]:
        missed.append(f"{one['accepted_by_meta']} of {one['events']} reached Meta")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
