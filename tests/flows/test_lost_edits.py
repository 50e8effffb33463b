"""An edit whose webhook got lost is told once, whether its webhook comes after all."""

from datetime import timedelta
from hashlib import sha256

import pytest

from storage.statements import Statement
from storage.tenancy import Crossing
from tests.flows.test_comparing import Store

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
MUG = {"sku": "MUG-CEL", "quantity": 2}


@pytest.fixture
def store(world, terminal, shopify, request):
    name = sha256(request.node.name.encode()).hexdigest()[:16]
    store = Store(world, terminal, shopify, f"edited-{name}.myshopify.com")
    world.switch("order_edited", enabled=True, domain=store.domain)
    return store


@pytest.fixture
def order(world, store):
    order = store.sells()
    store.says("orders/create", order)
    world.work()
    world.now += 2 * MINUTE
    return order


def edit(store, order, **changes):
    """Some mugs are put on, and the first line goes, or what is asked for."""
    usual = {"added": [MUG], "removed": {order["line_items"][0]["id"]: 1}}
    told = {"order_id": order["id"], **(changes or usual)}
    return store.does("edits", **told)["edit"]


def texts(store):
    found = []
    for message in store.world.messages:
        if (message.automation, message.state) == ("order_edited", "sent"):
            asked = ("why", store.domain, "--message", message.id)
            found.append(store.terminal.run(*asked))
    return found


def look_around(store, times=2):
    """Each time the store is asked, and what waits for more edits has its time."""
    for _ in range(times):
        store.later()
        store.world.pass_time(2 * MINUTE)


def test_it_is_told_with_what_was_put_on_and_taken_off(store, order):
    edit(store, order)

    look_around(store)

    [text] = texts(store)
    assert "Items added: 2" in text
    assert "Items removed: 1" in text
    assert "New total: €" in text
    assert store.row.found == {"orders/updated": 1, "orders/edited": 1}


@pytest.mark.parametrize("apart", [0 * SECOND, 2 * SECOND, -40 * SECOND])
def test_it_is_told_once_though_its_webhook_comes_late(world, store, order, apart):
    """And says another moment than the store did when it was asked."""
    told = edit(store, order)
    at = world.now + apart
    look_around(store)

    told["order_edit"]["committed_at"] = at.isoformat()
    store.says("orders/edited", told)
    world.work()
    look_around(store)

    assert store.told.count("order_edited") == 1
    assert len([m for m in world.messages if m.automation == "order_edited"]) == 1
    assert store.row.found["orders/edited"] == 1


def test_it_is_told_once_though_its_webhook_comes_late_and_then_again(
    world, store, order
):
    told = edit(store, order)
    look_around(store)

    for _ in range(2):
        store.says("orders/edited", told)
        world.work()
        look_around(store)

    assert store.told.count("order_edited") == 1


def test_it_is_told_once_where_its_webhook_comes_while_the_store_is_asked(
    world, store, order
):
    """What the store said and the webhook are read together."""
    told = edit(store, order)
    world.now += 2 * MINUTE

    store.says("orders/edited", told)
    store.compare()
    look_around(store)

    [text] = texts(store)
    assert "Items added: 2" in text
    assert store.told.count("order_edited") == 1


def test_what_its_webhook_told_is_not_found_again(world, store, order):
    told = edit(store, order)
    store.says("orders/edited", told)
    world.work()

    look_around(store)

    assert store.told.count("order_edited") == 1
    assert "orders/edited" not in store.row.found


def test_of_two_edits_the_one_that_got_lost_is_told(world, store, order):
    told = edit(store, order)
    store.says("orders/edited", told)
    world.work()
    world.pass_time(2 * MINUTE)
    edit(store, order, added=[{**MUG, "quantity": 3}])

    look_around(store)

    first, second = texts(store)
    assert "Items added: 2" in first
    assert "Items added: 3" in second
    assert store.row.found["orders/edited"] == 1


def test_one_from_before_the_store_was_connected_is_told_to_nobody(world, store, order):
    edit(store, order)
    world.now += MINUTE
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.run(Statement("DELETE FROM comparisons"), {})
    store.begin()
    world.now += MINUTE
    store.does("refunds", order_id=order["id"])  # touches it

    look_around(store)

    assert "order_edited" not in store.told
