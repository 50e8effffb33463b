"""A message that cannot be decided about is set aside, and holds up no other."""

from datetime import timedelta
from itertools import count

import pytest

from core.values import ShopDomain
from sandbox.meta.accounts import DEFAULT_WABA_ID, sandbox_token
from storage.shops import send_lane_of
from tests import samples
from tests.flows.test_metrics import set_rows
from tests.world import SANDBOX_SECRET, SHOP

MINUTE = timedelta(minutes=1)
OTHER_NUMBER = "100000000000077"
BESIDE = next(
    domain
    for number in count()
    if send_lane_of(ShopDomain(domain := f"shop-{number}.myshopify.com"))
    == send_lane_of(ShopDomain(SHOP))
)
"""A shop whose messages leave in the same lane."""


@pytest.fixture
def world(world):
    world.open_shop()
    world.meta.post(
        "accounts",
        {
            "waba_id": DEFAULT_WABA_ID,
            "phone_number_id": OTHER_NUMBER,
            "token": sandbox_token(SANDBOX_SECRET),
            "display_phone_number": "+1 555-013-0177",
        },
    )
    world.open_shop(BESIDE, number=OTHER_NUMBER)
    return world


def _order_beside(world):
    body = samples.order(order_id=77, name="#77", phone="+4915112777777")
    world.shopify_says("orders/create", body, webhook_id="beside", domain=BESIDE)


def _states(world):
    return {message.order_id: message.state for message in world.messages}


def _spoil(world, table, column, shop):
    before = {row.shop_id: row for row in world.rows(table)}[world.shop_ids[shop]]
    set_rows(
        world,
        f"UPDATE {table} SET {column} = 'spoilt' WHERE shop_id = :shop",
        shop=world.shop_ids[shop],
    )
    return getattr(before, column)


def _mend(world, table, column, shop, value):
    set_rows(
        world,
        f"UPDATE {table} SET {column} = :value WHERE shop_id = :shop",
        shop=world.shop_ids[shop],
        value=value,
    )


def _leave_unsent(world):
    """Both shops' orders are read, and nothing has been sent yet."""
    world.shopify_says("orders/create", samples.order())
    _order_beside(world)
    world.read_everything_now()


@pytest.mark.parametrize(
    ("table", "column"), [("contacts", "phone"), ("numbers", "token")]
)
def test_what_cannot_be_opened_is_set_aside_and_the_others_leave(world, table, column):
    _leave_unsent(world)
    before = _spoil(world, table, column, SHOP)

    world.look()

    assert _states(world) == {samples.ORDER_ID: "waiting", 77: "sent"}
    [aside] = [m for m in world.messages if m.state == "waiting"]
    assert aside.reason == "bug_CannotOpen"
    _mend(world, table, column, SHOP, before)
    world.pass_time(2 * MINUTE)
    assert _states(world) == {samples.ORDER_ID: "sent", 77: "sent"}


def test_what_is_set_aside_is_looked_at_ever_more_seldom_until_it_is_too_late(world):
    _leave_unsent(world)
    _spoil(world, "contacts", "phone", SHOP)

    pauses = []
    for _ in range(800):
        world.look()
        [aside] = [m for m in world.messages if m.order_id == samples.ORDER_ID]
        if aside.state != "waiting":
            break
        pauses.append(aside.due_at - world.now)
        world.now = aside.due_at

    assert (aside.state, aside.reason) == ("skipped", "too_late")
    assert pauses[0] == MINUTE
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)
    assert [each["what"] for each in aside.story] == ["proposed", "waiting", "skipped"]


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+09:00"])
def test_a_time_at_the_end_of_the_calendar_stops_nobody(world, when):
    body = samples.fulfillment(order_id=404) | {"updated_at": when, "created_at": when}
    world.shopify_says("fulfillments/create", body, webhook_id="odd")
    _order_beside(world)

    world.look()

    assert _states(world)[77] == "sent"
    [odd] = [w for w in world.rows("webhooks") if w.dedupe_id == "odd"]
    assert (odd.state, odd.reason.partition(":")[0]) == ("stuck", "UnreadablePayload")
