"""A month of history is written once, and can be asked about like any other."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from core.errors import NotPossible
from core.settings import SANDBOX_SHOP
from core.words import words_for
from notifications.retelling import Retelling
from notifications.why import Reader
from sandbox import month
from sandbox.month import live_through
from wiring.outside import MetasWords

ORDERS = 60


@pytest.fixture
def lived(world):
    shop_id = world.open_shop(SANDBOX_SHOP, automations=True)
    added = live_through(world.services, orders=ORDERS)
    return shop_id, added


def test_it_is_a_month_of_orders_with_what_was_told_of_them(world, lived):
    orders, messages = world.rows("orders"), world.messages

    added = lived[1]
    assert added.pop("orders") == len(orders) == ORDERS
    assert added.pop("messages") == len(messages)
    assert added == Counter(m.state for m in messages)
    assert Counter(m.automation for m in messages)["order_confirmation"] == ORDERS
    assert {m.automation for m in messages} == set(month._TOLD_BY)
    assert {m.state for m in messages} <= {"read", "delivered", "failed", "skipped"}
    oldest = min(order.placed_at for order in orders)
    assert timedelta(days=20) < world.now - oldest <= timedelta(days=32)
    assert max(message.created_at for message in messages) < world.now
    assert len({order.locale for order in orders}) > 5


def test_the_second_time_adds_nothing(world, lived):
    before = (world.rows("orders"), world.messages, world.rows("history"))

    again = live_through(world.services, orders=ORDERS)

    assert again == Counter()
    assert (world.rows("orders"), world.messages, world.rows("history")) == before


def test_one_that_was_interrupted_is_finished(world, monkeypatch):
    world.open_shop(SANDBOX_SHOP)
    monkeypatch.setattr(month._Writer, "put_in", lambda self: None)
    live_through(world.services, orders=ORDERS)
    monkeypatch.undo()

    added = live_through(world.services, orders=ORDERS)

    assert added["orders"] == len(world.rows("orders")) == ORDERS
    confirmed = [m for m in world.messages if m.automation == "order_confirmation"]
    assert len(confirmed) == ORDERS


def test_nothing_of_it_is_sent_or_waits_to_be(world, lived):
    world.look()

    assert world.accepted == []
    assert {message.queue for message in world.messages} == {None}


def test_why_tells_of_it_as_of_any_other(world, lived):
    shop_id, _ = lived
    retelling = Retelling(
        shop_id=shop_id,
        services=world.services,
        interpreter=MetasWords(),
        words=words_for("en"),
    )
    reader = Reader(retelling)
    read = next(m for m in world.messages if m.state == "read")
    skipped = next(m for m in world.messages if m.state == "skipped")

    [told] = reader.of_message(read.id).messages
    [not_told] = reader.of_message(skipped.id).messages

    assert told.text
    assert "{{" not in told.text
    assert [line.what for line in told.lines][-1] == "reported_read"
    assert not_told.reason is not None
    assert not_told.reason.code == "no_consent"
    assert json.dumps(read.story)


def test_it_needs_the_store_to_be_connected(world):
    with pytest.raises(NotPossible, match="not connected"):
        live_through(world.services, orders=ORDERS)
