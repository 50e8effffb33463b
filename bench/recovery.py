"""``recovery``: how long what a killed worker held takes to reach Meta all the same."""

import argparse
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread
from typing import Any

from bench import report
from bench.opening import open_shops
from bench.posting import Account, post
from bench.report import spread
from bench.stage import Plan, Stage, stage
from bench.storm import CONFIRMATION
from bench.through import orders

_RATE = 20
_THROUGHPUT = 25
"""Little more than the rate: so workers always hold messages for their slots."""
_BETWEEN_KILLS_SECONDS = 8.0
_FIRST_KILL_SECONDS = 5.0
_AT_WORK_SECONDS = 1.0
_P50_SECONDS, _P99_SECONDS = 15.0, 30.0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="recovery", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    kills = 4 if said.quick else said.kills
    figures = measure(kills, random.Random(said.seed))
    figures["seed"] = said.seed
    return report.keep("recovery", figures, failures=_missed(figures))


def measure(kills: int, chance: random.Random) -> dict[str, Any]:
    """Kill one worker after the other under a light flow, each time one that holds
    messages; and look what became of these and of the webhooks being read."""
    with stage(Plan(workers=2)) as made:
        [shop] = open_shops(made, 1, throughput=_THROUGHPUT)
        made.meta.post("settings", {"latency_ms": [50, 150]})
        seconds = _FIRST_KILL_SECONDS + kills * _BETWEEN_KILLS_SECONDS
        deliveries = orders(int(_RATE * seconds), [shop], _RATE)
        killed_at: list[float] = []
        held: dict[str, float] = {}
        axe = Thread(target=_kill, args=(made, kills, chance, killed_at, held))
        axe.start()
        account = post(deliveries, made.web_port)
        axe.join()
        made.wait_for(lambda: _is_settled(made), seconds=90, step=0.5)
        return _account(made, account, killed_at, held)


def _kill(
    made: Stage,
    kills: int,
    chance: random.Random,
    killed_at: list[float],
    held: dict[str, float],
) -> None:
    """``held`` gets all messages that somebody held at a kill, and when it was."""
    time.sleep(_FIRST_KILL_SECONDS)
    for _ in range(kills):
        workers = made.children("worker")
        holding = made.rows("SELECT id FROM messages WHERE queue = 'sending'")
        moment = time.time()
        if workers:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
            killed_at.append(moment)
            held |= {id_: moment for (id_,) in holding}
        time.sleep(_BETWEEN_KILLS_SECONDS * chance.uniform(0.8, 1.2))


def _is_settled(made: Stage) -> bool:
    [(left,)] = made.rows("SELECT count(*) FROM messages WHERE queue IS NOT NULL")
    return left == 0 and made.backlog() == (0, 0)


def _account(
    made: Stage, account: Account, killed_at: list[float], held: dict[str, float]
) -> dict[str, Any]:
    ledger = made.ledger()
    accepted: dict[str, float] = {}
    for line in ledger:
        id_ = str(line["biz_opaque_callback_data"]).rpartition(":")[0]
        accepted.setdefault(id_, line["time"])
    # Those whose sender vanished; the other worker's messages went out as ever.
    orphans = {
        id_
        for (id_,) in made.rows(
            """SELECT id FROM messages WHERE story @> '[{"what": "sender_vanished"}]'"""
        )
    }
    in_sending = [
        accepted[id_] - moment
        for id_, moment in held.items()
        if id_ in orphans and accepted.get(id_, 0.0) > moment
    ]
    settled_by_report = sum(
        id_ in orphans and accepted.get(id_, moment + 1) <= moment
        for id_, moment in held.items()
    )
    by_recipient = {line["to"]: line["time"] for line in ledger}
    in_reading = [
        by_recipient[recipient] - moment
        for one in account.posted
        for recipient, template in one.delivery.hook.occasions
        for moment in killed_at
        if template == CONFIRMATION
        and one.acked_at is not None
        and moment - _AT_WORK_SECONDS <= one.acked_at <= moment
        and by_recipient.get(recipient, 0.0) > moment
    ]
    return {
        "kills": len(killed_at),
        "events": len(account.posted),
        "accepted": len(accepted),
        "doubled": len(ledger) - len(accepted),
        "orphaned_messages": len(orphans),
        "orphans_that_meta_had_taken": settled_by_report,
        "orphans_sent_again": len(in_sending),
        "kill_to_meta_seconds": spread(in_sending, scale=1.0),
        "acked_just_before_a_kill": len(in_reading),
        "kill_to_meta_of_those_seconds": spread(in_reading, scale=1.0),
        "left": dict(
            made.rows(
                "SELECT state, count(*) FROM messages WHERE queue IS NOT NULL"
                " GROUP BY 1"
            )
        ),
    }


def _missed(figures: dict[str, Any]) -> list[str]:
    missed = []
    took = figures["kill_to_meta_seconds"]
    if figures["orphans_sent_again"] == 0:
        missed.append("no killed worker held anything: nothing was measured")
    if took["p50"] > _P50_SECONDS:
        missed.append(f"the median is {took['p50']} s, over {_P50_SECONDS:g}")
    if took["p99"] > _P99_SECONDS:
        missed.append(f"p99 is {took['p99']} s, over {_P99_SECONDS:g}")
    if figures["accepted"] != figures["events"]:
        missed.append(f"{figures['accepted']} of {figures['events']} were accepted")
    if figures["doubled"]:
        missed.append(f"{figures['doubled']} were sent twice")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
