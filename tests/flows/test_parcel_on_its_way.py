"""A parcel leaves; the buyer reads where it can be followed."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import text

from core.values import MessageId
from storage import outbox
from storage.outbox import Holding
from storage.tenancy import Crossing
from tests import samples
from tests.repo.waiting import eventually
from tests.world import NOON, PHONE, SHOP

TEMPLATE = "sosik_parcel_on_its_way_1"


@pytest.fixture
def world(world):
    """A shop whose one order is known, and that confirms no orders."""
    world.open_shop()
    world.switch("order_confirmation", enabled=False)
    world.shopify_says("orders/create", samples.order())
    world.work()
    return world


def test_reaches_the_buyer_with_the_carriers_own_page(world):
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()

    [sent] = world.accepted
    [message] = world.meta.get("messages")["data"][-1:]
    assert sent["template"] == TEMPLATE
    assert "JD014600003333" in str(message)
    assert "dhl.com" in str(message)


def test_is_told_once_for_each_set_of_tracking_numbers(world):
    first = samples.fulfillment()
    again = samples.fulfillment(updated_at=NOON + timedelta(minutes=1))
    more = samples.fulfillment(
        numbers=("JD014600003333", "JD014600004444"),
        updated_at=NOON + timedelta(minutes=2),
    )

    for topic, body in (
        ("fulfillments/create", first),
        ("fulfillments/update", again),
        ("fulfillments/update", more),
    ):
        world.shopify_says(topic, body)
        world.pass_time(timedelta(seconds=10))

    assert [sent["template"] for sent in world.accepted] == [TEMPLATE] * 2


def test_each_parcel_of_an_order_has_its_own(world):
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.shopify_says(
        "fulfillments/create", samples.fulfillment(fulfillment_id=2, numbers=("B",))
    )
    world.work()
    world.pass_time(timedelta(seconds=2))

    assert len(world.accepted) == 2


def test_waits_for_a_tracking_number_that_comes_late(world):
    world.shopify_says("fulfillments/create", samples.fulfillment(numbers=()))
    world.work()
    assert world.accepted == []
    world.now += timedelta(minutes=5)
    late = samples.fulfillment(updated_at=world.now)

    world.shopify_says("fulfillments/update", late)
    world.work()
    world.pass_time(timedelta(minutes=30))

    assert len(world.accepted) == 1
    assert sorted(m.state for m in world.messages) == ["sent", "skipped"]
    assert {m.reason for m in world.messages} == {None, "superseded"}


def test_leaves_without_a_number_when_none_comes(world):
    world.shopify_says("fulfillments/create", samples.fulfillment(numbers=()))
    world.work()

    world.pass_time(timedelta(minutes=14))
    assert world.accepted == []
    world.pass_time(timedelta(minutes=2))

    assert len(world.accepted) == 1


def test_nothing_is_told_of_a_parcel_first_seen_when_delivered(world):
    body = samples.fulfillment(shipment_status="delivered")

    world.shopify_says("fulfillments/update", body)
    world.work()

    assert world.messages == []


def test_a_parcel_delivered_meanwhile_is_not_on_its_way(world):
    world.shopify_says("fulfillments/create", samples.fulfillment(numbers=()))
    world.work()

    world.shopify_says("fulfillment_events/create", samples.scan("delivered"))
    world.work()
    world.pass_time(timedelta(minutes=20))

    assert world.accepted == []
    assert world.message.reason == "already_delivered"


OTHER = 77
LIMIT = timedelta(hours=4, minutes=15)


def _parcel_of_other(world, **changes):
    body = samples.fulfillment(order_id=OTHER, fulfillment_id=7, **changes)
    assert world.shopify_says("fulfillments/create", body) == 200


def _other_order(world, **changes):
    body = samples.order(order_id=OTHER, name="#77", **changes)
    assert world.shopify_says("orders/create", body) == 200


def test_a_parcel_that_overtakes_its_order_waits_and_leaves_when_the_order_comes(
    world,
):
    """Shopify tries a webhook again for four hours."""
    _parcel_of_other(world)
    world.work()
    assert (world.message.state, world.message.reason) == ("waiting", "order_unknown")

    for _ in range(6):
        world.pass_time(timedelta(minutes=30))
    assert world.accepted == []
    _other_order(world)
    world.work()

    assert [sent["template"] for sent in world.accepted] == [TEMPLATE]
    assert world.message.state == "sent"
    world.pass_time(timedelta(hours=9))
    assert len(world.accepted) == 1


def test_what_waits_for_its_order_is_not_looked_at_in_between(world):
    _parcel_of_other(world)
    world.work()
    waiting = world.message

    world.pass_time(LIMIT - timedelta(seconds=1))

    assert waiting.due_at == NOON + LIMIT
    assert world.message == waiting
    assert [line["what"] for line in waiting.story] == ["proposed", "waiting"]


def test_why_says_that_it_waits_for_the_order(world):
    _parcel_of_other(world)
    world.work()

    asked = ["why", SHOP, "--message", world.message.id]
    said = world.app.test_cli_runner().invoke(args=asked)

    assert "The order has not come in" in said.output


def test_a_parcel_whose_order_never_comes_is_told_to_nobody(world):
    """Without the order there is no yes."""
    _parcel_of_other(world)
    world.work()

    world.pass_time(LIMIT)

    assert world.accepted == []
    assert (world.message.state, world.message.reason) == ("skipped", "order_unknown")
    _other_order(world)
    world.work()
    assert world.accepted == []


def test_a_late_order_without_a_yes_ends_the_wait(world):
    _parcel_of_other(world)
    world.work()
    world.now += timedelta(hours=3)

    _other_order(world, agreed=None)
    world.work()

    assert world.accepted == []
    assert (world.message.state, world.message.reason) == ("skipped", "no_consent")


def test_a_late_order_that_is_cancelled_ends_the_wait(world):
    _parcel_of_other(world)
    world.work()
    world.now += timedelta(hours=3)

    _other_order(world, cancelled_at=NOON)
    world.work()

    assert world.accepted == []
    assert world.message.reason == "order_cancelled"


@pytest.mark.parametrize("tells", [("order", "parcel"), ("parcel", "order")])
def test_an_order_and_its_parcel_may_come_at_once_in_either_order(world, tells):
    for what in tells:
        _other_order(world) if what == "order" else _parcel_of_other(world)
    world.work()

    assert len(world.accepted) == 1
    assert world.message.state == "sent"


def test_an_order_wakes_only_what_waits_for_it(world):
    """Neither what waits for another order, nor what waits for something else."""
    _parcel_of_other(world)
    untracked = samples.fulfillment(order_id=OTHER, fulfillment_id=8, numbers=())
    world.shopify_says("fulfillments/create", untracked)
    of_third = samples.fulfillment(order_id=78, fulfillment_id=9)
    world.shopify_says("fulfillments/create", of_third)
    world.work()

    _other_order(world)
    world.work()

    assert len(world.accepted) == 1
    due = {m.fulfillment_id: m.due_at for m in world.messages if m.state == "waiting"}
    assert due == {8: NOON + timedelta(minutes=15), 9: NOON + LIMIT}


def test_who_agreed_elsewhere_hears_of_a_parcel_without_its_order(world):
    """The order may be older than the app: then it never comes."""
    world.agree(PHONE)
    _parcel_of_other(world)
    world.work()

    world.pass_time(timedelta(minutes=2) - timedelta(seconds=1))
    assert world.accepted == []
    world.pass_time(timedelta(seconds=1))

    assert len(world.accepted) == 1


def test_an_order_that_comes_while_somebody_decides_without_it_is_not_missed(world):
    """The decision to wait is written down after the order came, and by then whoever
    stored the order has been looking for what waits."""
    _parcel_of_other(world)
    world.read_everything_now()
    shop_id = world.shop_ids[SHOP]
    wait = Holding(
        id=MessageId(world.message.id),
        state="waiting",
        reason="order_unknown",
        due_at=NOON + LIMIT,
        entry=None,
    )
    _other_order(world)

    reader = Thread(target=world.read_everything_now)
    with world.services.transactions.across(Crossing.SENDING) as deciding:
        assert outbox.due(deciding, {shop_id: 1}, now=NOON) == [wait.id]
        reader.start()
        assert eventually(lambda: _somebody_waits_for_a_row(world))
        outbox.hold(deciding, [wait])
    reader.join(5)

    assert world.message.due_at == NOON
    world.look()
    assert len(world.accepted) == 1


def _somebody_waits_for_a_row(world):
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        asked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return tx.connection.scalar(asked) > 0


def test_a_cancelled_parcel_is_not_told(world):
    world.shopify_says("fulfillments/create", samples.fulfillment(numbers=()))
    world.work()
    cancelled = samples.fulfillment(
        numbers=(), status="cancelled", updated_at=NOON + timedelta(minutes=1)
    )

    world.shopify_says("fulfillments/update", cancelled)
    world.work()
    world.pass_time(timedelta(minutes=20))

    assert world.accepted == []
    assert world.message.reason == "parcel_cancelled"
