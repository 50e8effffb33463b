"""Every body that we know of, recorded or made: each is read to an end.

The bodies are other people's and stay beside the project: without them this is skipped.
"""

import json
from datetime import timedelta

import pytest

from tests.flows.bodies_table import everything_told, outcome_of, told_nothing_of
from tests.flows.hostile import assert_all_settled
from tests.world import SHOP

FOLDERS = ("docs-2026-07", "recorded", "shapes", "derived")
WHATSAPP = ("webhook_in", "webhook_field", "webhook_status")


def topic_of(file):
    """File names are topics, with ``__`` for the slash and what is special behind."""
    parts = file.stem.split("__")
    if parts[0][:4].isdigit():  # shapes name the version first and no action
        return {
            "orders": "orders/create",
            "fulfillments": "fulfillments/update",
            "fulfillment_events": "fulfillment_events/create",
        }.get(parts[1], f"{parts[1]}/update")
    if parts[0] in ("orders", "fulfillments") and parts[1] == "rest":
        return f"{parts[0]}/create"
    return "/".join(parts[:2]) if len(parts) > 1 else parts[0]


@pytest.fixture
def world(world):
    world.open_shop()
    return world


NO_ID = "UnreadablePayload: {'id': ['Missing data for required field.']}"
STUCK = {
    # Cut down by those who recorded them: of an order without its id nothing is said.
    "recorded/orders__cancelled__rudder-cs002-d056": NO_ID,
    "shapes/2025-04__orders__2": NO_ID,
    "shapes/2025-04__orders__3": NO_ID,
}


def test_each_of_shopifys_is_read_to_an_end(world, shared):
    files = [
        file
        for folder in FOLDERS
        for file in sorted((shared / "payloads/shopify" / folder).glob("*.json"))
    ]
    names = {}
    for number, file in enumerate(files):
        names[f"w{number}"] = f"{file.parent.name}/{file.stem}"
        body, topic = file.read_bytes(), topic_of(file)
        said = world.shopify_says(topic, body, webhook_id=f"w{number}")
        assert said == 200, file
    world.work()

    rows = world.rows("webhooks")
    stuck = {names[r.dedupe_id]: r.reason for r in rows if r.state == "stuck"}
    assert len(rows) == len(files) >= 200
    assert_all_settled(world)
    assert stuck == STUCK
    unread = {r.topic for r in rows if r.reason == "not_of_interest"}
    assert not any(topic.startswith(("orders/c", "fulfillments/")) for topic in unread)


def test_each_of_metas_is_read_to_an_end(world, shared):
    files = [
        file
        for folder in WHATSAPP
        for file in sorted((shared / "payloads/whatsapp" / folder).glob("*.json"))
    ]
    for file in files:
        assert world.meta_says(file.read_bytes()) == 200, file
    world.work()

    rows = world.rows("webhooks")
    assert len(files) >= 80
    assert len(rows) == len({file.read_bytes() for file in files})
    assert {row.state for row in rows} == {"done"}
    assert_all_settled(world)


def test_a_body_of_metas_that_is_only_a_part_of_one_is_nothing_to_us(world, shared):
    for file in (shared / "payloads/whatsapp").glob("*/fragment_*.json"):
        assert isinstance(json.loads(file.read_text()), dict)
        assert world.meta_says(file.read_bytes()) == 200
    world.work()

    assert world.messages == []


def test_each_of_an_order_or_parcel_ends_as_the_table_says(world, shared):
    """The message, its template and language, or the reason why there is none."""
    everything = list(everything_told(shared, world.now))
    for number, told in enumerate(everything):
        for place, (topic, body) in enumerate(told.posts):
            named = f"b{number}-{place}"
            assert world.shopify_says(topic, body, webhook_id=named) == 200
    world.work()
    for _ in range(12):  # some are about one person, who hears one thing a second
        world.pass_time(timedelta(seconds=1))

    why = world.app.test_cli_runner()
    ended = {}
    for told in everything:
        asked = ["why", SHOP, "--order", told.order_name, "--json"]
        ended[told.order_name] = outcome_of(json.loads(why.invoke(args=asked).output))
    assert ended == {told.order_name: told.becomes for told in everything}


def test_the_table_speaks_of_every_body_of_an_order_or_parcel(shared):
    assert told_nothing_of(shared) == ["recorded/orders__cancelled__rudder-cs002-d056"]
