"""``reconcile``: a store's day of which some webhooks never arrive, and what is found.

The whole program runs in the sandbox, whose time goes on five minutes at each step. In
each some orders are placed; earlier ones are paid, edited or cancelled, or their
parcels travel on. Of the webhooks that tell of it a share is dropped. At the end each
order must have led to each of its messages, once, and none later than a quarter of an
hour.

``--break comparing`` puts the store's comparison off, so that nothing finds what was
lost: the bench must tell of messages that nobody was told of, or it proves nothing.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bench import report
from bench.lossy_day import LAST_STEP, STEP, Day, a_day
from bench.report import spread
from storage.statements import Statement

_WITHIN = timedelta(minutes=15)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)

_MESSAGES = Statement("""
SELECT order_id, automation, state, reason, wanted_at, accepted_at FROM messages
""")
_FOUND = Statement("SELECT found FROM comparisons")


def measure(
    steps: int, orders: int, share: float, *, broken: str | None = None
) -> dict[str, Any]:
    with a_day() as day:
        if broken == "comparing":
            day.put_off_comparing()
        day.begin(share)
        before = day.counts()
        began = time.monotonic()
        for step in range(steps):
            day.pass_step(step, orders if step < steps - LAST_STEP else 0)
        for step in range(steps, steps + _WITHIN // STEP):
            day.pass_step(step, 0)
        took = time.monotonic() - began
        counts = day.counts() - before
        return {
            "simulated_hours": round((steps + _WITHIN // STEP) * STEP / _HOUR, 2),
            "took_seconds": round(took),
            "orders": len(day.courses),
            "webhooks_delivered": counts["delivered"],
            "webhooks_dropped": counts["dropped"],
            **_what_came_of(day),
        }


def _what_came_of(day: Day) -> dict[str, Any]:
    messages, found = day.rows(_MESSAGES), day.rows(_FOUND)
    at_meta = Counter(
        (line["to"], line["template"])
        for line in day.meta.get("ledger?limit=1000000")["entries"]
    )
    expected = day.expected()
    sent = {
        (m.order_id, m.automation): m.accepted_at - m.wanted_at
        for m in messages
        if m.accepted_at is not None
    }
    missing = expected - sent.keys()
    why = {(m.order_id, m.automation): m.reason for m in messages}
    return {
        "found": found[0].found if found else {},
        "messages_expected": len(expected),
        "messages_sent": len(expected & sent.keys()),
        "sent_by_automation": dict(Counter(name for _, name in expected & sent.keys())),
        "missing": dict(
            Counter(f"{each[1]}: {why.get(each, 'never_told')}" for each in missing)
        ),
        "sent_twice": sum(count - 1 for count in at_meta.values()),
        "sent_after_minutes": spread(
            [sent[each].total_seconds() / 60 for each in expected & sent.keys()],
            scale=1.0,
        ),
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="reconcile", description=__doc__)
    parser.add_argument(
        "--steps", type=int, default=_DAY // STEP, help="of five minutes"
    )
    parser.add_argument("--orders", type=int, default=4, help="at each step")
    parser.add_argument("--drop", type=float, default=0.01, help="share of webhooks")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--break", dest="broken", choices=("comparing",), help="must be found lost"
    )
    said = parser.parse_args(words)
    steps = 36 if said.quick else said.steps
    share = 0.1 if said.quick else said.drop
    figures = measure(steps, said.orders, share, broken=said.broken)
    if said.broken is not None:
        is_lost = any("never_told" in each for each in figures["missing"])
        failures = [] if is_lost else ["nothing was lost, though broken"]
        return report.keep(
            f"reconcile-broken-{said.broken}", figures, failures=failures
        )
    return report.keep("reconcile", figures, failures=_failures(figures))


def _failures(figures: dict[str, Any]) -> list[str]:
    failures = []
    if figures["missing"]:
        failures.append(f"messages that were not sent: {figures['missing']}")
    if figures["sent_twice"]:
        failures.append(f"{figures['sent_twice']} messages were sent twice")
    latest = timedelta(minutes=figures["sent_after_minutes"]["max"])
    if latest > _WITHIN:
        failures.append(f"the latest message came after {latest}")
    if not figures["webhooks_dropped"]:
        failures.append("no webhook was dropped, so nothing is proven")
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
