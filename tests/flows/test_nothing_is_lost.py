"""Servers go away, hints get lost, one webhook is rotten, a sender dies."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.lanes import Lane, Work, lane_of
from core.outcomes import OutgoingPost
from core.redis_urls import open_redis
from core.sealing import Keyring
from core.values import ShopDomain
from integrations.job_queue import LaneHints
from integrations.shopify.envelope import subject_of
from notifications import reading, recording, sending
from notifications.automations import Automation, Draft
from notifications.keeping import forget_what_is_old
from notifications.looking import look_around, take_over
from notifications.ports import Accepted, Envelope
from storage import turns
from storage.intake import Keeper
from storage.shops import send_lane_of
from storage.tables import webhooks
from storage.tenancy import Crossing
from tests import samples
from webapp.intake import Intake
from workers.runtime import bound_to


def _intake(world, **parts):
    """The same door with other parts behind it."""
    intake = world.app.wsgi_app
    assert isinstance(intake, Intake)
    return Intake(replace(intake._services, **parts), intake._beyond)


class _Door:
    def __init__(self, world, **parts):
        self._world = world
        self._door = _intake(world, **parts)

    def __enter__(self):
        self._usual = self._world.app.wsgi_app
        self._world.app.wsgi_app = self._door

    def __exit__(self, *_):
        self._world.app.wsgi_app = self._usual


def test_without_the_database_shopify_is_asked_to_come_again(world):
    nowhere = Keeper(
        "postgresql://127.0.0.1:9/none", sealer=Keyring(["k" * 32]), connections=1
    )

    with _Door(world, keep_webhook=nowhere):
        assert world.shopify_says("orders/create", samples.order()) == 503
    assert world.rows("webhooks") == []


def test_without_redis_a_webhook_is_kept_and_found_later(world):
    world.open_shop()
    nowhere = LaneHints(open_redis("redis://127.0.0.1:9"))

    with _Door(world, hints=nowhere):
        assert world.shopify_says("orders/create", samples.order()) == 200
    assert world.waiting_jobs() == 0
    world.look()

    assert len(world.accepted) == 1


def test_redis_wiped_in_the_middle_costs_nothing(world):
    world.open_shop()
    for number in range(20):
        phone = f"+4915112{number:06d}"
        body = samples.order(order_id=number + 1, phone=phone)
        world.shopify_says("orders/create", body)
    world.redis.flushall()

    world.look()

    assert len(world.accepted) == 20


def test_many_webhooks_of_one_lane_are_one_job(world):
    for number in range(20):
        world.shopify_says("orders/create", samples.order(), webhook_id=f"w{number}")

    assert world.waiting_jobs() == 1


@pytest.mark.parametrize(
    "body", [b"{", b"7", b"[]", b'{"id": null}', b'{"id": "\xff"}', b"\x00", b""]
)
def test_a_rotten_webhook_is_kept_and_does_not_stop_the_others(world, body):
    world.open_shop()

    assert world.shopify_says("orders/create", body, webhook_id="w1") == 200
    world.shopify_says("orders/create", samples.order(), webhook_id="w2")
    world.work()

    [rotten, good] = world.rows("webhooks")
    assert (rotten.state, rotten.attempts) == ("stuck", 1)
    assert rotten.reason.startswith("UnreadablePayload")
    assert good.state == "done"
    assert len(world.accepted) == 1


def test_what_was_sealed_with_a_key_of_tomorrow_is_read_when_the_key_is_here(world):
    """Keys are changed one process after the other: web has it already, we not yet."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    ours = world.services
    world.services = replace(ours, sealer=Keyring(["the key of a time long gone"]))
    world.work()
    [waits] = world.rows("webhooks")

    world.services = ours
    world.pass_time(timedelta(minutes=1))

    assert (waits.state, waits.attempts) == ("pending", 1)
    assert waits.reason.startswith("CannotOpen")
    assert world.rows("webhooks")[0].state == "done"
    assert len(world.accepted) == 1


def _trips_over_number_two(automation):
    def propose(event, config):
        if event.order_id == 2:
            return Draft(
                occasion="NUL\0", order_id=event.order_id, wanted_at=event.happened_at
            )
        return automation.propose(event, config)

    return replace(automation, propose=propose)


