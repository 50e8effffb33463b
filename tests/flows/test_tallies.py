"""What each automation has done lately is counted while it happens."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.values import Money, ShopId
from notifications import tallying
from storage import tallies
from storage.tallies import Step, What
from storage.tenancy import Crossing
from tests import samples
from tests.asked import counted
from tests.world import NOON, SHOP

TODAY = date(2026, 11, 20)
PAID = {"billable": True, "type": "regular", "category": "utility"}
AS_AN_OFFER = {**PAID, "category": "marketing"}


def _lately(world, *, today=TODAY, domain=SHOP):
    shop_id = world.shop_ids[domain]
    with world.services.transactions.for_shop(shop_id) as tx:
        return tallying.lately(tx, shop_id, today)


def _order(world, number=1, **changes):
    body = samples.order(order_id=5500 + number, **changes)
    world.shopify_says("orders/create", body)
    world.work()


def _reported(world, *statuses, **told):
    world.meta_reports(
        *({"id": world.messages[-1].provider_id, "status": s, **told} for s in statuses)
    )
    world.work()


def test_each_step_of_a_message_is_counted_once_however_often_it_is_told(world):
    world.open_shop()
    _order(world)

    _reported(world, "sent", "delivered", "delivered")
    _reported(world, "read", "read", "delivered")

    done = _lately(world)["order_confirmation"]
    assert (done.sent, done.delivered, done.read, done.failed) == (1, 1, 1, 0)


def test_a_report_that_overtakes_others_counts_what_they_would_have(world):
    world.open_shop()
    _order(world)

    _reported(world, "read")

    done = _lately(world)["order_confirmation"]
    assert (done.sent, done.delivered, done.read) == (1, 1, 1)


def test_what_is_not_sent_or_does_not_arrive_is_counted_too(world):
    world.open_shop()
    _order(world)
    _reported(world, "failed", errors=[{"code": 131026, "title": "Undeliverable"}])

    _order(world, 2, agreed=False, phone="+4915112345679")

    done = _lately(world)["order_confirmation"]
    assert (done.sent, done.failed, done.skipped) == (1, 1, 1)


def test_a_day_is_the_stores_own(world):
    """At half past eleven in the evening in London it is tomorrow in Berlin."""
    world.open_shop()
    world.now = NOON.replace(hour=23, minute=30)

    _order(world, placed_at=world.now)

    [row] = [each for each in world.rows("tallies") if each.what == "sent"]
    assert row.day == TODAY + timedelta(days=1)


def test_adding_up_changes_no_count_and_leaves_a_row_for_each(world):
    world.open_shop()
    for number in range(1, 4):
        _order(world, number, phone=f"+491511234567{number}")
    before = _lately(world)

    assert tallying.add_up(services=world.services) >= 3
    assert tallying.add_up(services=world.services) == 0

    assert _lately(world) == before
    assert [(row.what, row.count) for row in world.rows("tallies")] == [("sent", 3)]
    _order(world, 4, phone="+4915112345674")
    assert _lately(world)["order_confirmation"].sent == 4
    tallying.add_up(services=world.services)
    assert [(row.what, row.count) for row in world.rows("tallies")] == [("sent", 4)]


def test_what_meta_charges_is_told_as_far_as_its_price_is_known(world):
    world.open_shop()
    _order(world)
    _reported(world, "sent", pricing=PAID)
    _reported(world, "delivered", pricing=PAID)

    done = _lately(world)["order_confirmation"]
    assert (done.costs, done.unpriced) == ((), {"utility": 1})


def test_the_price_is_that_of_the_country_of_the_number_on_the_day(world):
    world.open_shop()
    _order(world)
    _reported(world, "sent", pricing=AS_AN_OFFER)

    [cost] = _lately(world)["order_confirmation"].costs
    assert cost == Money(Decimal("0.1131"), "EUR")


@pytest.mark.parametrize(
    "pricing",
    [
        {"type": "free_customer_service", "category": "utility", "billable": True},
        {"category": "utility", "billable": False},
    ],
)
def test_what_is_free_costs_nothing(world, pricing):
    world.open_shop()
    _order(world)
    _reported(world, "sent", pricing=pricing)

    done = _lately(world)["order_confirmation"]
    assert (done.costs, done.unpriced) == ((), {})


def test_what_was_more_than_thirty_days_ago_does_not_count(world):
    world.open_shop()
    _order(world)

    assert _lately(world, today=TODAY + timedelta(days=29))
    assert not _lately(world, today=TODAY + timedelta(days=30))


def test_another_store_sees_nothing_of_it(world):
    world.open_shop()
    other = world.open_shop("bob.myshopify.com", number=None)
    _order(world)

    with world.services.transactions.for_shop(other) as tx:
        assert tallying.lately(tx, world.shop_ids[SHOP], TODAY) == {}


def test_one_query_tells_of_all_whatever_was_sent(world, monkeypatch):
    world.open_shop()
    names = [f"automation_{number}" for number in range(25)]

    def of_a_day(day):
        with world.services.transactions.across(Crossing.SENDING) as tx:
            own = ShopId(world.shop_ids[SHOP])
            steps = [Step(own, "UTC", n, w) for n in names for w in What] * 40
            tallies.count(tx, steps, now=NOON - timedelta(days=day))

    for day in range(30):
        of_a_day(day)
    with counted(monkeypatch) as asked:
        found = _lately(world)

    assert found["automation_7"].sent == 30 * 40
    assert sum("tallies" in each for each in asked) == 1
