"""Every body that we know of, recorded or made: each is read to an end.

The bodies are other people's and stay beside the project: without them this is skipped.
"""

import json
from datetime import timedelta

import pytest

from integrations.shopify import payloads
from integrations.shopify.payloads import is_of_interest
from notifications.parcel_news import WAIT_FOR_MORE
from tests.flows import facts_table
from tests.flows.bodies_table import everything_told, outcome_of, told_nothing_of
from tests.flows.facts_told import open_shops
from tests.flows.facts_words import said_of_shops
from tests.flows.hostile import assert_all_settled
from tests.wire.shopify_bodies import bodies_in, topic_of
from tests.world import SHOP

WHATSAPP = ("webhook_in", "webhook_field", "webhook_status")


@pytest.fixture
def world(world):
    world.open_shop(automations=True)
    return world


def test_each_of_shopifys_is_read_to_an_end(world, shared):
    files = bodies_in(shared / "payloads/shopify")
    for number, file in enumerate(files):
        body, topic = file.read_bytes(), topic_of(file)
        said = world.shopify_says(topic, body, webhook_id=f"w{number}")
        assert said == 200, file
    world.work()

    rows = world.rows("webhooks")
    assert len(rows) == len(files) >= 200
    assert_all_settled(world)
    assert [row.topic for row in rows if row.state == "stuck"] == []
    ignored = {row.topic for row in rows if row.state == "ignored"}
    # These name a store of their own, which is none of the envelope's.
    of_others = {row.topic for row in rows if row.reason == "another_shop"}
    assert of_others == payloads.OWED
    assert {row.topic for row in rows} - ignored | of_others == {
        topic for topic in map(topic_of, files) if is_of_interest(topic)
    }


def test_each_of_shopifys_leaves_the_facts_of_the_table(world, shared):
    files = [
        file
        for file in bodies_in(shared / "payloads/shopify")
        if is_of_interest(topic_of(file))
    ]
    shops = open_shops(world, len(files))
    for number, file in enumerate(files):
        world.shopify_says(
            topic_of(file),
            file.read_bytes(),
            domain=f"shop-{number}.myshopify.com",
            triggered_at=world.now + timedelta(seconds=1),
        )
    world.work()

    said = said_of_shops(world)
    assert {
        f"{file.parent.name}/{file.stem}": said[shop_id]
        for file, shop_id in zip(files, shops, strict=True)
    } == facts_table.TABLE


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
    world.pass_time(timedelta(seconds=WAIT_FOR_MORE.default))
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