def test_a_webhook_we_trip_over_is_tried_again_and_then_left_to_a_person(world):
    """What fails in the database is undone for that webhook alone."""
    world.open_shop()
    usual = world.services
    confirmation = usual.automations["order_confirmation"]
    assert isinstance(confirmation, Automation)
    world.services = replace(
        usual, automations={"order_confirmation": _trips_over_number_two(confirmation)}
    )

    second = samples.order(order_id=2, phone="+4915112000002")
    world.shopify_says("orders/create", second)
    world.shopify_says("orders/create", samples.order(order_id=1))
    world.work()
    attempts = []
    for _ in range(9):
        attempts.append({w.order_id: w.attempts for w in world.rows("webhooks")})
        world.pass_time(timedelta(minutes=5))

    tripped = [max(found.values()) for found in attempts]
    assert tripped == [1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert sorted(w.state for w in world.rows("webhooks")) == ["done", "stuck"]
    assert len(world.accepted) == 1


class _Dies:
    """An office whose process is killed the moment it is handed something."""

    def wait_for_room(self, _seconds):
        return 10

    def hand_in(self, _envelopes):
        """Nothing of it is ever heard again."""


def _take_and_die(world, process):
    doomed = replace(world.services, office=_Dies(), process=process)
    with bound_to(doomed):
        world.read_everything_now()
        sending.send_messages(
            [send_lane_of(ShopDomain("ada.myshopify.com"))], services=doomed
        )
    assert world.message.state == "sending"


def test_what_a_dead_worker_held_is_in_doubt_as_soon_as_its_heir_starts(world):
    """Not when its lease runs out; and nothing that another one holds is touched."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    _take_and_die(world, "worker_1")

    take_over(["worker_2"], services=world.services)
    assert world.message.state == "sending"
    take_over(["worker_1"], services=world.services)

    assert (world.message.state, world.message.reason) == ("unsure", "sender_vanished")


def test_a_sender_that_vanished_is_not_repeated_blindly(world):
    """Taken, and then the process is gone: nobody knows whether it left."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    _take_and_die(world, "worker_1")

    world.pass_time(timedelta(seconds=9))
    assert world.message.state == "sending"
    world.pass_time(timedelta(seconds=5))

    assert (world.message.state, world.message.reason) == ("unsure", "sender_vanished")
    assert world.accepted == []


def test_a_worker_that_was_paused_too_long_sends_and_writes_nothing(world):
    """Its message has been taken anew: the attempt in the row is not its own."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    [message] = world.messages
    stale = Envelope(
        message_id=message.id,
        shop_id=message.shop_id,
        contact_id=message.contact_id,
        attempt=message.attempt - 1,
        phone_number_id=message.phone_number_id,
        is_probe=False,
        post=OutgoingPost(url="", body=b"", bearer="", start_at=0, not_after=0),
    )

    recording.record(
        [recording.Outcome(stale, Accepted("wamid.stale"))], services=world.services
    )

    assert world.message.provider_id == message.provider_id


def test_who_finds_a_lane_taken_leaves_the_hint_to_its_reader(world):
    """The reader in there must see what is new: docs/concepts/hints.md."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    [webhook] = world.rows("webhooks")
    lane = Lane(webhook.lane)

    with world.services.transactions.across(Crossing.READING) as somebody:
        assert turns.take_to_read(somebody, [lane], 1)
        reading.read_webhooks(lane, services=world.services)

    assert world.rows("webhooks")[0].state == "pending"
    assert LaneHints(world.redis).is_pending(Work.READ, lane)


def test_the_scheduler_hints_only_at_lanes_with_something_due(world):
    look_around(services=world.services)
    assert world.waiting_jobs() == 0

    world.shopify_says("orders/create", samples.order())
    world.redis.flushdb()
    look_around(services=world.services)
    assert world.waiting_jobs() == 1


def test_an_unknown_topic_and_an_unknown_shop_are_kept_as_ignored(world):
    world.open_shop()

    world.shopify_says("themes/publish", {"id": 1})
    world.shopify_says("orders/create", samples.order(), domain="who.myshopify.com")
    world.work()

    assert {(w.state, w.reason) for w in world.rows("webhooks")} == {
        ("ignored", "not_of_interest"),
        ("ignored", "unknown_shop"),
    }


def test_bodies_are_forgotten_after_their_time_and_facts_are_not(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    world.now += timedelta(days=31)
    forget_what_is_old(services=world.services)
    assert world.rows("webhooks")[0].body is None
    assert world.message.body is not None

    world.now += timedelta(days=366)
    forget_what_is_old(services=world.services)
    assert world.message.body is None
    assert world.message.state == "sent"


def test_one_shops_storm_does_not_hold_up_another(world):
    """In one lane, each shop with something due has its share of the next batch."""
    world.open_shop()
    world.open_shop("quiet.myshopify.com", number=None)
    for number in range(200):
        world.shopify_says("orders/create", samples.order(), webhook_id=f"w{number}")
    [lane] = {w.lane for w in world.rows("webhooks")}
    quiet = next(
        body
        for body in (samples.order(order_id=n) for n in range(1, 500))
        if _lane("quiet.myshopify.com", body) == lane
    )
    world.shopify_says(
        "orders/create",
        quiet,
        domain="quiet.myshopify.com",
        triggered_at=world.now + timedelta(seconds=1),
    )

    world.now += timedelta(seconds=2)
    reading._read_batch(lane, set(), set(), world.services)

    [row] = [w for w in world.rows("webhooks") if w.shop_domain.startswith("quiet")]
    assert row.state == "done"


def test_who_has_waited_longest_is_read_first_whatever_the_shops_name(world):
    """More shops are due in one lane than a batch has room for."""
    _says_in_lane(3, "zebra.myshopify.com", world)
    for number in range(40):
        _says_in_lane(3, f"ant-{number}.myshopify.com", world)

    reading._read_batch(3, set(), set(), world.services)

    states = {w.shop_domain: w.state for w in world.rows("webhooks")}
    assert states["zebra.myshopify.com"] == "ignored"
    assert sum(state == "pending" for state in states.values()) > 0


def test_who_waits_for_another_try_takes_nobodys_turn(world):
    for number in range(40):
        _says_in_lane(3, f"ant-{number}.myshopify.com", world)
    with world.services.transactions.across(Crossing.READING) as tx:
        later = {"next_attempt_at": world.now + timedelta(minutes=1), "attempts": 1}
        tx.connection.execute(update(webhooks).values(later))
    _says_in_lane(3, "zebra.myshopify.com", world)

    reading._read_batch(3, set(), set(), world.services)

    states = {w.shop_domain: w.state for w in world.rows("webhooks")}
    assert states.pop("zebra.myshopify.com") == "ignored"
    assert set(states.values()) == {"pending"}


def _says_in_lane(lane, domain, world):
    """An order of a shop that nobody knows, by an id that leads into the lane."""
    bodies = (samples.order(order_id=number) for number in range(1, 1000))
    body = next(body for body in bodies if _lane(domain, body) == lane)
    world.shopify_says("orders/create", body, domain=domain, webhook_id=domain)


def _lane(domain, body):
    return lane_of(domain, subject_of(json.dumps(body).encode()))
