"""``faults``: a storm of webhooks under kill -9, and then an account of each of them.

Webhooks pour in, repeated and in a muddle, while processes are killed and stopped, Meta
answers badly or late, its reports stop for a while, and Valkey is emptied. Afterwards
every webhook that we acknowledged must have been read, and Meta must have accepted the
message for each occasion exactly once.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Any

from bench import report, verdict
from bench.axe import Axe
from bench.opening import open_shops
from bench.posting import post
from bench.report import spread
from bench.stage import Plan, Stage, stage
from bench.storm import storm
from bench.verdict import Expected
from notifications.rules import doubt

_OUTAGE_SECONDS = 20.0
_JUDGED_AFTER_SECONDS = 60.0

META_FAULTS = [
    {"kind": "slow", "share": 0.03, "ms": [1000, 4000]},
    {"kind": "refuse", "share": 0.01},
    {"kind": "reset_before", "share": 0.02},
    {"kind": "reset_after", "share": 0.02},
    {"kind": "error_before", "share": 0.02},
    {"kind": "error_after", "share": 0.02},
    {"kind": "hang_before", "share": 0.003},
    {"kind": "hang_after", "share": 0.003},
    {"kind": "refusal", "share": 0.02, "code": 131016},
    {"kind": "refusal", "share": 0.002, "code": 130429},
    {"kind": "refusal", "share": 0.005, "code": 131056},
]
"""Late answers, resets and errors before and after accepting, and "later"."""

_SLOWING = (130429, 131056)
"""What makes a number or a person wait for long."""

META_STATUSES = {
    "double_share": 0.1,
    "late_share": 0.1,
    "late_ms": [2000, 8000],
    "lone_share": 0.05,
    "skip_sent_share": 0.1,
    "shuffle": True,
}
"""Whatever is skipped, Meta reports on every message that it took: see
``docs/adr/0004``, and what remains there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """``kills`` is how many to aim at; ``settle_seconds`` the longest wait for the
    last message, from the moment on when reports flow again. Without
    ``has_slow_refusals`` Meta refuses nothing for which one has to wait for long."""

    seed: int
    count: int
    rate: float
    kills: int
    shops: int = 20
    outage_seconds: float = _OUTAGE_SECONDS
    settle_seconds: float = 400.0
    broken: str | None = None
    has_slow_refusals: bool = True


def run(trial: Trial) -> dict[str, Any]:
    """One storm, and what came of it; ``failures`` names each broken promise."""
    with stage(Plan(broken=trial.broken)) as made:
        shops = open_shops(made, trial.shops)
        if trial.broken == "unique":
            _drop_unique_indexes(made)
        made.meta.post(
            "settings",
            {
                "seed": trial.seed,
                "faults": [
                    fault
                    for fault in META_FAULTS
                    if trial.has_slow_refusals or fault.get("code") not in _SLOWING
                ],
                "statuses": META_STATUSES,
                "latency_ms": [20, 120],
            },
        )
        deliveries = storm(
            trial.count,
            [shop.domain for shop in shops],
            rate=trial.rate,
            seed=trial.seed,
        )
        return _weather(made, trial, deliveries)


def _weather(made: Stage, trial: Trial, deliveries: Sequence[Any]) -> dict[str, Any]:
    lasts_seconds = len(deliveries) / trial.rate
    axe = Axe(made, seed=trial.seed, times=trial.kills, seconds=lasts_seconds)
    outages = Thread(target=_outages, args=(made, trial, lasts_seconds))
    began_at = time.monotonic()
    axe.start()
    outages.start()
    account = post(deliveries, made.web_port)
    axe.finish()
    outages.join()
    flowing_at = time.monotonic()
    expected = Expected.of(deliveries)
    settled_after = _until_settled(made, flowing_at, _JUDGED_AFTER_SECONDS)
    doubts = verdict.of_doubts(made)
    if settled_after is None:
        settled_after = _until_settled(made, flowing_at, trial.settle_seconds)
    webhooks = verdict.of_webhooks(made, account, expected)
    messages = verdict.of_messages(made, expected)
    state = made.meta.get("state")
    return {
        "seed": trial.seed,
        "broken": trial.broken,
        "kills": sum(axe.kills.values()),
        "killed": dict(axe.kills),
        "stops": axe.stops,
        "restarts": {
            name: made.lives(name) - 1 for name in ("web", "worker", "scheduler")
        },
        "storm_seconds": round(flowing_at - began_at, 1),
        "settled_seconds_after": settled_after,
        "webhooks": webhooks,
        "messages": messages,
        "doubts_after_60_s": doubts,
        "acceptance": _acceptance(made, account),
        "meta_faults": state["faults_struck"],
        "meta_counts": state["counts"],
        "failures": verdict.failures(webhooks, messages, doubts),
    }


