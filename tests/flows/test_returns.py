"""Something goes back to the store; the buyer reads of each step of it once."""

import json
from datetime import timedelta

import pytest

from notifications.parcel_news import WAIT_FOR_MORE
from tests import samples
from tests.world import SHOP

HOUR = timedelta(hours=1)
FOR_MORE = timedelta(seconds=WAIT_FOR_MORE.default)
STEPS = {
    "returns/request": "return_requested",
    "returns/approve": "return_approved",
    "returns/decline": "return_declined",
    "returns/process": "return_received",
    "returns/close": "return_received",
}

STATUSES = {"returns/decline": "declined", "returns/close": "closed"}


@pytest.fixture
def world(world):
    """Every automation is on, and the order is confirmed."""
    world.open_shop(automations=True)
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += HOUR
    return world


def _step(world, topic, **more):
    body = samples.returned(at=world.now, **more)
    assert world.shopify_says(topic, body) == 200
    world.work()


def _told(world):
    return [each["template"] for each in world.accepted][1:]


def _texts(world):
    asked = ["why", SHOP, "--order", "1001", "--json"]
    said = world.app.test_cli_runner().invoke(args=asked).output
    return [message["text"] for message in json.loads(said)["messages"]][1:]


@pytest.mark.parametrize("topic", STEPS)
def test_a_step_of_a_return_is_told(world, topic):
    _step(world, topic, status=STATUSES.get(topic, "open"))

    world.pass_time(FOR_MORE)

    assert _told(world) == [f"sosik_{STEPS[topic]}_1"]


def test_a_return_is_told_step_by_step_and_each_step_once(world):
    for topic in ("returns/request", "returns/approve", "returns/process"):
        for webhook in ("w1", "w2"):
            named = f"{topic.replace('/', '-')}-{webhook}"
            body = samples.returned(at=world.now)
            assert world.shopify_says(topic, body, webhook_id=named) == 200
            world.work()
        world.pass_time(HOUR)
    _step(world, "returns/close", status="closed")

    assert _told(world) == [
        "sosik_return_requested_1",
        "sosik_return_approved_1",
        "sosik_return_received_1",
    ]


def test_what_a_store_does_at_its_counter_is_one_message(world):
    """It makes the return, takes it in and closes it, all at once."""
    for topic in ("returns/request", "returns/approve", "returns/process"):
        _step(world, topic)
        world.now += timedelta(seconds=2)

    world.pass_time(FOR_MORE)

    assert _told(world) == ["sosik_return_received_1"]
    left_out = {m.reason for m in world.messages if m.state == "skipped"}
    assert left_out == {"told_together"}


def test_two_returns_of_one_order_are_told_apart(world):
    _step(world, "returns/request", return_id=51)
    _step(world, "returns/approve", return_id=52)

    for _ in range(90):
        world.pass_time(timedelta(seconds=1))

    assert _told(world) == ["sosik_return_requested_1", "sosik_return_approved_1"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("return_period_ended", "the return period has ended"),
        ("final_sale", "sold as final sale"),
        ("other", "please ask the store"),
        ("a_word_of_next_year", "please ask the store"),
    ],
)
def test_a_store_that_declines_says_why(world, reason, said):
    decline = {"reason": reason, "note": "The box was opened by you, Ada."}

    _step(world, "returns/decline", status="declined", decline=decline)
    world.pass_time(FOR_MORE)

    [text] = _texts(world)
    assert f"Reason: {said}\n" in text
    assert "opened" not in str(world.messages)


def test_a_return_of_nobody_knows_which_order_is_told_to_nobody(world):
    _step(world, "returns/process", order=None)

    world.pass_time(FOR_MORE)

    assert _told(world) == []
    *_, webhook = world.rows("webhooks")
    assert webhook.outcome["return_received"] == "order_not_told"


@pytest.mark.parametrize("topic", ["returns/cancel", "returns/reopen"])
def test_what_is_taken_back_is_no_news(world, topic):
    _step(world, topic)

    world.pass_time(FOR_MORE)

    assert _told(world) == []


def test_why_tells_of_an_order_what_became_of_its_returns(world):
    _step(world, "returns/request")
    asked = ["why", SHOP, "--order", "1001"]

    said = world.app.test_cli_runner().invoke(args=asked).output

    assert "returns/request" in said
