"""Time travel: for the simulated store alone, and back to where nothing waits."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import system_clock
from core.errors import NotPossible
from core.settings import SANDBOX_SHOP
from sandbox import travel
from sandbox.meta.accounts import DEFAULT_NUMBER_ID
from storage import admin_api, backfills, comparisons, numbers
from storage.tenancy import Crossing
from tests import samples
from tests.flows.terminal import TOKEN
from tests.world import PHONE, SHOP
from wiring.clock import OnlySandbox, clock_of, offset_file, sandbox_clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def here(settings, tmp_path: Path):
    """The world's settings, with a data folder in which no other test travels."""
    return replace(settings, data_dir=tmp_path)


@pytest.fixture
def moved(here):
    return sandbox_clock(here.data_dir, here.database_url)


def go(time: timedelta, moved, here) -> timedelta:
    return travel.travel(time, clock=moved, data_dir=here.data_dir)


def test_hours_and_days_add_up_for_every_process(world, here, moved):
    world.open_shop(SANDBOX_SHOP)

    go(HOUR, moved, here)
    offset = go(DAY, moved, here)

    assert offset == DAY + HOUR
    another = clock_of(here)
    assert abs(another() - system_clock() - offset) < timedelta(seconds=5)


def test_back_home_it_is_now_again(world, here, moved):
    shop_id = world.open_shop(SANDBOX_SHOP)
    go(DAY, moved, here)

    travel.come_home(shop_id, clock=moved, services=world.services)

    assert moved.offset == timedelta(0)
    assert not offset_file(here.data_dir).exists()


def test_it_is_refused_while_another_store_is_connected(world, here, moved):
    world.open_shop(SANDBOX_SHOP)
    world.open_shop(number=None)

    with pytest.raises(NotPossible, match="lives in real time"):
        go(HOUR, moved, here)

    assert moved.offset == timedelta(0)
    assert not offset_file(here.data_dir).exists()


def test_what_was_moved_is_ignored_once_another_store_is_connected(world, here, moved):
    world.open_shop(SANDBOX_SHOP)
    go(DAY, moved, here)

    world.open_shop(number=None)

    fresh = sandbox_clock(here.data_dir, here.database_url)
    assert offset_file(here.data_dir).exists()
    assert fresh.offset == timedelta(0)


def test_a_process_notices_another_store_within_a_second(world, here):
    world.open_shop(SANDBOX_SHOP)
    seconds = [0.0]
    is_alone = OnlySandbox(here.database_url, monotonic=lambda: seconds[0])
    before = is_alone()
    world.open_shop(number=None)

    at_once = is_alone()
    seconds[0] = 1.0
    soon = is_alone()

    assert (before, at_once, soon) == (True, True, False)


def test_while_the_database_is_away_the_last_answer_counts(world, here):
    world.open_shop(SANDBOX_SHOP)
    seconds = [0.0]
    nowhere = "postgresql://127.0.0.1:9/nowhere"
    is_alone = OnlySandbox(here.database_url, monotonic=lambda: seconds[0])
    before = is_alone()

    is_alone._url = nowhere
    seconds[0] = 9.0

    assert before is True
    assert is_alone() is True
    assert OnlySandbox(nowhere)() is False


def test_with_the_sandbox_off_there_is_only_the_systems_clock(here):
    offset_file(here.data_dir).parent.mkdir()
    offset_file(here.data_dir).write_text("86400")

    assert clock_of(replace(here, sandbox=False)) is system_clock


@pytest.mark.parametrize("time", [-HOUR, timedelta(0), timedelta(days=401)])
def test_time_goes_forward_and_not_beyond_the_end(world, here, moved, time):
    world.open_shop(SANDBOX_SHOP)

    with pytest.raises(NotPossible):
        go(time, moved, here)

    assert moved.offset == timedelta(0)


def test_nothing_waits_for_the_future_that_is_undone(world, here, moved):
    """What was sent tomorrow does not hold up what is to be sent today."""
    shop_id = world.open_shop(SANDBOX_SHOP)
    today = world.now
    world.now += DAY
    world.shopify_says(
        "orders/create", samples.order(placed_at=world.now), domain=SANDBOX_SHOP
    )
    world.work()
    with world.services.transactions.for_shop(shop_id) as tx:
        numbers.park(
            tx,
            shop_id,
            DEFAULT_NUMBER_ID,
            until=world.now + HOUR,
            because="meta_131042",
        )
    world.now = today

    travel.come_home(shop_id, clock=moved, services=world.services)
    another = samples.order(order_id=2, name="#1002", placed_at=today, phone=PHONE)
    world.shopify_says("orders/create", another, domain=SANDBOX_SHOP)
    world.work()

    assert [message.state for message in world.messages] == ["sent", "sent"]
    assert len(world.accepted) == 2


def test_what_is_asked_of_the_store_does_not_wait_for_it_either(world, here, moved):
    shop_id = world.open_shop(SANDBOX_SHOP)
    tomorrow = world.now + DAY
    with world.services.transactions.for_shop(shop_id) as tx:
        comparisons.begin(tx, shop_id, now=tomorrow, due_at=tomorrow)
        backfills.begin(tx, shop_id, now=tomorrow)
    with world.services.transactions.across(Crossing.SERVING) as tx:
        admin_api.take(tx, SANDBOX_SHOP, 1000, leaving=0, now=tomorrow)

    travel.come_home(shop_id, clock=moved, services=world.services)

    with world.services.transactions.across(Crossing.LOOKING) as tx:
        until = world.now + HOUR
        assert comparisons.take_due(tx, now=world.now, until=until) is not None
        assert backfills.take_due(tx, now=world.now, until=until) is not None
        minute = world.now + timedelta(minutes=1)
        assert admin_api.take(tx, SANDBOX_SHOP, 500, leaving=0, now=minute) == 0


def test_the_simulated_store_goes_on_answering_once_time_is_turned_back(
    world, terminal
):
    today = world.now
    world.now += DAY
    connect = ("shop", "add", SHOP, "--access-token", TOKEN)
    terminal.run(*connect)

    world.now = today

    assert terminal.run(*connect) != ""
