"""Each store keeps for as long as it wants to, and none for longer than the
installation."""

from datetime import timedelta

import pytest

from notifications.keeping import forget_what_is_old
from storage import shops
from tests import samples
from tests.flows.two_stores import ADA, BOB
from tests.wire.shopify_bodies import example
from tests.world import NOON, SHOP

CHANGED = {"updated_at": NOON.isoformat()}


def kept(world, table, column):
    """The stores of which something is still there."""
    return {row.shop_id for row in world.rows(table) if getattr(row, column)}


@pytest.fixture
def two(world):
    """Two stores, each with a message sent, a cart left and a checkout begun."""
    found = []
    for domain in (ADA, BOB):
        number = None if not found else "100000000000002"
        found.append(world.open_shop(domain, number=number))
        world.agree(domain=domain)
        for topic, body in (
            ("orders/create", samples.order()),
            ("carts/create", {**example("carts/create"), **CHANGED}),
            ("checkouts/create", {**example("checkouts/create"), **CHANGED}),
        ):
            world.shopify_says(topic, body, domain=domain)
    world.work()
    return found


def sets(world, shop_id, **days):
    with world.services.transactions.for_shop(shop_id) as tx:
        shops.change(tx, shop_id, days)


def test_a_store_that_keeps_for_a_shorter_time_forgets_earlier_and_alone(world, two):
    ada, bob = two
    sets(world, ada, webhook_days=7, message_days=3)

    left = []
    for days in (3, 4, 7, 8):
        world.now = NOON + timedelta(days=days, minutes=1)
        forget_what_is_old(services=world.services)
        left.append(
            (
                kept(world, "messages", "body"),
                kept(world, "webhooks", "body") - {None},
                kept(world, "carts", "token_key"),
            )
        )

    both, only_bob = {ada, bob}, {bob}
    assert left[0] == (only_bob, both, both)
    assert left[1] == (only_bob, both, both)
    assert left[2] == (only_bob, only_bob, only_bob)


def test_no_store_keeps_for_longer_than_the_installation(world, two):
    ada, _ = two
    sets(world, ada, webhook_days=9_999, message_days=9_999)

    world.now = NOON + timedelta(days=366)
    forget_what_is_old(services=world.services)

    for table, column in (("messages", "body"), ("webhooks", "body")):
        assert kept(world, table, column) == set()
    assert world.rows("carts") == world.rows("checkouts") == []


def test_a_checkout_is_there_for_as_long_as_a_flow_needs_it(world, two):
    """However soon its store would have it go."""
    ada, _ = two
    sets(world, ada, webhook_days=1)

    world.now = NOON + timedelta(days=29)
    forget_what_is_old(services=world.services)

    assert ada in kept(world, "checkouts", "token_key")


@pytest.mark.parametrize("days", ["0", "31", "-1", "1.5", "x", "٧", "1" * 9])
def test_it_is_set_to_a_number_of_days_that_is_no_longer(world, terminal, days):
    world.open_shop()

    said = terminal.refused("shop", "set", SHOP, f"webhook_days={days}")

    assert "webhook_days must be a whole number of days from 1 to 30" in said


def test_it_is_set_and_taken_back_by_the_command_line(world, terminal):
    world.open_shop()

    first = terminal.json("shop", "set", SHOP, "webhook_days=7", "message_days=365")
    then = terminal.json("shop", "set", SHOP, "webhook_days=none")

    [shop] = world.rows("shops")
    assert first == {"webhook_days": 7, "message_days": 365}
    assert then == {"webhook_days": None}
    assert (shop.webhook_days, shop.message_days) == (None, 365)
