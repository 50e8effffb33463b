"""Payments, refunds, returns and what waits to be sent: they belong to their order."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from core.values import OrderId
from notifications.past import known_now, past_of
from tests.wire.shopify_bodies import example
from tests.world import NOON, SHOP

ORDER = OrderId(5100)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(world):
    world.open_shop(automations=False)
    return world


def _says(world, topic, *, after=timedelta(0), **changes):
    body = example(topic, **changes)
    named = hashlib.sha256(repr((topic, body, after)).encode()).hexdigest()
    world.shopify_says(topic, body, webhook_id=named, triggered_at=NOON + after)
    world.work()


def _known(world):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(shop_id) as tx:
        return known_now(tx, shop_id, ORDER, services=world.services)


def test_every_try_to_pay_is_known(world):
    _says(world, "order_transactions/create")
    _says(world, "order_transactions/create", id=22, status="success", error_code=None)

    failed, paid = _known(world).payments
    assert (failed.status, failed.error_code) == ("failure", "card_declined")
    assert (paid.status, paid.amount, paid.amount_currency) == (
        "success",
        Decimal("37.50"),
        "CHF",
    )


def test_a_refund_is_known_with_what_is_still_on_its_way(world):
    _says(world, "refunds/create")

    [refund] = _known(world).refunds
    assert (refund.amount, refund.pending) == (Decimal("18.75"), Decimal(1))
    assert refund.amount_currency == refund.pending_currency == "CHF"
    assert [item["quantity"] for item in refund.items] == [1]
    assert refund.return_id == 11


def test_a_return_is_where_its_last_step_has_led_and_knows_them_all(world):
    _says(world, "returns/close", after=3 * MINUTE)
    _says(world, "returns/request")
    _says(world, "returns/approve", after=MINUTE)
    _says(world, "returns/update", after=4 * MINUTE)

    [known] = _known(world).returns
    assert (known.step, known.status) == ("closed", "closed")
    assert (known.name, known.lines) == ("#1001-R1", 2)
    assert known.requested_at == NOON
    assert known.approved_at == NOON + MINUTE
    assert known.closed_at == NOON + 3 * MINUTE
    assert known.updated_at == NOON + 4 * MINUTE
    assert known.declined_at is None


def test_what_does_not_name_its_order_belongs_to_it_once_something_does(world):
    """Of a return and of what waits to be sent, not every webhook names the order."""
    shop_id = world.shop_ids[SHOP]
    _says(world, "returns/process")
    _says(world, "fulfillment_orders/line_items_prepared_for_pickup")
    assert (_known(world).returns, _known(world).waiting) == ([], [])
    before = world.now
    world.now += MINUTE

    _says(world, "returns/approve", after=MINUTE)
    _says(world, "fulfillment_orders/placed_on_hold", after=MINUTE)

    known = _known(world)
    [returned], [waiting] = known.returns, known.waiting
    assert (returned.processed_at, returned.approved_at) == (NOON, NOON + MINUTE)
    assert (waiting.prepared_at, waiting.held_at) == (NOON, NOON + MINUTE)
    assert waiting.hold_reasons == ["awaiting_payment", "other"]
    with world.services.transactions.for_shop(shop_id) as tx:
        past = past_of(tx, shop_id, ORDER, services=world.services)
    assert past.known_at(world.now) == known
    assert past.known_at(before).returns == []


def test_a_hold_that_is_released_is_over(world):
    _says(world, "fulfillment_orders/placed_on_hold")
    _says(world, "fulfillment_orders/hold_released", after=MINUTE)

    [waiting] = _known(world).waiting
    assert waiting.resumed_at > waiting.held_at


def test_an_edit_is_noted_on_the_order_until_it_is_told_how_it_stands(world):
    _says(world, "orders/edited")

    order = _known(world).order
    assert order.edited_at is not None
    assert order.whole_since is None
    assert order.items is None
