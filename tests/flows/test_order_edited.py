"""An order is changed; the buyer reads how it stands once it has come to rest."""

from datetime import timedelta

import pytest

from integrations.shopify.subscriptions import NARROWED
from tests import samples
from tests.world import SHOP

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EDITED = "sosik_order_edited_1"


@pytest.fixture
def world(world):
    world.open_shop(automations=["order_edited"])
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += HOUR
    return world


def _edit(world, number=1, **more):
    body = samples.edit(edit_id=number, **{"at": world.now, **more})
    assert world.shopify_says("orders/edited", body) == 200
    world.work()


def _texts(world):
    found = []
    for message in world.messages:
        if message.state == "sent":
            asked = ["why", SHOP, "--message", message.id]
            found.append(world.app.test_cli_runner().invoke(args=asked).output)
    return found


def _reasons(world):
    return {m.occasion.rpartition(":")[2]: m.reason for m in world.messages}


def test_an_edit_is_told_after_two_minutes(world):
    _edit(world, added={11: 2, 12: 1}, removed={13: 1})
    world.pass_time(2 * MINUTE - SECOND)
    assert world.accepted == []

    world.pass_time(SECOND)

    [text] = _texts(world)
    assert [each["template"] for each in world.accepted] == [EDITED]
    assert "Items added: 3" in text
    assert "Items removed: 1" in text
    assert "New total: shown on the page of the order" in text


def test_several_edits_are_one_message_that_tells_what_they_come_to(world):
    _edit(world, 1, added={11: 2})
    world.now += 90 * SECOND
    _edit(world, 2, removed={11: 1, 12: 1})
    world.pass_time(90 * SECOND)
    assert world.accepted == []
    _edit(world, 3, added={13: 4})

    world.pass_time(2 * MINUTE)

    [text] = _texts(world)
    assert "Items added: 5" in text
    assert "Items removed: 1" in text
    assert _reasons(world) == {"1": "told_together", "2": "told_together", "3": None}


def test_an_older_edit_that_comes_in_after_a_newer_one_is_told_with_it(world):
    _edit(world, 2, removed={11: 2}, at=world.now)
    world.now += 6 * SECOND
    _edit(world, 1, added={11: 2, 12: 1}, at=world.now - 13 * SECOND)

    for _ in range(130):
        world.pass_time(SECOND)

    [text] = _texts(world)
    assert "Items added: 1" in text
    assert "Items removed: 0" in text
    assert _reasons(world) == {"1": "told_together", "2": None}


def test_an_edit_that_is_told_twice_counts_once(world):
    for webhook in ("w1", "w2"):
        body = samples.edit(added={11: 2}, at=world.now)
        world.shopify_says("orders/edited", body, webhook_id=webhook)
        world.work()
    _edit(world, 2, added={12: 1})

    world.pass_time(2 * MINUTE)

    [text] = _texts(world)
    assert "Items added: 3" in text


def test_edits_that_undo_each_other_are_told_to_nobody(world):
    _edit(world, 1, added={11: 2})
    world.now += MINUTE
    _edit(world, 2, removed={11: 2})

    for _ in range(10):
        world.pass_time(MINUTE)

    assert world.accepted == []
    assert _reasons(world) == {"1": "cancelled_out", "2": "cancelled_out"}


@pytest.mark.parametrize("lines", [{}, {"added": {11: 1}, "removed": {11: 1}}])
def test_an_edit_of_no_things_is_no_news(world, lines):
    _edit(world, **lines)

    assert world.messages == []
    *_, webhook = world.rows("webhooks")
    assert webhook.outcome["order_edited"] == "cancelled_out"


def test_an_edit_long_after_another_is_told_by_itself(world):
    _edit(world, 1, added={11: 2})
    world.pass_time(2 * MINUTE)

    _edit(world, 2, removed={11: 2})
    world.pass_time(2 * MINUTE)

    first, second = _texts(world)
    assert "Items added: 2" in first
    assert "Items removed: 2" in second


def test_an_edit_that_comes_late_is_told_though_a_newer_one_has_been(world):
    """The newer one could not tell what nobody knew yet."""
    _edit(world, 2, added={12: 1})
    world.pass_time(2 * MINUTE)

    _edit(world, 1, added={11: 5}, at=world.now - 10 * MINUTE)
    world.pass_time(2 * MINUTE)

    _, late = _texts(world)
    assert "Items added: 5" in late


def test_the_new_total_is_told_where_shopify_has_told_it_since(world):
    """By the part of a changed order that a store is asked for."""
    _edit(world, added={11: 2})
    money = {"amount": "54.90", "currency_code": "EUR"}
    total = {"shop_money": money, "presentment_money": money}
    whole = samples.order(updated_at=world.now + SECOND, current_total_price_set=total)
    asked_for = NARROWED["orders/updated"].fields
    part = {name: value for name, value in whole.items() if name in asked_for}
    world.shopify_says("orders/updated", part)
    world.work()

    world.pass_time(2 * MINUTE)

    [text] = _texts(world)
    assert "New total: €54.90" in text


def test_a_total_from_before_the_edit_is_not_told(world):
    money = {"amount": "39.90", "currency_code": "EUR"}
    total = {"shop_money": money, "presentment_money": money}
    body = samples.order(updated_at=world.now - SECOND, current_total_price_set=total)
    world.shopify_says("orders/updated", body)
    _edit(world, added={11: 2})

    world.pass_time(2 * MINUTE)

    [text] = _texts(world)
    assert "New total: shown on the page of the order" in text


def test_what_was_put_together_stays_together_after_a_disturbance(world):
    _edit(world, 1, added={11: 2})
    _edit(world, 2, added={12: 1}, at=world.now + SECOND)
    fault = {"kind": "refusal", "code": 131057, "http": 400, "next": 1}
    world.meta.post("settings", {"faults": [fault]})

    world.pass_time(2 * MINUTE)
    assert world.accepted == []
    world.pass_time(10 * SECOND)

    [text] = _texts(world)
    assert "Items added: 3" in text


def test_nothing_is_told_of_a_cancelled_order(world):
    _edit(world, added={11: 2})
    body = samples.order(cancelled_at=world.now, updated_at=world.now)
    world.shopify_says("orders/cancelled", body)
    world.work()

    world.pass_time(2 * MINUTE)

    assert world.accepted == []
    assert world.message.reason == "order_cancelled"
