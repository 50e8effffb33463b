"""A body that was signed once is signed for ever, and under whatever envelope: who got
hold of one can play it again as something else."""

from datetime import timedelta

import pytest

from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import SHOP

BOBS = "bob.myshopify.com"


def read(world):
    return [(row.topic, row.state, row.reason) for row in world.rows("webhooks")][-1]


@pytest.mark.parametrize("topic", ["orders/create", "orders/updated", "orders/paid"])
def test_no_other_word_about_an_order_deletes_it(world, topic):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    world.shopify_says("orders/delete", example(topic) | {"id": samples.ORDER_ID})
    world.work()

    [order] = world.rows("orders")
    assert order.order_id == samples.ORDER_ID
    assert world.rows("forgotten") == []
    because = "UnreadablePayload: this is no body of orders/delete"
    assert read(world) == ("orders/delete", "stuck", because)


def test_no_other_word_about_a_customer_or_a_checkout_deletes_them(world):
    world.open_shop()
    for thing in ("customers", "checkouts"):
        world.shopify_says(f"{thing}/create", example(f"{thing}/create"))
        world.work()
        world.shopify_says(f"{thing}/delete", example(f"{thing}/create"))
        world.work()

        assert len(world.rows(thing)) == 1
        because = f"UnreadablePayload: this is no body of {thing}/delete"
        assert read(world) == (f"{thing}/delete", "stuck", because)
    assert world.rows("forgotten") == []


@pytest.mark.parametrize(
    "topic", ["orders/delete", "customers/delete", "checkouts/delete"]
)
def test_deletions_as_shopify_sends_them_are_read(world, shared, topic):
    world.open_shop()
    name = topic.replace("/", "__")
    recorded = shared / f"payloads/shopify/docs-2026-07/{name}.json"

    world.shopify_says(topic, recorded.read_bytes())
    world.work()

    assert read(world) == (topic, "done", None)


@pytest.mark.parametrize(
    ("as_if", "status"),
    [
        ("approve", "requested"),
        ("decline", "requested"),
        ("decline", "open"),
        ("process", "requested"),
        ("close", "open"),
        ("request", "declined"),
    ],
)
def test_no_step_is_told_that_a_return_has_not_taken(world, as_if, status):
    """It is a word about the return all the same, and its facts are kept."""
    world.open_shop(automations=True)
    world.shopify_says("orders/create", samples.order())
    world.work()
    before = len(world.accepted)

    body = samples.returned(status=status)
    world.shopify_says(f"returns/{as_if}", body)
    world.pass_time(timedelta(minutes=5))

    assert len(world.accepted) == before
    [known] = world.rows("returns")
    assert (known.step, known.status) == (None, status)


def test_an_order_of_one_of_our_stores_is_never_anothers(world):
    world.open_shop()
    world.open_shop(BOBS, number=None)
    page = f"https://{BOBS}/1/orders/abc/authenticate?key=x"

    for topic in ("orders/create", "orders/updated"):
        world.shopify_says(topic, samples.order(order_status_url=page))
        world.work()

        assert read(world) == (topic, "ignored", "another_shop")
    assert world.rows("orders") == world.messages == world.accepted == []


@pytest.mark.parametrize(
    "host", [SHOP, "ada-renamed.myshopify.com", "things.example.com"]
)
def test_an_order_whose_page_is_at_no_other_store_of_ours_is_read(world, host):
    world.open_shop()
    world.open_shop(BOBS, number=None)

    page = f"https://{host}/1/orders/abc/authenticate?key=x"
    world.shopify_says("orders/create", samples.order(order_status_url=page))
    world.work()

    assert len(world.accepted) == 1


def test_one_store_is_not_called_as_another_is(world):
    world.open_shop()
    world.open_shop(BOBS, number=None)

    bobs = {"id": 2, "name": "Bob's", "myshopify_domain": BOBS}
    world.now += timedelta(minutes=1)
    world.shopify_says("shop/update", bobs, webhook_id="w1")
    world.shopify_says("shop/update", bobs, webhook_id="w2", domain=BOBS)
    world.work()

    names = {row.domain: row.name for row in world.rows("shops")}
    assert names == {SHOP: "Ada's Things", BOBS: "Bob's"}
