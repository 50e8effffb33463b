"""``fairness``: what one shop's storm costs another shop's customers."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from bench import report
from bench.opening import open_shops
from bench.posting import Account, post
from bench.report import percentile, spread
from bench.stage import Plan, stage
from bench.storm import Delivery, order_hook
from bench.through import delays, orders

_CALM_SECONDS = 20
_STORM_RATE = 500.0
_AFTERWARDS_SECONDS = 10
_MOST_EXTRA_SECONDS = 1.0
_QUIET_ORDERS_FROM = 5_000_000


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="fairness", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="events in the storm")
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    figures = measure(3_000 if said.quick else said.count)
    missed = []
    if figures["extra_seconds_at_most"] > _MOST_EXTRA_SECONDS:
        missed.append(f"a customer waited {figures['extra_seconds_at_most']} s longer")
    if figures["quiet_shop_unsent"]:
        missed.append(f"{figures['quiet_shop_unsent']} of the quiet shop never left")
    return report.keep("fairness", figures, failures=missed)


def measure(count: int) -> dict[str, Any]:
    storm_seconds = count / _STORM_RATE
    with stage(Plan(workers=2)) as made:
        loud, quiet = open_shops(made, 2, throughput=1000)
        made.meta.post("settings", {"latency_ms": [50, 150]})
        post(orders(50, [loud, quiet], 50, first=9_000_000), made.web_port)  # warm
        lasts = int(_CALM_SECONDS + storm_seconds + _AFTERWARDS_SECONDS)
        now = datetime.now(UTC)
        each_second = [
            Delivery(
                order_hook(
                    _QUIET_ORDERS_FROM + number,
                    quiet.domain,
                    now,
                    "orders/create",
                    f"quiet-{number}",
                ),
                float(number),
            )
            for number in range(lasts)
        ]
        storm = orders(count, [loud], _STORM_RATE)
        quietly: list[Account] = []
        calls = Thread(target=lambda: quietly.append(post(each_second, made.web_port)))
        calls.start()
        time.sleep(_CALM_SECONDS)
        began_at = time.time()
        stormy = post(storm, made.web_port)
        calls.join()
        made.wait_for(lambda: made.backlog() == (0, 0), seconds=120)
        [account] = quietly
        waits = dict(
            zip([one.meant_at for one in account.posted], delays(made, account))  # noqa: B905
        )
        calm = [wait for at, wait in waits.items() if at < began_at - 1]
        during = [wait for at, wait in waits.items() if at >= began_at]
        usual = percentile(calm, 0.5)
        return {
            "storm_events": count,
            "storm_rate": _STORM_RATE,
            "storm_ack_ms": spread(stormy.latencies),
            "storm_webhook_to_meta_ms": spread(delays(made, stormy)),
            "calm_ms": spread(calm),
            "during_storm_ms": spread(during),
            "extra_seconds_at_most": round(max(during, default=0.0) - usual, 3),
            "quiet_shop_unsent": len(account.posted) - len(waits),
        }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