def _outages(made: Stage, trial: Trial, lasts_seconds: float) -> None:
    """Reports stop twice, the second time until after the storm; Valkey is emptied."""
    time.sleep(0.25 * lasts_seconds)
    made.meta.post("pause")
    time.sleep(min(trial.outage_seconds, 0.25 * lasts_seconds))
    made.flush_valkey()
    time.sleep(max(0.0, trial.outage_seconds - 0.25 * lasts_seconds))
    made.meta.post("resume")
    time.sleep(0.25 * lasts_seconds)
    made.meta.post("pause")
    time.sleep(trial.outage_seconds)
    made.meta.post("resume")


def _until_settled(made: Stage, since: float, seconds: float) -> float | None:
    """Seconds until nothing was left to do and nothing in doubt but what a person must
    decide; None if not in time. What waits for an order that was never acknowledged
    waits for hours, as it should."""
    while time.monotonic() - since < seconds:
        [(left,)] = made.rows(
            "SELECT (SELECT count(*) FROM webhooks WHERE state = 'pending')"
            " + (SELECT count(*) FROM messages WHERE queue IS NOT NULL"
            f"    AND NOT (queue = 'unsure' AND resends >= {doubt.MOST_RESENDS})"
            "    AND NOT (queue = 'waiting'"
            "      AND coalesce(reason, '') = 'order_unknown'))"
        )
        if left == 0:
            return round(time.monotonic() - since, 1)
        time.sleep(0.5)
    return None


def _acceptance(made: Stage, account: Any) -> dict[str, float]:
    """Seconds from a webhook's first acknowledgement to Meta's acceptance."""
    acked: dict[tuple[str, str], float] = {}
    for one in account.posted:
        for occasion in one.delivery.hook.occasions:
            if one.acked_at is not None:
                known = acked.get(occasion, one.acked_at)
                acked[occasion] = min(known, one.acked_at)
    waits = [
        line["time"] - acked[line["to"], line["template"]]
        for line in made.ledger()
        if (line["to"], line["template"]) in acked
    ]
    return spread(waits, scale=1.0)


def _drop_unique_indexes(made: Stage) -> None:
    with made.database() as connection:
        for table, name in (
            ("messages", "messages_shop_id_occasion_key"),
            ("webhooks", "webhooks_source_shop_domain_dedupe_id_key"),
        ):
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--kills", type=int, default=100, help="in each run")
    parser.add_argument(
        "--break", dest="broken", choices=("unique", "wait", "lease", "hmac")
    )
    parser.add_argument("--quick", action="store_true", help="one small run")
    said = parser.parse_args(words)
    if said.quick:
        said.seeds, said.count, said.kills = "1", 2000, 20
    runs = [
        run(
            Trial(
                seed=int(seed),
                count=said.count,
                rate=said.rate,
                kills=said.kills,
                broken=said.broken,
            )
        )
        for seed in said.seeds.split(",")
    ]
    name = f"faults-broken-{said.broken}" if said.broken else "faults"
    figures = {"count": said.count, "rate": said.rate} | {
        f"seed_{one['seed']}": one for one in runs
    }
    return report.keep(
        name, figures, failures=[each for one in runs for each in one["failures"]]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
