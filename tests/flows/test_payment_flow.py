"""Whoever is yet to pay an order is reminded in steps: each once, none after a payment,
whatever becomes of the flow meanwhile."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from core.lanes import LANES, Lane
from notifications.sending import send_messages
from tests import samples
from tests.world import SHOP

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FLOW = "payment_pending"
FIRST = {"key": "first", "message": FLOW, "after_minutes": 180}
SECOND = {"key": "second", "message": FLOW, "after_minutes": 24 * 60}
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def world(world):
    world.open_shop(automations=[FLOW], timezone="Etc/UTC")
    return world


@pytest.fixture
def set_flow(world, tmp_path):
    def set_flow(*steps, **more):
        file = tmp_path / "flow.json"
        file.write_text(json.dumps({"steps": steps, **more}))
        return _run(world, "flow", "set", SHOP, FLOW, str(file))

    return set_flow


def _run(world, *words, fails=False):
    done = world.app.test_cli_runner().invoke(args=words)
    assert (done.exit_code != 0) is fails, done.output
    return done.output


def _order(world, topic="orders/create", **more):
    usual = {"payment": "pending", "gateway": "bank_transfer"}
    body = samples.order(**{**usual, "placed_at": world.now, **more})
    assert world.shopify_says(topic, body) == 200
    world.work()


def _pays(world, placed_at, payment="paid", **more):
    _order(
        world,
        "orders/paid" if payment == "paid" else "orders/updated",
        payment=payment,
        placed_at=placed_at,
        updated_at=world.now,
        **more,
    )


def _hours(world, hours):
    times = []
    for hour in range(hours):
        before = len(world.accepted)
        world.pass_time(HOUR)
        times += [hour + 1] * (len(world.accepted) - before)
    return times


def _steps(world):
    return {row.told["step"]: (row.state, row.reason) for row in world.messages}


def test_as_it_comes_it_reminds_after_half_an_hour_and_after_a_day(world):
    world.set_up(FLOW)
    _order(world)

    moments, placed_at = [], world.now
    for _ in range(100):
        before = len(world.accepted)
        world.pass_time(HOUR / 2)
        moments += [world.now - placed_at] * (len(world.accepted) - before)

    assert moments == [30 * MINUTE, 24 * HOUR]
    assert len({message.occasion for message in world.messages}) == 2


def test_each_step_comes_once_at_its_time_however_often_the_order_changes(
    world, set_flow
):
    set_flow(FIRST, SECOND)
    placed_at = world.now
    _order(world)

    times = []
    for hour in range(48):
        before = len(world.accepted)
        world.pass_time(HOUR)
        times += [hour + 1] * (len(world.accepted) - before)
        _pays(world, placed_at, "pending")

    assert times == [3, 24]
    assert _steps(world) == {"first": ("sent", None), "second": ("sent", None)}


@pytest.mark.parametrize("payment", ["paid", "voided", "expired", "partially_paid"])
def test_a_payment_between_two_steps_ends_the_flow(world, set_flow, payment):
    set_flow(FIRST, SECOND)
    placed_at = world.now
    _order(world)
    _hours(world, 5)

    _pays(world, placed_at, payment)
    _hours(world, 48)

    assert len(world.accepted) == 1
    assert _steps(world) == {
        "first": ("sent", None),
        "second": ("skipped", "overtaken"),
    }


def test_a_cancellation_ends_the_flow(world, set_flow):
    set_flow(FIRST, SECOND)
    placed_at = world.now
    _order(world)
    _hours(world, 2)

    _order(
        world,
        "orders/cancelled",
        placed_at=placed_at,
        cancelled_at=world.now,
        updated_at=world.now,
    )
    _hours(world, 48)

    assert world.accepted == []
    assert _steps(world) == {"first": ("skipped", "order_cancelled")}


def test_a_payment_that_came_in_and_is_not_read_yet_is_waited_for(world, set_flow):
    set_flow(FIRST)
    placed_at = world.now
    _order(world)
    world.now += 3 * HOUR
    paid = samples.order(
        payment="paid",
        gateway="bank_transfer",
        placed_at=placed_at,
        updated_at=world.now,
    )
    assert world.shopify_says("orders/paid", paid) == 200

    send_messages([Lane(each) for each in range(LANES)], services=world.services)
    assert world.accepted == []
    assert world.message.reason == "not_read_yet"
    world.work()
    _hours(world, 1)

    assert world.accepted == []
    assert world.message.reason == "overtaken"


@pytest.mark.parametrize(
    ("when", "order", "suits"),
    [
        ({"value_at_least": "39.90"}, {}, True),
        ({"value_at_least": "39.91"}, {}, False),
        ({"value_below": {"USD": "1000"}}, {}, False),
        ({"countries": ["DE"]}, {}, True),
        ({"countries": ["AT"]}, {}, False),
        ({"languages": ["ko"]}, {"locale": "ko-KR"}, True),
        ({"languages": ["ko"]}, {}, False),
        ({"first_time_buyer": True}, {}, True),
        ({"first_time_buyer": False}, {}, False),
        ({"tags": ["frequent"]}, {}, False),
        ({"without_tags": ["frequent"]}, {}, True),
        ({"items_at_least": 1}, {}, False),
        (
            {"items_at_least": 2, "products": [7]},
            {"line_items": [{"id": 1, "product_id": 7, "title": "Mug", "quantity": 2,
                             "current_quantity": 2, "price": "19.95"}]},
            True,
        ),
    ],
)  # fmt: skip
def test_a_step_is_for_whom_its_conditions_name(world, set_flow, when, order, suits):
    set_flow({**FIRST, "when": when})
    _order(world, **order)

    _hours(world, 3)

    assert len(world.accepted) == suits
    if not suits:
        assert world.message.reason == "step_not_suited"
        said = _run(world, "why", SHOP, "--message", world.message.id)
        assert next(iter(when)) in said


def test_who_has_bought_before_is_no_first_time_buyer(world, set_flow):
    set_flow({**FIRST, "when": {"first_time_buyer": True}})
    _order(world, order_id=1, payment="paid")
    world.now += HOUR
    _order(world, order_id=2)

    _hours(world, 3)

    assert world.accepted == []
    assert world.message.reason == "step_not_suited"


def test_who_has_read_the_first_is_not_asked_a_second_time(world, set_flow):
    set_flow(FIRST, {**SECOND, "when": {"unread": True}})
    _order(world)
    _hours(world, 3)
    [first] = [row for row in world.messages if row.told["step"] == "first"]
    world.meta_reports({"id": first.provider_id, "status": "read"})
    world.work()

    _hours(world, 24)

    assert len(world.accepted) == 1
    assert _steps(world)["second"] == ("skipped", "step_not_suited")


def test_a_step_keeps_to_its_own_hours(world, set_flow):
    """It is noon, and winter in Berlin."""
    set_flow({**FIRST, "window": "18:00-20:00"})
    _order(world)

    assert _hours(world, 12) == [5]


def test_without_a_yes_nobody_is_reminded(world, set_flow):
    set_flow(FIRST, SECOND)
    _order(world, agreed=None)

    assert _hours(world, 48) == []
    assert {reason for _, reason in _steps(world).values()} == {"no_consent"}


def test_changing_the_flow_while_it_runs_tells_nothing_again(world, set_flow):
    set_flow(FIRST)
    _order(world)
    _hours(world, 4)

    earlier = {"key": "earlier", "message": FLOW, "after_minutes": 60}
    set_flow(earlier, {**FIRST, "after_minutes": 300}, SECOND)

    assert _hours(world, 48) == []


def test_a_step_that_waits_comes_when_the_changed_flow_has_it(world, set_flow):
    set_flow(FIRST)
    _order(world)
    set_flow({**FIRST, "after_minutes": 6 * 60}, SECOND)

    assert _hours(world, 4) == []
    assert world.message.reason == "step_not_due"
    assert _hours(world, 44) == [2, 20]


def test_a_step_that_was_taken_out_is_skipped_and_the_flow_goes_on(world, set_flow):
    set_flow(FIRST, SECOND)
    _order(world)
    set_flow(SECOND)

    assert _hours(world, 48) == [24]
    assert _steps(world)["first"] == ("skipped", "step_gone")


@pytest.mark.parametrize(
    ("step", "more", "said"),
    [
        ({"offer": {"percent": 10}}, {}, "payment_pending has no offer"),
        ({"message": "cart_offer"}, {}, "Must be one of: payment_pending"),
        ({"when": {"unclicked": True}}, {}, "nobody knows here who has opened it"),
        ({}, {"holdout": 10}, "held back from nobody"),
        ({"after_minutes": 20161}, {}, "after_minutes"),
    ],
)
def test_what_does_not_apply_is_refused_in_clear_words(world, tmp_path, step, more,
                                                       said):  # fmt: skip
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({"steps": [{**FIRST, **step}], **more}))

    refused = _run(world, "flow", "set", SHOP, FLOW, str(file), fails=True)

    assert said in refused


def test_what_was_paid_after_a_message_came_back_by_the_last_one(world, set_flow):
    set_flow(FIRST, SECOND)
    placed_at = world.now
    for number in (1, 2, 3):
        _order(world, order_id=number, name=f"#{number}")
    _hours(world, 4)
    _pays(world, placed_at, order_id=1, name="#1")
    _hours(world, 24)
    _pays(world, placed_at, order_id=2, name="#2")

    found = json.loads(_run(world, "flow", "results", SHOP, FLOW, "--json"))

    assert [(each["step"], each["sent"]) for each in found["steps"]] == [
        ("first", 3),
        ("second", 2),
    ]
    in_a_day = {
        each["step"]: (each["orders"], each["revenue"])
        for each in found["takings"]
        if each["by"] == "24h"
    }
    assert in_a_day == {"first": (1, "39.90"), "second": (1, "39.90")}
    assert "Nobody was held out" in _run(world, "flow", "results", SHOP, FLOW)


def test_a_replay_says_that_it_plays_carts_alone(world):
    said = _run(world, "flow", "replay", SHOP, FLOW, fails=True)

    assert "only what was left at the checkout is played again" in said


def test_it_is_listed_with_its_steps(world, set_flow):
    set_flow(FIRST, SECOND)

    rows = map(json.loads, _run(world, "flow", "list", SHOP, "--json").splitlines())

    [row] = [row for row in rows if row["name"] == FLOW]
    assert row["flow"] == {"steps": [FIRST, SECOND]}
    assert row["enabled"]
