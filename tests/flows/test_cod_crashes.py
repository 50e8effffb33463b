"""Whatever breaks at Shopify, an order is cancelled once, and its buyer told once."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest

from core.echoes import LEASE
from core.errors import TryLater, Unsure
from notifications.acting_on_answers import act_on_answers
from storage import open_answers
from storage.tenancy import Crossing
from tests.flows.at_the_door import MINUTE, opener


@pytest.fixture
def open_store(world, terminal, shopify, request):
    return opener(world, terminal, shopify, request.node.nodeid)


@pytest.fixture
def store(open_store):
    return open_store()


class Breaking:
    """A store of which the first call by one name breaks, undone or done."""

    def __init__(self, store, name, when, error):
        self.store, self.name, self.when, self.error = store, name, when, error
        self.calls = 0

    def __getattr__(self, name):
        real = getattr(self.store, name)
        return partial(self._broken, real) if name == self.name else real

    def _broken(self, real, *args, **how):
        self.calls += 1
        if self.calls > 1:
            return real(*args, **how)
        if self.when == "after":
            real(*args, **how)
        raise self.error


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "error",
    [
        Unsure("nobody knows", code="no_answer_timeout"),
        TryLater("not now", code="no_answer_reset"),
        KeyboardInterrupt(),
    ],
    ids=["unsure", "later", "crash"],
)
@pytest.mark.parametrize("name", ["order_at_store", "tag_order", "cancel_order"])
def test_a_crash_at_shopify_leads_to_one_cancellation_and_one_answer(
    store, name, when, error
):
    store.asks()
    store.cancels()
    breaking = Breaking(store.at_shopify, name, when, error)

    for _ in range(8):
        with suppress(KeyboardInterrupt):
            act_on_answers(breaking, services=store.world.services)
        store.world.pass_time(3 * MINUTE)

    if name != "order_at_store":
        assert breaking.calls == (1 if when == "after" else 2)
    assert store.is_cancelled
    assert store.replies == ["order_cancelled"]
    assert store.tags == "cod-cancelled"
    assert store.row.due_at is None


class Slow:
    """A store that says yes to a cancellation, and has not done it yet."""

    def __init__(self, store):
        self.store, self.asked = store, 0

    def __getattr__(self, name):
        return getattr(self.store, name)

    def cancel_order(self, *_args, **_how):
        self.asked += 1


def test_shopify_that_takes_its_time_is_looked_at_again_and_not_asked_again(store):
    """It cancels after it has answered."""
    store.asks()
    store.cancels()
    slow = Slow(store.at_shopify)

    for second in range(0, 60, 15):
        if second == 45:
            assert store.replies == []
            store.does("cancel", order_id=store.sold["id"])
        act_on_answers(slow, services=store.world.services)
        store.world.pass_time(timedelta(seconds=15))

    assert slow.asked == 1
    assert store.replies == ["order_cancelled"]


def test_a_cancellation_that_never_comes_about_is_the_stores_to_see_to(store):
    store.asks()
    store.cancels()
    slow = Slow(store.at_shopify)

    for _ in range(20):
        act_on_answers(slow, services=store.world.services)
        store.world.pass_time(MINUTE)

    assert slow.asked == 3
    assert store.came_of_it == ("cancelled", "not_cancelled")
    assert store.replies == ["wish_noted"]


def test_of_two_workers_one_has_the_order_until_its_lease_is_over(store):
    store.asks()
    store.cancels()
    services, now = store.world.services, store.world.now
    taken = []
    for at in (now, now, now + LEASE):
        with services.transactions.across(Crossing.LOOKING) as tx:
            due = open_answers.take_due(tx, now=at, until=at + LEASE)
            taken.append(None if due is None else due.orders)

    assert taken == [[store.sold["id"]], None, [store.sold["id"]]]
