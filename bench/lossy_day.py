"""A store's day in the sandbox, step by step, in which some webhooks never arrive."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench import up
from core.settings import SANDBOX_SHOP, Settings
from notifications.comparing import compare_stores
from notifications.ports import Services
from sandbox.control import Control
from sandbox.travel import travel
from storage import shops
from storage.statements import Statement
from storage.tenancy import Crossing
from wiring.clock import sandbox_clock
from wiring.outside import patient_store_at
from wiring.services import build

STEP = timedelta(minutes=5)
_PATIENCE_SECONDS = 60.0
_BUCKET = 60_000
"""A store's bucket gets 100 points a second, so 30,000 in a step. A step passes in no
time, so these are there at its begin, beside the half that is left to others: the usual
bucket would be waited for in real time."""

_LEFT = Statement("""
SELECT (SELECT count(*) FROM webhooks WHERE state = 'pending') AS webhooks,
  (SELECT count(*) FROM messages WHERE queue = 'sending'
     OR queue = 'waiting' AND due_at <= :now) AS messages
""")
_PUT_OFF = Statement("UPDATE comparisons SET due_at = :until")
_FAR_OFF = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to an order so many steps after it was placed, and what tells of it.

    A word that is no act of the store's is a carrier's scan.
    """

    steps: Mapping[int, tuple[str, tuple[str, ...]]]
    is_paid_at_once: bool = True

    @property
    def messages(self) -> set[str]:
        told = {name for _, names in self.steps.values() for name in names}
        return told | ({"order_confirmation"} if self.is_paid_at_once else set())


COURSES = (
    Course(
        {
            2: ("ship", ("parcel_on_its_way",)),
            8: ("in_transit", ("parcel_in_transit",)),
            16: ("out_for_delivery", ("parcel_out_for_delivery",)),
            24: ("delivered", ("parcel_delivered",)),
        }
    ),
    Course(
        {
            1: ("edit", ("order_edited",)),
            4: ("ship", ("parcel_on_its_way",)),
            9: ("failure", ("parcel_in_trouble",)),
            14: ("attempted_delivery", ("delivery_attempted",)),
            20: ("ready_for_pickup", ("parcel_ready_for_pickup",)),
        }
    ),
    Course(
        {
            2: ("pay", ("order_confirmation",)),
            5: ("edit", ("order_edited",)),
            10: ("cancel", ("order_cancelled", "refund_issued")),
        },
        is_paid_at_once=False,
    ),
)
"""Each order takes the next one. Of what calls for messages only these are not here: a
checkout that was left, of which is told hours later, and returns, of which the sandbox
has none."""

LAST_STEP = max(max(course.steps) for course in COURSES)


@dataclass(slots=True)
class Day:
    """A store, and what has been done in it."""

    settings: Settings
    services: Services
    shopify: Control
    meta: Control
    orders: dict[int, list[int]] = field(default_factory=dict)
    courses: dict[int, Course] = field(default_factory=dict)
    parcels: dict[int, int] = field(default_factory=dict)

    def begin(self, drop_share: float) -> None:
        """Every message that a course leads to is wanted, and webhooks get lost."""
        with self.services.transactions.across(Crossing.OPERATING) as tx:
            [shop_id] = shops.ids_of(tx, {SANDBOX_SHOP}).values()
        now = self.services.clock()
        with self.services.transactions.for_shop(shop_id) as tx:
            for name in sorted(set().union(*(each.messages for each in COURSES))):
                shops.switch(tx, shop_id, name, enabled=True, config=None, now=now)
        wanted = {"bucket": _BUCKET, "webhooks": {"drop_share": drop_share}}
        self.shopify.post("settings", wanted)
        # It counts real seconds, of which a step of five minutes has one or two.
        self.meta.post("settings", {"pair_limit": False})

    def pass_step(self, step: int, new_orders: int) -> None:
        clock = sandbox_clock(self.settings.data_dir, self.settings.database_url)
        travel(STEP, clock=clock, data_dir=self.settings.data_dir)
        self.orders[step] = [self._sell(step, number) for number in range(new_orders)]
        for age in range(1, LAST_STEP + 1):
            for order_id in self.orders.get(step - age, ()):
                if age in (steps := self.courses[order_id].steps):
                    self._move(order_id, steps[age][0])
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

    def counts(self) -> Counter[str]:
        return Counter(self.shopify.get("state")["counts"])

    def expected(self) -> set[tuple[int, str]]:
        """Each order, and each message that it has to lead to."""
        return {
            (order_id, name)
            for order_id, course in self.courses.items()
            for name in course.messages
        }

    def _sell(self, step: int, number: int) -> int:
        course = COURSES[len(self.courses) % len(COURSES)]
        wish = {
            "shop": SANDBOX_SHOP,
            "phone": f"+49151{step:04d}{number:04d}",
            "consent": True,
            "unpaid": not course.is_paid_at_once,
        }
        order_id: int = self.shopify.post("orders", wish)["order"]["id"]
        self.courses[order_id] = course
        return order_id

    def _move(self, order_id: int, what: str) -> None:
        acts: Mapping[str, Callable[[int], Any]] = {
            "ship": self._ship,
            "edit": lambda id_: self._do("edits", id_, added=_PUT_ON),
            "pay": lambda id_: self._do("paid", id_),
            "cancel": lambda id_: self._do("cancel", id_),
        }
        if (act := acts.get(what)) is not None:
            act(order_id)
        else:
            parcel = self.parcels[order_id]
            scan = {"fulfillment_id": parcel, "status": what, "city": "Berlin"}
            self._do("fulfillment_events", order_id, **scan)

    def _ship(self, order_id: int) -> None:
        numbers = [f"003404341610940{len(self.parcels):05d}"]
        told = self._do(
            "fulfillments", order_id, company="DHL", tracking_numbers=numbers
        )
        self.parcels[order_id] = told["fulfillment"]["id"]

    def _do(self, what: str, order_id: int, **told: Any) -> Any:
        return self.shopify.post(
            what, {"shop": SANDBOX_SHOP, "order_id": order_id, **told}
        )


_PUT_ON = [{"title": "Pot", "price": "20", "quantity": 1}]


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
