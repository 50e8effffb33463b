"""An order is to be paid by bank transfer: the buyer is told, unless they have paid."""

from datetime import timedelta

import pytest

from tests import samples
from tests.world import SHOP

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
AWAITED = "sosik_payment_pending_1"
CONFIRMED = "sosik_order_confirmation_1"


@pytest.fixture
def world(world):
    world.open_shop(automations=["payment_pending", "order_confirmation"])
    return world


def _order(world, topic="orders/create", **more):
    body = samples.order(**{"payment": "pending", "gateway": "bank_transfer", **more})
    assert world.shopify_says(topic, body) == 200
    world.work()


def _paid(world, **more):
    _order(world, "orders/paid", payment="paid", updated_at=world.now, **more)


def _told(world):
    return [each["template"] for each in world.accepted]


def _message(world):
    [message] = [m for m in world.messages if m.automation == "payment_pending"]
    return message


@pytest.mark.parametrize("payment", ["pending", "unpaid"])
def test_what_is_to_be_paid_is_told_after_half_an_hour(world, payment):
    _order(world, payment=payment)

    world.pass_time(29 * MINUTE)
    assert _told(world) == []
    world.pass_time(MINUTE)

    assert _told(world) == [AWAITED]


def test_it_tells_how_much_and_where(world):
    _order(world)
    world.pass_time(30 * MINUTE)

    asked = ["why", SHOP, "--message", _message(world).id]
    said = world.app.test_cli_runner().invoke(args=asked).output

    assert "awaits your payment of €39.90." in " ".join(said.split())
    assert "https://ada.example/orders/" in said


def test_who_pays_in_time_is_told_that_the_order_is_confirmed(world):
    _order(world)
    world.now += 10 * MINUTE

    _paid(world)
    world.pass_time(30 * MINUTE)

    assert _told(world) == [CONFIRMED]
    assert _message(world).reason == "overtaken"


def test_who_pays_days_later_still_gets_a_confirmation(world):
    _order(world)
    world.pass_time(30 * MINUTE)
    world.now += 6 * DAY

    _paid(world)

    assert _told(world) == [AWAITED, CONFIRMED]


def test_an_old_order_that_is_told_anew_is_not_confirmed(world):
    """It was paid before the app came, and somebody changes a note."""
    world.now += 6 * DAY

    _order(world, "orders/fulfilled", payment="paid", updated_at=world.now)

    assert world.messages == []


@pytest.mark.parametrize(
    "order",
    [
        {"gateway": "Cash on Delivery (COD)"},
        {"payment": "paid"},
        {"payment": "authorized"},
        {"payment": "voided"},
    ],
)
def test_nothing_is_awaited_of_an_order_that_is_paid_or_paid_at_the_door(world, order):
    _order(world, **order)

    world.pass_time(31 * MINUTE)

    assert AWAITED not in _told(world)
    *_, webhook = world.rows("webhooks")
    assert "payment_pending" not in webhook.outcome


def test_nothing_is_awaited_of_an_order_that_costs_nothing(world):
    nothing = {"amount": "0.00", "currency_code": "EUR"}
    total = {"shop_money": nothing, "presentment_money": nothing}

    _order(world, total_price="0.00", total_price_set=total)
    world.pass_time(31 * MINUTE)

    assert world.messages == []
    *_, webhook = world.rows("webhooks")
    assert webhook.outcome["payment_pending"] == "nothing_to_pay"


def test_nothing_is_awaited_of_an_order_that_was_cancelled_meanwhile(world):
    _order(world)
    world.now += 10 * MINUTE

    _order(world, "orders/cancelled", cancelled_at=world.now, updated_at=world.now)
    world.pass_time(31 * MINUTE)

    assert _told(world) == []
    assert _message(world).reason == "order_cancelled"


def test_it_is_told_once_however_often_the_order_is_told(world):
    _order(world)
    _order(world, "orders/updated")

    for _ in range(4):
        world.pass_time(DAY / 4)
        _order(world, "orders/updated", updated_at=world.now, name="#1001")

    assert _told(world) == [AWAITED]


def test_a_store_sets_how_long_it_waits(world):
    world.set_up("payment_pending", wait_minutes=5)

    _order(world)
    world.pass_time(5 * MINUTE)

    assert _told(world) == [AWAITED]
