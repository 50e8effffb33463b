"""``rotation``: secrets are changed and the program is deployed under load.

Behind nginx stand two webs. Every step restarts all of the program as the guide says,
one web after the other, while webhooks keep coming: none may be refused, lost or
doubled.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import report
from bench.opening import Shop, open_shops
from bench.peers.nginx import nginx_before, program
from bench.posting import Account, post
from bench.report import spread
from bench.stage import SHOPIFY_SECRET, Plan, Stage, stage
from bench.storm import Delivery
from bench.through import orders

_RATE = 50
_SHOPS = 5
_PATIENCE_SECONDS = 60.0
_REPORTS_WITHIN_SECONDS = 3.0
_PARTS = ("web", "other_web", "worker", "scheduler")
_NEW_SECRET = "the-new-secret-of-the-app-of-the-store"
_NEW_KEY = "the-new-key-for-benches-that-is-long-enough"

Step = tuple[str, Callable[[Stage], None], Sequence[str]]
"""What is done, and the secrets that Shopify signs with meanwhile."""


def _deploy(made: Stage) -> None:
    made.release()
    for part in _PARTS:
        made.restart(part)


def _with(**changed: str) -> Callable[[Stage], None]:
    def change(made: Stage) -> None:
        made.env |= changed
        _deploy(made)

    return change


def _steps(key: str) -> Sequence[Step]:
    old, new = SHOPIFY_SECRET, _NEW_SECRET
    return (
        ("deploy", _deploy, (old,)),
        ("a new API secret", _with(SHOPIFY_API_SECRET=f"{old},{new}"), (old,)),
        ("both in use", lambda _made: None, (old, new)),
        ("the new one alone", _with(SHOPIFY_API_SECRET=new), (new,)),
        ("a new data key", _with(SECRET_KEYS=f"{key},{_NEW_KEY}"), (new,)),
        ("put in front", _with(SECRET_KEYS=f"{_NEW_KEY},{key}"), (new,)),
    )


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="rotation", description=__doc__)
    parser.add_argument("--seconds", type=int, default=45, help="for each step")
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    if program() is None:
        print("left out: nginx is not installed")
        return 0
    seconds = 20 if said.quick else said.seconds
    plan = Plan(runs=("meta", "web", "other_web", "worker", "scheduler"))
    with stage(plan) as made, TemporaryDirectory(prefix="sosik-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with nginx_before(
            made.web_port, folder, other_web_port=made.other_web_port
        ) as nginx:
            figures = _measured(made, nginx.port, seconds)
    return report.keep("rotation", figures, failures=_missed(figures))


def _measured(made: Stage, port: int, seconds: int) -> dict[str, Any]:
    shops = open_shops(made, _SHOPS, throughput=1000)
    figures: dict[str, Any] = {}
    posted: Counter[str] = Counter()
    recipients: set[str] = set()
    steps = _steps(made.env["SECRET_KEYS"])
    with ThreadPoolExecutor(1) as beside:
        for place, (name, act, secrets) in enumerate(steps):
            deliveries = _flow(place, seconds, shops, secrets)
            flow = beside.submit(post, deliveries, port)
            began = time.monotonic()
            act(made)
            took = time.monotonic() - began
            account = flow.result()
            figures[name] = _of_step(account, took)
            posted.update(account.answers)
            recipients |= {to for each in deliveries for to, _ in each.hook.occasions}
    # Two looks apart: Meta's last reports may still be on their way at the first.
    for _ in range(2):
        made.wait_for(lambda: made.backlog() == (0, 0), seconds=_PATIENCE_SECONDS)
        time.sleep(_REPORTS_WITHIN_SECONDS)
    accepted = Counter(line["to"] for line in made.ledger())
    states = made.rows("SELECT state, count(*) FROM webhooks GROUP BY 1")
    unread = made.rows(
        "SELECT topic, state, attempts, reason FROM webhooks"
        " WHERE state <> 'done' LIMIT 10"
    )
    figures["all"] = {
        "answers": dict(posted),
        "webhooks": dict(states),
        "messages_expected": len(recipients),
        "unread": [str(row) for row in unread],
        "lost": len(recipients - accepted.keys()),
        "doubled": sum(count - 1 for count in accepted.values()),
    }
    figures["seconds_of_a_step"] = seconds
    return figures


def _flow(
    place: int, seconds: int, shops: Sequence[Shop], secrets: Sequence[str]
) -> list[Delivery]:
    count = _RATE * seconds
    flow = orders(count, shops, _RATE, first=place * 1_000_000)
    return [
        replace(each, hook=replace(each.hook, secret=secrets[number % len(secrets)]))
        for number, each in enumerate(flow)
    ]


def _of_step(account: Account, took: float) -> dict[str, Any]:
    return {
        "seconds": round(took, 1),
        "answers": dict(account.answers),
        "ack_ms": spread(account.latencies),
    }


def _missed(figures: dict[str, Any]) -> list[str]:
    every = figures["all"]
    others = sorted(every["answers"].keys() - {"200"})
    missed = [f"{every['answers'][word]} were answered {word}" for word in others]
    missed += [f"{every[what]} {what}" for what in ("lost", "doubled") if every[what]]
    missed += [f"not read: {row}" for row in every["unread"]]
    most = figures["seconds_of_a_step"]
    missed += [
        f"{name}: took longer than the flow"
        for name, step in figures.items()
        if isinstance(step, dict) and step.get("seconds", 0) > most
    ]
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
