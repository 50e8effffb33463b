"""A flow played on the past says what it then sends, message for message."""

import json
import random
from datetime import timedelta

import pytest

from core.shopping import Since
from core.values import Act, Scope, ShopDomain
from notifications import replays
from notifications.operating import Operator
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import SHOP

TICK, DAY = timedelta(minutes=30), timedelta(days=1)
SOON = timedelta(seconds=2)
STEPS = [
    {"key": "a", "message": "cart_reminder", "after_minutes": 60},
    {
        "key": "b",
        "message": "cart_reminder",
        "after_minutes": 300,
        "when": {"countries": ["DE", "BR"], "unread": True},
        "otherwise": "d",
    },
    {
        "key": "c",
        "message": "cart_reminder",
        "after_minutes": 900,
        "window": "09:00-19:00",
    },
    {"key": "d", "message": "cart_reminder", "after_minutes": 1440},
]
PEOPLE = [
    *(f"+49151123456{n:02}" for n in range(4)),
    *(f"+55119876543{n:02}" for n in range(4)),
    *(f"+8210123456{n:02}" for n in range(3)),
    *(f"+1212555{n:04}" for n in range(100, 102)),
]
COUNTRY = {"+49": "DE", "+55": "BR", "+82": "KR", "+12": "US"}


@pytest.fixture
def world(world):
    world.open_shop(automations=["cart_reminder"])
    return world


@pytest.fixture
def flow(world, tmp_path):
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({"holdout": 20, "steps": STEPS}))
    return str(file)


def _run(world, *words):
    done = world.app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    return done.output


class _Life:
    """What people do at a store, drawn; each moment is a tick of the clock."""

    def __init__(self, world, seed):
        self.world, self.chance = world, random.Random(seed)
        self.open, self.number = {}, 0

    def goes_on(self):
        for phone in PEOPLE:
            if self.chance.random() < 0.05:
                self.does_something(phone)

    def does_something(self, phone):
        kind = self.chance.choices(
            ["leave", "change", "complete", "buy", "stop", "start"],
            [5, 6, 1, 1, 0.6, 1.5],
        )[0]
        getattr(self, kind)(phone)

    def leave(self, phone):
        self.number += 1
        self.open[phone] = self.number
        self._tells("checkouts/create", phone, self.number)

    def change(self, phone):
        if phone in self.open:
            self._tells("checkouts/update", phone, self.open[phone])

    def complete(self, phone):
        if phone in self.open:
            at = self.world.now.isoformat()
            number = self.open.pop(phone)
            self._tells("checkouts/update", phone, number, completed_at=at)

    def buy(self, phone):
        self.number += 1
        order = samples.order(
            placed_at=self.world.now,
            order_id=9_000 + self.number,
            phone=phone,
            email=f"{phone[1:]}@example.com",
            customer={"id": int(phone[-9:]), "first_name": "Ada", "phone": phone},
        )
        assert self.world.shopify_says("orders/create", order) == 200

    def stop(self, phone):
        self.world.agree(phone, scope=Scope.MARKETING, act=Act.REVOKED)

    def start(self, phone):
        self.world.agree(phone, scope=Scope.MARKETING, act=Act.CONFIRMED)

    def _tells(self, topic, phone, number, **changes):
        at = self.world.now.isoformat()
        body = example(
            topic,
            name=f"#{1000 + number}",
            token=f"token{number}",
            cart_token=f"cart{number}",
            phone=phone,
            updated_at=at,
            email=f"{phone[1:]}@example.com",
            customer={"id": int(phone[-9:]), "first_name": "Ada", "phone": phone},
            shipping_address={"country_code": COUNTRY[phone[:3]], "phone": phone},
        )
        assert self.world.shopify_says(topic, {**body, **changes}) == 200


class _Shelves:
    """A store whose things come and go, and whose customers buy elsewhere, too."""

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def things_gone(self, _shop, _token, *, things):
        return {each for each in things if self.chance.random() < 0.3}

    def since_left(self, _shop, _token, *, carts):
        chance = self.chance.random
        return {each: Since(chance() < 0.1, chance() < 0.1) for each in carts}


def _played(world, **given):
    return [
        each
        for _, played in replays.played_people(
            ShopDomain(SHOP),
            "cart_reminder",
            since=world.now - 30 * DAY,
            operator=Operator("a test"),
            services=world.services,
            **given,
        )
        for each in played
    ]


def _told(world):
    return {
        (row.checkout_key, row.told["step"]): (row.state, row.reason)
        for row in world.messages
        if row.state != "waiting"
    }


def _played_by_step(world):
    return {
        (each.token_key, each.step): (each.state, each.reason)
        for each in _played(world)
        if each.state != "waiting"
    }


def _lives(world, life):
    for _ in range(3 * 24 * 2):
        world.now += TICK
        life.goes_on()
        world.work()
        world.look()
        # What waits for a moment, or follows at once, does not wait for the next tick.
        tick = world.now
        while any(_is_due_soon(world, row) for row in world.messages):
            world.pass_time(SOON)
        world.now = tick


