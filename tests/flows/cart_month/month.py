"""A month as it goes by: moment by moment, whatever is due at each."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import text

from bench.carts import have_looked
from core.lanes import LANES, Lane
from core.sealing import fingerprint
from core.values import ShopDomain
from notifications import reading, replays, sending
from notifications.flash_codes import keep_codes
from notifications.looking import look_around
from notifications.operating import Operator
from storage.shops import send_lane_of
from storage.tenancy import Crossing
from tests.flows.cart_month.account import Account
from tests.flows.cart_month.life import AFTER, DAY, SECOND, Life
from tests.flows.vanishing import Gone
from tests.world import SHOP

_FLOW = {
    "holdout": 10,
    "steps": [
        {"key": "a", "message": "cart_reminder"},
        {
            "key": "b",
            "message": "cart_offer",
            "when": {"value_at_least": {"EUR": "30.00"}, "unread": True},
            "offer": {"percent": 10},
        },
        {
            "key": "c",
            "message": "cart_reminder",
            "window": "09:00-19:00",
            "when": {"first_time_buyer": True},
        },
        {"key": "d", "message": "cart_offer", "offer": {"percent": 15}},
    ],
}
FLOW = {
    **_FLOW,
    "steps": [
        {**step, "after_minutes": AFTER[step["key"]] // timedelta(minutes=1)}
        for step in _FLOW["steps"]
    ],
}
OFFERS = frozenset({"sosik_cart_reminder_1", "sosik_cart_offer_1"})
_CAPS = ("default=2/7", "frequent=3/7", "quiet_hours=20:00-09:00")
_LANES = [Lane(lane) for lane in range(LANES)]
_TROUBLE_EACH = timedelta(hours=4)
_MOST_PASSES = 20


class Killed(BaseException):
    """The process dies here: nothing catches it, and nothing is committed."""


class Month:
    def __init__(self, world, store, *, seed, checkouts, days):
        self.world, self.store = world, store
        self.chance = random.Random(seed)
        self.account = Account()
        self.life = Life(
            world, self.account, self.chance, checkouts=checkouts, days=days
        )
        shop_id, pepper = world.shop_ids[SHOP], world.services.book.pepper()
        self._token_of = {
            fingerprint(pepper, f"{shop_id} checkout {token}"): token
            for token in self.life.of_token
        }
        self._lane = [send_lane_of(ShopDomain(SHOP))]
        self._seen, self._hung, self._held_up = 0, False, set()
        self._is_to_vanish = False
        self.figures = {"offers": 0, "codes": 0, "killed": 0, "crashes": 0, "hung": 0}

    # Going by

    def goes_by(self):
        self._draw_trouble()
        while (at := self._next_at()) is not None and at <= self.life.ends_at:
            self.world.now = max(self.world.now, at)
            self.life.happens(self.world.now)
            self._work()

    def _draw_trouble(self):
        at = self.life.begins_at
        while at < self.life.ends_at:
            at += _TROUBLE_EACH * self.chance.random() * 2
            at = at.replace(microsecond=0)
            trouble = self.chance.choice(
                (
                    self._reader_is_killed,
                    self._sender_is_killed,
                    self._sender_vanishes,
                    self._reader_hangs,
                )
            )
            self.life.at(at, trouble)

    def _next_at(self):
        [row] = self._rows(
            "SELECT min(due_at) AS at FROM messages WHERE queue = 'waiting'"
        )
        known = [each for each in (row.at, self.life.next_at) if each is not None]
        if not known:
            return None
        soonest = min(known)
        return (
            max(soonest, self.world.now + SECOND)
            if soonest <= self.world.now
            else soonest
        )

    def _work(self):
        """What came in is read, what is due leaves, and codes are made for it."""
        for _ in range(_MOST_PASSES):
            self._read()
            if not self._due():
                break
            self._send()
            self._makes_codes()
        if self._hung:
            self._held_up |= {
                self._cart_of(row).person.number for row in self._unread()
            }

    def _unread(self):
        """Messages that wait until what the store has told is read. Whoever buys
        meanwhile gets none, though they would have got it in time."""
        return self._rows(
            "SELECT checkout_key FROM messages"
            " WHERE queue = 'waiting' AND reason = 'not_read_yet'"
        )

    def _read(self):
        if self._hung:
            return
        rows = self._rows("SELECT DISTINCT lane FROM webhooks WHERE state = 'pending'")
        for row in rows:
            reading.read_webhooks(Lane(row.lane), services=self.world.services)

    def _send(self):
        self._stock_is_looked_at()
        if self._is_to_vanish and self._only_troubled_are_due():
            self._vanish()
        sending.send_messages(self._lane, services=self.world.services)
        self.world.wait_for_the_office()
        self._look_at_what_left()

    def _due(self):
        return self._rows(
            "SELECT checkout_key FROM messages"
            " WHERE queue = 'waiting' AND due_at <= :now",
            now=self.world.now,
        )

    def _stock_is_looked_at(self):
        now = self.world.now
        have_looked(self.world.services, at=now, due_by=now)

    def _makes_codes(self):
        asked = "SELECT 1 FROM offer_codes WHERE state = 'wanted' AND due_at <= :now"
        if self._rows(f"{asked} LIMIT 1", now=self.world.now):
            made = keep_codes(self.store, services=self.world.services)
            self.figures["codes"] += made

    # What goes wrong

    def _reader_is_killed(self):
        """In the midst of what it reads: nothing of that is there."""
        calls = self.chance.randint(1, 3)
        self._killed(
            calls,
            lambda services: [
                reading.read_webhooks(lane, services=services) for lane in _LANES
            ],
        )

    def _sender_is_killed(self):
        """While it decides about what is due next."""

        def kill():
            self._stock_is_looked_at()
            calls = self.chance.randint(2, 3)
            self._killed(
                calls, lambda told: sending.send_messages(self._lane, services=told)
            )

        for row in self._due_soon()[:1]:
            self.life.at(row.at, kill)

    def _killed(self, calls, work):
        left = iter(range(calls))

        def clock():
            if next(left, None) is None:
                raise Killed
            return self.world.now

        try:
            work(replace(self.world.services, clock=clock))
        except Killed:
            self.figures["killed"] += 1

    def _sender_vanishes(self):
        """With the next messages in its hands, which had left or had not; not with
        those of people whose past is to be played, since nobody can know of it there.
        """
        self._is_to_vanish = True

    def _vanish(self):
        sends = self.chance.random() < 0.5
        gone = Gone(self.world.services.office, sends=sends)
        sending.send_messages(
            self._lane, services=replace(self.world.services, office=gone)
        )
        self._look_at_what_left()
        held = self._rows(
            "SELECT 1 FROM messages WHERE state = 'sending' AND scope = 'marketing'"
        )
        if not held:
            return
        self._is_to_vanish = False
        self.figures["crashes"] += 1
        for wait in (11 * SECOND, 60 * SECOND, DAY):
            look = partial(look_around, services=self.world.services)
            self.life.at(self.world.now + wait, look)

    def _only_troubled_are_due(self):
        rows = [row for row in self._due() if row.checkout_key is not None]
        return all(not self._cart_of(row).person.is_calm for row in rows)

    def _due_soon(self):
        return self._rows(
            "SELECT checkout_key, due_at AS at FROM messages WHERE queue = 'waiting'"
            " AND due_at > :then ORDER BY due_at LIMIT 20",
            then=self.world.now + 10 * SECOND,
        )

    def _only_troubled_are_due(self):
        rows = [row for row in self._due() if row.checkout_key is not None]
        return all(not self._cart_of(row).person.is_calm for row in rows)

    def _reader_hangs(self):
        """What comes in is acknowledged, and not read for a while. So it is with what
        somebody buys just before a message of theirs is due."""
        for row in self._due_soon()[:1]:
            cart = self._cart_of(row)
            self.life.at(row.at - 5 * SECOND, self._hang)
            buys = partial(self.life.buys_by_phone, cart)
            self.life.at(row.at - 3 * SECOND, buys)
            self.life.at(row.at + self.chance.randint(1, 600) * SECOND, self._go_on)

    def _hang(self):
        self._hung = True
        self.figures["hung"] += 1

    def _go_on(self):
        self._hung = False

    # What left

    def _look_at_what_left(self):
        entries = self.world.meta.get(f"ledger?since={self._seen}")["entries"]
        self._seen += len(entries)
        offers = [each for each in entries if each["template"] in OFFERS]
        if not offers:
            return
        ids = [each["biz_opaque_callback_data"].partition(":")[0] for each in offers]
        rows = self._rows(
            "SELECT id, checkout_key, told FROM messages WHERE id = ANY(:ids)", ids=ids
        )
        known = {row.id: row for row in rows}
        for entry, id_ in zip(offers, ids, strict=True):
            cart = self._cart_of(known[id_])
            assert entry["to"] == cart.person.phone[1:]
            step = known[id_].told["step"]
            self.account.leaves(cart.person, cart.token, step, self.world.now)
            self.figures["offers"] += 1

    def _cart_of(self, row):
        return self.life.of_token[self._token_of[bytes(_key_of(row))]]

    def _rows(self, query, **asked):
        with self.world.services.transactions.across(Crossing.OPERATING) as tx:
            return list(tx.connection.execute(text(query), asked))

    # Played again

    def _is_known(self, person):
        return person.is_calm and person.number not in self._held_up

    def told(self):
        """What became of each step of those whose past is known in full."""
        return {
            (cart.token, row.told["step"]): (row.state, row.reason)
            for row in self.world.messages
            if row.checkout_key is not None and row.state != "waiting"
            if self._is_known((cart := self._cart_of(row)).person)
        }

    def played(self):
        found = replays.played_people(
            ShopDomain(SHOP),
            "cart_reminder",
            since=self.life.begins_at - DAY,
            operator=Operator("a test"),
            services=self.world.services,
        )
        return {
            (cart.token, each.step): (each.state, each.reason)
            for _, played in found
            for each in played
            if each.state != "waiting"
            if self._is_known((cart := self._cart_of(each)).person)
        }


def _key_of(about):
    """Of a message, or of one that was played."""
    return getattr(about, "checkout_key", None) or about.token_key


def set_up(world, folder):
    """A store whose flow has four steps, two of them with codes."""
    world.open_shop(automations=["cart_reminder"])
    file = folder / "flow.json"
    file.write_text(json.dumps(FLOW))
    for asked in (
        ("flow", "set", SHOP, "cart_reminder", str(file)),
        ("caps", "set", SHOP, *_CAPS),
    ):
        done = world.app.test_cli_runner().invoke(args=asked)
        assert done.exit_code == 0, done.output
