"""Who is to pay at the door and gives no answer: asked once more, and then."""

import pytest

from tests.flows.at_the_door import HOUR, opener


@pytest.fixture
def open_store(world, terminal, shopify, request):
    return opener(world, terminal, shopify, request.node.nodeid)


@pytest.fixture
def store(open_store):
    return open_store()


def test_who_is_silent_is_asked_once_more_and_then_the_order_is_tagged(store):
    store.asks()
    store.reaches_the_phone()
    store.passes(6 * HOUR)
    assert [row.state for row in store.questions] == ["delivered", "sent"]
    store.passes(17 * HOUR)
    assert store.tags == ""

    store.passes(HOUR)
    store.passes(48 * HOUR)

    assert store.tags == "cod-unconfirmed"
    assert store.came_of_it == ("silent", "tagged")
    assert not store.is_cancelled
    assert store.holds == []
    assert store.replies == []
    assert len(store.questions) == 2


def test_the_shipping_of_an_order_is_held_where_its_buyer_is_silent(open_store):
    store = open_store({"on_silence": "hold"})

    store.is_silent()

    assert store.tags == "cod-unconfirmed"
    assert store.holds == ["sosik-unconfirmed"]
    assert store.came_of_it == ("silent", "held")


def test_an_order_is_cancelled_where_its_buyer_is_silent(open_store):
    store = open_store({"on_silence": "cancel"})

    store.is_silent()

    assert store.now_at_shopify["cancel_reason"] == "other"
    assert store.came_of_it == ("silent", "cancelled")
    assert store.replies == []


@pytest.mark.parametrize("choice", ["hold", "cancel"])
def test_silence_of_somebody_who_was_never_reached_is_no_answer(open_store, choice):
    store = open_store({"on_silence": choice})
    store.asks()
    store.passes(6 * HOUR)
    store.passes(18 * HOUR)

    assert store.tags == "cod-unconfirmed"
    assert not store.is_cancelled
    assert store.holds == []
    assert store.came_of_it == ("silent", "not_reached")


@pytest.mark.parametrize("name", ["cod_confirm", "cod_cancel"])
def test_who_answers_late_is_told_that_the_store_sees_to_it(open_store, name):
    store = open_store({"on_silence": "hold"})
    store.is_silent()

    store.taps_on(name)
    store.taps_on(name)
    store.world.work()
    store.acts()

    assert store.replies == ["answered_late"]
    assert store.tags == "cod-unconfirmed"
    assert not store.is_cancelled
    assert store.story[-1].endswith("_late")


def test_the_automation_that_is_off_draws_nothing_from_silence(open_store):
    store = open_store({"on_silence": "cancel"})
    store.asks()
    store.reaches_the_phone()
    store.world.switch("cod_confirmation", enabled=False, domain=store.domain)

    store.passes(6 * HOUR)
    store.passes(18 * HOUR)

    assert store.tags == ""
    assert not store.is_cancelled
    assert store.came_of_it == (None, "let_be")


def test_a_store_that_lets_nobody_hold_shipping_has_it_tagged(open_store):
    store = open_store({"on_silence": "hold"})
    store.puts(scopes="read_orders,write_orders")

    store.is_silent()

    assert store.tags == "cod-unconfirmed"
    assert store.came_of_it == ("silent", "withheld")
