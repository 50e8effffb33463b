"""An order names the message that led to it, and nobody else's reference counts."""

import json
from datetime import timedelta

import pytest

from core.values import Act, Scope
from notifications.references import code_of, reference_to
from tests import samples
from tests.flows.terminal import attendant_at
from tests.flows.test_links import PERSON, follow, remind
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SHOP

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BOB = "bob.myshopify.com"


@pytest.fixture
def world(world):
    world.open_shop(automations=["cart_reminder"], timezone="Etc/UTC")
    world.agree(scope=Scope.MARKETING, act=Act.CONFIRMED)
    return world


def buy(world, reference=None, **changes):
    attributes = [] if reference is None else [attribute(reference)]
    order = samples.order(placed_at=world.now, note_attributes=attributes, **changes)
    assert world.shopify_says("orders/create", order) == 200
    world.work()


def attribute(value):
    return {"name": "_wa_ref", "value": value}


def reference_of(world, message=None):
    message = message or world.message
    return reference_to(world.services.book.pepper(), message.shop_id, message.id)


def why(world, *asked):
    done = world.app.test_cli_runner().invoke(args=["why", SHOP, *asked])
    assert done.exit_code == 0, done.output
    return done.stdout


def led_to_by(world):
    [order] = json.loads(why(world, "--order", "1001", "--json"))["orders"]
    return order["led_to_by"]


def test_an_order_that_brings_a_reference_back_is_known_by_its_message(world):
    remind(world)
    world.now += MINUTE

    buy(world, reference_of(world))

    [order] = world.rows("orders")
    assert order.reference_message == world.message.id
    assert led_to_by(world) == world.message.id
    said = why(world, "--order", "1001")
    assert f"led to by: message {world.message.id}" in said
    assert f"Message {world.message.id}: cart_reminder" in said


def test_it_stays_known_when_a_later_word_does_not_repeat_it(world):
    remind(world)
    buy(world, reference_of(world))

    later = samples.order(updated_at=world.now + MINUTE, note_attributes=[])
    world.shopify_says("orders/paid", later)
    world.work()

    assert world.rows("orders")[0].reference_message == world.message.id


def test_a_reference_of_another_store_is_none(world):
    remind(world)
    world.open_shop(BOB, number=None, automations=False)
    stolen = reference_of(world)
    order = samples.order(placed_at=world.now, note_attributes=[attribute(stolen)])

    assert world.shopify_says("orders/create", order, domain=BOB) == 200
    world.work()

    [at_bobs] = world.rows("orders")
    assert (at_bobs.shop_id, at_bobs.reference_message) == (world.shop_ids[BOB], None)


@pytest.mark.parametrize(
    "written",
    [
        *("", "k7", "msg_1a20263648800002213a4c830", ".", "a." + "0" * 16),
        *("' OR 1=1 --", "é" * 300, "x" * 10_000, "🍵.0000000000000000"),
        *(None, 7, True, [], {}, ["a.0"]),
    ],
)
def test_whatever_else_stands_there_is_read_and_is_none(world, written):
    buy(world, written)

    [order] = world.rows("orders")
    assert order.reference_message is None
    assert world.rows("webhooks")[-1].state == "done"
    assert led_to_by(world) is None


def test_without_a_reference_the_checkout_tells_if_the_link_was_followed(world):
    """Shopify promises attributes of a cart alone."""
    code = remind(world)
    follow(world, code)
    world.now += MINUTE

    buy(world, checkout_token="c0ffee")

    assert world.rows("orders")[0].reference_message is None
    assert led_to_by(world) == world.message.id


@pytest.mark.parametrize("follows", ["never", "afterwards"])
def test_who_did_not_follow_the_link_before_was_not_led_by_it(world, follows):
    code = remind(world)

    buy(world, checkout_token="c0ffee")
    if follows == "afterwards":
        world.now += MINUTE
        follow(world, code)

    assert led_to_by(world) is None


def test_another_checkout_was_not_led_to(world):
    follow(world, remind(world))

    buy(world, checkout_token="another")

    assert led_to_by(world) is None


# What is told of a click


def test_why_tells_when_the_link_was_followed_and_how_often(world):
    code = remind(world)
    asked = ["--message", world.message.id]
    assert "link followed" not in why(world, *asked)

    follow(world, code)
    assert "link followed: Nov 20, 2026, 13:00:00\n" in why(world, *asked)
    world.now += HOUR
    follow(world, code)

    said = why(world, *asked)
    first, last = "Nov 20, 2026, 13:00:00", "Nov 20, 2026, 14:00:00"
    assert f"link followed: {first} (2 times, last at {last})" in said
    [message] = json.loads(why(world, *asked, "--json"))["messages"]
    assert message["clicks"] == 2
    assert message["clicked_at"].startswith("2026-11-20T13:00:00")


def test_lists_and_exports_tell_it_too(world):
    code = remind(world)
    run = world.app.test_cli_runner().invoke
    assert "link followed" not in run(args=["messages", "list"]).stdout
    follow(world, code)

    listed = run(args=["messages", "list"]).stdout
    [as_json] = map(
        json.loads, run(args=["messages", "list", "--json"]).stdout.splitlines()
    )
    [exported] = map(
        json.loads, run(args=["messages", "export", SHOP]).stdout.splitlines()
    )

    assert "link followed" in listed
    assert as_json["clicked_at"].startswith("2026-11-20T13:00:00")
    assert (exported["clicks"], exported["clicked_at"]) == (1, as_json["clicked_at"])
    table = run(args=["messages", "export", SHOP, "--csv"]).stdout
    assert "clicked_at,last_clicked_at,clicks" in table


def test_a_step_for_who_did_not_follow_the_link_comes_to_nobody_who_did(
    world, tmp_path
):
    first = {"key": "first", "message": "cart_reminder", "after_minutes": 60}
    second = {**first, "key": "second", "after_minutes": 240}
    steps = [first, {**second, "when": {"unclicked": True}}]
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({"holdout": 0, "steps": steps}))
    asked = ["flow", "set", SHOP, "cart_reminder", str(file)]
    assert world.app.test_cli_runner().invoke(args=asked).exit_code == 0
    world.agree("+4915199999999", scope=Scope.MARKETING, act=Act.CONFIRMED)
    code = remind(world)
    message = world.messages[0]
    assert code == code_of(world.services.book.pepper(), message.shop_id, message.id)
    other = {"phone": "+4915199999999", "token": "other", "cart_token": "other"}
    remind(world, **other, customer=None, email="bea@example.com")
    world.web.get(f"/l/{code}", headers={"User-Agent": PERSON})

    for _ in range(5):
        world.pass_time(HOUR)

    second = [row for row in world.messages if row.told["step"] == "second"]
    states = {row.checkout_key == message.checkout_key: row.state for row in second}
    assert states == {True: "skipped", False: "sent"}


def test_who_asks_what_is_held_of_them_is_told_of_their_clicks(world, terminal):
    follow(world, remind(world))
    told = example("customers/data_request", shop_domain=SHOP)
    told["customer"] |= {"phone": PHONE}
    world.shopify_says("customers/data_request", told)
    world.work()
    attendant_at(terminal).attend()

    [asked] = terminal.lines("compliance", "list", SHOP, "--json")
    held = json.loads(terminal.run("compliance", "show", SHOP, str(asked["id"])))

    assert [message["clicks"] for message in held["messages"]] == [1]
