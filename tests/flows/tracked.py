"""A world with a simulated 17TRACK, whose pushes come in at the world's own door."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.settings import Settings
from core.values import ShopDomain
from notifications import automations, feeding
from notifications.operating import Operator
from notifications.registering import look_after_numbers
from sandbox.control import Control
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running
from sandbox.tracking.simulator import TrackingSettings, TrackingSimulator
from tests import samples
from tests.flows.terminal import Terminal
from tests.world import NOON, SANDBOX_SECRET, SHOP, World
from wiring.outside import trackers_at

KEY = "0123456789ABCDEF0123456789ABCDEF"
ADDRESS = f"/webhooks/tracking/17track/{SHOP}"
DHL = "JD014600003333"
_INFO = {
    "tracking": {
        "providers": [
            {
                "events": [
                    {"time_utc": NOON.isoformat(), "sub_status": "InTransit_Other"}
                ]
            }
        ]
    }
}
PUSH = json.dumps(
    {"event": "TRACKING_UPDATED", "data": {"number": DHL, "track_info": _INFO}}
).encode()


@dataclass
class SlowedClock:
    """The simulator's own, which runs while we wait and at no other time."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Tracked:
    """``waited`` are the pauses between calls, in seconds."""

    world: World
    simulator: Control
    inbox: Receiver
    clock: SlowedClock
    waited: list[float] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return replace(self.world.settings, seventeen_track_origin=self.simulator.url)

    # What the store owner does

    def open(self, *names: str, locale: str = "en-DE", **parcel: Any) -> None:
        """A store with 17TRACK, and the order and parcel that it follows there."""
        self.world.open_shop()
        self.only(*names)
        self.switch_on()
        self.world.shopify_says("orders/create", samples.order(locale=locale))
        self.world.shopify_says("fulfillments/create", samples.fulfillment(**parcel))
        self.world.work()
        self.look()
        self.world.now += timedelta(hours=1)

    def only(self, *names: str) -> None:
        """Switch on these automations and no others."""
        for each in automations.discover():
            self.world.switch(each, enabled=each in names)

    def account(self, key: str = KEY, **more: Any) -> None:
        """Opens an account at 17TRACK."""
        self.simulator.post(
            "accounts", {"key": key, "webhook_url": self.inbox.url, **more}
        )

    def switch_on(self, key: str = KEY, domain: str = SHOP) -> int:
        left = feeding.switch_on(
            ShopDomain(domain),
            "17track",
            key,
            trackers=trackers_at(self.settings),
            operator=Operator("test"),
            services=self.world.services,
        )
        self.clock.now += timedelta(seconds=1)
        self.world.now += timedelta(seconds=11)
        self.let_the_door_forget()
        return left

    def switch_off(self, domain: str = SHOP) -> None:
        feeding.switch_off(
            ShopDomain(domain), operator=Operator("test"), services=self.world.services
        )
        self.let_the_door_forget()

    def let_the_door_forget(self) -> None:
        """The keys that it has looked up are some seconds old."""
        door: Any = self.world.app.wsgi_app
        door._services.tracking_keys._loaded_at -= 10

    def terminal(self, shopify: Control, **settings: Any) -> Terminal:
        simulated = {"seventeen_track_origin": self.simulator.url}
        return Terminal(self.world, shopify, **(simulated | settings))

    # What the scheduler does

    def look(self, *, meanwhile: Callable[[], None] = lambda: None) -> int:
        """Ask 17TRACK for all that is due; ``meanwhile`` is before the first call."""
        todo = [meanwhile]

        def wait(seconds: float) -> None:
            self.waited.append(seconds)
            self.clock.now += timedelta(seconds=seconds)
            if todo:
                todo.pop()()

        looked = look_after_numbers(
            trackers_at(self.settings), services=self.world.services, wait=wait
        )
        self.clock.now += timedelta(seconds=1)
        return looked

    # What the carrier and 17TRACK do

    def scanned(self, sub_status: str, *, number: str = DHL, **more: Any) -> int:
        """A carrier scans, 17TRACK pushes, we read; answers our door's status."""
        at, is_read = more.pop("at", self.world.now), more.pop("is_read", True)
        wish = {"number": number, "sub_status": sub_status, "at": at.isoformat()}
        self.simulator.post("scans", {**wish, **more})
        return self.deliver(is_read=is_read)

    def stopped(self, number: str = DHL) -> int:
        self.simulator.post("stops", {"number": number})
        return self.deliver()

    def deliver(self, address: str = ADDRESS, *, is_read: bool = True) -> int:
        """The newest push comes in, and is worked on; answers our door's status."""
        raw = self.inbox.next_raw()
        status = self.push(raw, self.inbox.last[1], address)
        if is_read:
            self.world.work()
        return status

    def push(
        self, raw: bytes, headers: Mapping[str, str], address: str = ADDRESS
    ) -> int:
        signed = {"sign": headers["sign"]} if "sign" in headers else {}
        return self.world.web.post(address, data=raw, headers=signed).status_code

    def signed(self, raw: bytes, key: str = KEY, address: str = ADDRESS) -> int:
        """This comes in, with the right signature; answers our door's status."""
        sign = hashlib.sha256(raw + b"/" + key.encode()).hexdigest()
        return self.push(raw, {"sign": sign}, address)

    # What can be seen

    @property
    def numbers(self) -> dict[str, dict[str, Any]]:
        """What 17TRACK follows for the store, by number."""
        [account] = [
            each
            for each in self.simulator.get("state")["accounts"]
            if each["key"] == KEY
        ]
        return {each["number"]: each for each in account["numbers"]}

    @property
    def calls(self) -> dict[str, int]:
        counts: dict[str, int] = self.simulator.get("state")["counts"]
        return counts

    @property
    def states(self) -> list[str]:
        return sorted(row.state for row in self.world.rows("tracking_numbers"))


@contextmanager
def tracked(world: World) -> Iterator[Tracked]:
    clock = SlowedClock(world.now)
    settings = TrackingSettings(secret=SANDBOX_SECRET)
    with (
        running(TrackingSimulator(settings, clock=clock)) as simulator,
        receiver() as inbox,
    ):
        made = Tracked(world, simulator, inbox, clock)
        made.let_the_door_forget()
        made.account()
        yield made