def _is_due_soon(world, row):
    return row.state == "waiting" and row.due_at <= world.now + SOON


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_played_is_what_was_sent(world, flow, seed):
    _run(world, "flow", "set", SHOP, "cart_reminder", flow)
    life = _Life(world, seed)
    for phone in PEOPLE[::2]:
        life.start(phone)

    _lives(world, life)

    told = _told(world)
    assert _played_by_step(world) == told
    reasons = {reason for _, reason in told.values()}
    # Who is held out is drawn by a number of the database's: it may be nobody.
    assert {None, "cart_bought", "no_consent", "no_offers_there"} <= reasons


@pytest.mark.parametrize(
    "hours",
    [
        ("caps", "set", SHOP, "quiet_hours=20:00-08:00"),
        ("automation", "set", SHOP, "cart_reminder", "--send-window", "08:00-20:00"),
    ],
)
def test_of_two_that_wait_for_one_morning_the_same_one_leaves(world, hours):
    """There is room for one. The first to be left was changed again in the evening,
    and so came to wait for the morning after the other. It is no other morning whether
    all offers wait for it, or the flow alone."""
    _run(world, *hours)
    _run(world, "caps", "set", SHOP, "default=1/7")
    life = _Life(world, 6)
    phone = PEOPLE[0]
    life.start(phone)
    world.now += timedelta(hours=6, minutes=10)
    life.leave(phone)
    first = life.open[phone]
    world.work()
    world.now += TICK
    life.leave(phone)
    world.work()
    world.now += TICK
    life.open[phone] = first
    life.change(phone)

    for _ in range(2 * 16):
        world.work()
        world.look()
        world.now += TICK

    told = {row.checkout_key: row.state for row in world.messages}
    played = {each.token_key: each.state for each in _played(world)}
    assert sorted(told.values()) == ["sent", "skipped"]
    assert played == told
    waits = _run(world, "flow", "replay", SHOP, "cart_reminder", "--days", "7")
    assert "Held back for a while: 2 by the hour" in waits


def test_what_was_seen_of_carts_then_counts_when_they_are_played(world, flow):
    _run(world, "flow", "set", SHOP, "cart_reminder", flow)
    world.carts_store = _Shelves(7)
    life = _Life(world, 7)
    for phone in PEOPLE:
        life.start(phone)

    _lives(world, life)

    told, played = _told(world), _played_by_step(world)
    assert played == told
    reasons = {reason for _, reason in told.values()}
    assert {None, "sold_out", "order_drafted", "cart_bought"} <= reasons


def test_it_is_played_before_it_is_switched_on_and_nothing_is_sent(world, flow):
    world.switch("cart_reminder", enabled=False)
    life = _Life(world, 3)
    for phone in PEOPLE:
        life.start(phone)
        life.leave(phone)
    world.work()
    for _ in range(50):
        world.now += timedelta(hours=1)

    asked = ["flow", "replay", SHOP, "cart_reminder", flow, "--days", "10"]
    shown = " ".join(_run(world, *asked).split())
    in_korean = _run(world, *asked, "--language", "ko")
    found = json.loads(_run(world, *asked, "--json"))

    assert world.accepted == world.messages == []
    assert f"{len(PEOPLE)} people" in shown
    assert f"{len(PEOPLE)}명에게" in in_korean
    by_reason = {each["reason"] for each in found["messages"]}
    assert {"no_offers_there", None} <= by_reason
    sent = sum(e["count"] for e in found["messages"] if e["state"] == "sent")
    assert sent == sum(found["sent_to"].values()) > 0
    assert 1 <= found["most_to_one_person"] <= 2
    assert found["cost"]["currency"] == "EUR"
    assert found["priced"] == sum(
        found["sent_to"].get(country, 0) for country in ("DE", "BR")
    )


def test_a_step_that_makes_an_offer_is_played_as_if_its_code_were_there(world):
    life = _Life(world, 5)
    life.start(PEOPLE[4])
    life.leave(PEOPLE[4])
    world.work()
    world.now += DAY
    step = {
        "key": "a",
        "message": "cart_offer",
        "after_minutes": 60,
        "offer": {"percent": 10},
    }

    [played] = _played(world, flow={"holdout": 0, "steps": [step]})

    assert (played.state, played.reason) == ("sent", None)


def test_who_buys_while_a_code_is_made_is_not_played_as_told(world):
    """A message that needs one leaves two seconds after its time."""
    life = _Life(world, 7)
    life.start(PEOPLE[4])
    life.leave(PEOPLE[4])
    world.work()
    world.now += timedelta(minutes=60, seconds=1)
    life.buy(PEOPLE[4])
    world.work()
    world.now += DAY
    first = {"key": "a", "message": "cart_reminder", "after_minutes": 60}
    offer = {**first, "message": "cart_offer", "offer": {"percent": 10}}

    [plain] = _played(world, flow={"holdout": 0, "steps": [first]})
    [with_code] = _played(world, flow={"holdout": 0, "steps": [offer]})

    assert (plain.state, plain.reason) == ("sent", None)
    assert (with_code.state, with_code.reason) == ("skipped", "cart_bought")


def test_a_store_without_checkouts_has_nothing_to_play(world):
    assert "Nobody has left" in _run(world, "flow", "replay", SHOP, "cart_reminder")


def test_who_was_erased_is_not_played(world, flow):
    life = _Life(world, 4)
    life.start(PEOPLE[0])
    life.leave(PEOPLE[0])
    world.work()
    _run(world, "contact", "erase", SHOP, PEOPLE[0])

    assert _played(world) == []
    assert world.rows("checkout_changes") == []
