"""``reconcile``: a store's day of which some webhooks never arrive, and what is found.

The whole program runs in the sandbox, whose time goes on five minutes at each step. In
each some orders are placed and the parcels of earlier ones travel on. Of the webhooks
that tell of it a share is dropped. At the end each order must have led to each of its
messages, once, and none of them later than a quarter of an hour.

``--break comparing`` puts the store's comparison off, so that nothing finds what was
lost: the bench must tell of messages that nobody was told of, or it proves nothing.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench import report, up
from bench.report import spread
from core.settings import SANDBOX_SHOP, Settings
from notifications.comparing import compare_stores
from notifications.ports import Services
from sandbox.control import Control
from sandbox.travel import travel
from storage.statements import Statement
from storage.tenancy import Crossing
from wiring.clock import sandbox_clock
from wiring.outside import patient_store_at
from wiring.services import build

_STEP = timedelta(minutes=5)
_WITHIN = timedelta(minutes=15)
_PATIENCE_SECONDS = 60.0

_WAY = {
    2: ("fulfillments", "parcel_on_its_way"),
    8: ("in_transit", "parcel_in_transit"),
    16: ("out_for_delivery", "parcel_out_for_delivery"),
    24: ("delivered", "parcel_delivered"),
}
"""What happens to an order so many steps after it was placed, and what tells of it."""

_LEFT = Statement("""
SELECT (SELECT count(*) FROM webhooks WHERE state = 'pending') AS webhooks,
  (SELECT count(*) FROM messages WHERE queue = 'sending'
     OR queue = 'waiting' AND due_at <= :now) AS messages
""")
_MESSAGES = Statement("""
SELECT order_id, automation, state, reason, wanted_at, accepted_at FROM messages
""")
_FOUND = Statement("SELECT found FROM comparisons")
_PUT_OFF = Statement("UPDATE comparisons SET due_at = :until")
_FAR_OFF = timedelta(days=365)


@dataclass(slots=True)
class Day:
    """A store, and what has been done in it."""

    settings: Settings
    services: Services
    shopify: Control
    meta: Control
    orders: dict[int, list[int]] = field(default_factory=dict)
    parcels: dict[int, int] = field(default_factory=dict)

    def pass_step(self, step: int, new_orders: int) -> None:
        clock = sandbox_clock(self.settings.data_dir, self.settings.database_url)
        travel(_STEP, clock=clock, data_dir=self.settings.data_dir)
        self.orders[step] = [self._sell(step, number) for number in range(new_orders)]
        for age, (what, _) in _WAY.items():
            for order_id in self.orders.get(step - age, ()):
                self._move(order_id, what)
        self.work_off()
        store = patient_store_at(self.settings, self.services)
        compare_stores(store, services=self.services)
        self.work_off()

    def put_off_comparing(self) -> None:
        until = self.services.clock() + _FAR_OFF
        with self.services.transactions.across(Crossing.LOOKING) as tx:
            tx.run(_PUT_OFF, {"until": until})

    def work_off(self) -> None:
        """Until all that has come is read, and what is due has gone."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            under_way = self.shopify.get("state")["deliveries_under_way"]
            now = self.services.clock()
            with self.services.transactions.across(Crossing.LOOKING) as tx:
                [left] = tx.ask(_LEFT, {"now": now})
            if not (under_way or left.webhooks or left.messages):
                return
            time.sleep(0.05)

    def rows(self, statement: Statement) -> list[Any]:
        with self.services.transactions.across(Crossing.LOOKING) as tx:
            return tx.ask(statement, {})

    def _sell(self, step: int, number: int) -> int:
        phone = f"+49151{step:04d}{number:04d}"
        wish = {"shop": SANDBOX_SHOP, "phone": phone, "consent": True}
        order_id: int = self.shopify.post("orders", wish)["order"]["id"]
        return order_id

    def _move(self, order_id: int, what: str) -> None:
        told: dict[str, Any] = {"shop": SANDBOX_SHOP, "order_id": order_id}
        if what == "fulfillments":
            numbers = [f"003404341610940{len(self.parcels):05d}"]
            told |= {"company": "DHL", "tracking_numbers": numbers}
            parcel = self.shopify.post(what, told)["fulfillment"]
            self.parcels[order_id] = parcel["id"]
        else:
            told |= {"fulfillment_id": self.parcels[order_id], "status": what}
            self.shopify.post("fulfillment_events", told | {"city": "Berlin"})


@contextmanager
def a_day() -> Iterator[Day]:
    with up.running() as program:
        settings = Settings.from_env(program.environment)
        services = build(settings)
        secret = settings.sandbox_secret or ""
        try:
            yield Day(
                settings,
                services,
                Control(settings.sandbox_shopify_url or "", secret),
                Control(settings.sandbox_meta_url or "", secret),
            )
        finally:
            services.close()


def measure(
    steps: int, orders: int, share: float, *, broken: str | None = None
) -> dict[str, Any]:
    with a_day() as day:
        if broken == "comparing":
            day.put_off_comparing()
        day.shopify.post("settings", {"webhooks": {"drop_share": share}})
        before = _counts(day)
        began = time.monotonic()
        for step in range(steps):
            day.pass_step(step, orders if step < steps - max(_WAY) else 0)
        for step in range(steps, steps + 3):  # within a quarter of an hour
            day.pass_step(step, 0)
        took = time.monotonic() - began
        counts = _counts(day) - before
        messages, found = day.rows(_MESSAGES), day.rows(_FOUND)
        at_meta = Counter(
            (line["to"], line["template"])
            for line in day.meta.get("ledger?limit=1000000")["entries"]
        )
    sold = [order_id for placed in day.orders.values() for order_id in placed]
    expected = {
        (order_id, automation)
        for order_id in sold
        for automation in ("order_confirmation", *(told for _, told in _WAY.values()))
    }
    sent = {
        (m.order_id, m.automation): m.accepted_at - m.wanted_at
        for m in messages
        if m.accepted_at is not None
    }
    missing = expected - sent.keys()
    why = {(m.order_id, m.automation): m.reason for m in messages}
    return {
        "simulated_hours": round((steps + 3) * _STEP.total_seconds() / 3600, 1),
        "took_seconds": round(took),
        "orders": len(sold),
        "webhooks_delivered": counts["delivered"],
        "webhooks_dropped": counts["dropped"],
        "found": found[0].found if found else {},
        "messages_expected": len(expected),
        "messages_sent": len(expected & sent.keys()),
        "missing": dict(Counter(str(why.get(each, "never_told")) for each in missing)),
        "sent_twice": sum(count - 1 for count in at_meta.values()),
        "sent_after_minutes": spread(
            [sent[each].total_seconds() / 60 for each in expected & sent.keys()],
            scale=1.0,
        ),
    }


def _counts(day: Day) -> Counter[str]:
    return Counter(day.shopify.get("state")["counts"])


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="reconcile", description=__doc__)
    parser.add_argument("--steps", type=int, default=288, help="of five minutes")
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
        is_lost = "never_told" in figures["missing"]
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
