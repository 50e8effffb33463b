"""Why did, or didn't, this customer get this: every story is told to its end."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from core.values import Act
from notifications import weighing
from notifications.rules.lifecycle import State
from storage import progress, shops
from storage.tenancy import Crossing
from tests import samples
from tests.world import NOON, PHONE, SHOP, World
from webapp import commands


class Asking:
    def __init__(self, world: World) -> None:
        self._app = Flask("asking")
        commands.register(self._app, world.settings, world.services)

    def text(self, *words: str) -> str:
        """What a person reads."""
        done = self._app.test_cli_runner().invoke(args=["why", SHOP, *words])
        assert done.exit_code == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.text(*words, "--json"))

    def refused(self, *words: str) -> str:
        done = self._app.test_cli_runner().invoke(args=["why", SHOP, *words])
        assert done.exit_code == 1
        return done.stderr.strip()


@pytest.fixture
def why(world: World) -> Asking:
    return Asking(world)


def _steps(story: Any) -> list[str]:
    [message] = story["messages"]
    return [line["what"] for line in message["lines"]]


def test_tells_a_message_from_its_webhook_to_the_blue_ticks(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += timedelta(seconds=5)
    about = {"biz_opaque_callback_data": f"{world.message.id}:1"}
    pricing = {"billable": True, "category": "utility", "pricing_model": "PMP"}
    world.meta_reports({"status": "delivered", "pricing": pricing, **about})
    world.now += timedelta(seconds=5)
    world.meta_reports({"status": "read", **about})
    world.work()

    story = why.json("--order", "1001")

    [order], [message] = story["orders"], story["messages"]
    [told] = order["webhooks"]
    assert (told["topic"], told["state"]) == ("orders/create", "done")
    assert told["is_late"] is False
    assert told["made"] == [
        {
            "automation": "order_confirmation",
            "message_id": message["id"],
            "reason": None,
        }
    ]
    assert (order["total"], order["currency"], order["agreed"]) == (
        "39.90",
        "EUR",
        True,
    )
    assert _steps(story) == [
        "proposed",
        "taken",
        "accepted",
        "reported_delivered",
        "reported_read",
    ]
    taken = message["lines"][1]
    assert taken["values"]["yes"] == ["order_attribute", NOON.isoformat()]
    assert (message["state"], message["attempts"]) == ("read", 1)
    assert message["pricing"] == pricing
    assert message["text"].startswith("Order #1001 confirmed\n\nHello Ada, thank you")
    assert order["phone"] == message["to"] == "+…78"


def test_says_in_plain_words_why_nothing_was_sent(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order(agreed=False))
    world.work()

    said = why.text("--order", "#1001")

    assert "The buyer has not agreed to this kind of message. [no_consent]" in said
    assert "agreed with the order: no" in said
    assert "What was written" not in said


def test_says_why_no_message_was_even_proposed(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order(payment="pending"))
    world.work()

    story = why.json("--order", "1001")

    [made] = story["orders"][0]["webhooks"][0]["made"]
    assert story["messages"] == []
    assert made["reason"] == {
        "code": "not_paid",
        "sentence": "The order is neither paid nor to be paid at the door.",
    }


def test_says_that_a_webhook_came_late(world, why):
    world.open_shop()
    body = samples.order()
    early = NOON - timedelta(minutes=10)
    world.shopify_says("orders/create", body, triggered_at=early)
    world.work()

    assert "came 10 min late" in why.text("--order", "1001")


def test_tells_metas_refusal_with_its_advice(world, why):
    world.open_shop()
    world.meta.post("settings", {"recipients": {PHONE: {"refuse": 131026}}})
    world.shopify_says("orders/create", samples.order())
    try:
        world.work()
    finally:
        world.meta.post("settings", {"recipients": {}})

    [message] = why.json("--order", "1001")["messages"]
    assert message["state"] == "failed"
    assert message["reason"] == {
        "code": "meta_131026",
        "sentence": "This customer cannot be reached on WhatsApp; use e-mail instead.",
    }
    assert [line["what"] for line in message["lines"]][-1] == "refused"


def test_tells_of_doubt_and_of_sending_again(world, why):
    world.open_shop()
    world.meta.post("settings", {"faults": [{"kind": "reset_after", "next": 1}]})
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.meta.post("settings", {"faults": []})

    story = why.json("--order", "1001")

    assert _steps(story)[-1] == "no_answer"
    assert story["messages"][0]["state"] == "unsure"
    assert "may have arrived or not" in why.text("--order", "1001")


def test_finds_a_person_by_their_number_and_shows_what_they_agreed_to(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += timedelta(minutes=1)
    world.agree(PHONE, act=Act.REVOKED)
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()

    story = why.json("--phone", "0151 12345678")

    assert story["consent"]["now"]["transactional"] == "revoked"
    assert [m["automation"] for m in story["messages"]] == [
        "order_confirmation",
        "parcel_on_its_way",
    ]
    assert story["messages"][1]["reason"]["code"] == "consent_revoked"
    assert {m["to"] for m in story["messages"]} == {PHONE}
    assert [o["name"] for o in story["orders"]] == ["#1001"]


def test_names_who_decided_about_an_unsure_message(world, why):
    world.open_shop()
    world.meta.post("settings", {"faults": [{"kind": "reset_after", "next": 1}]})
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.meta.post("settings", {"faults": []})
    weighing.settle_by_person(
        world.message.id,
        decision=State.CANCELLED,
        actor="ada",
        services=world.services,
    )

    assert "ada decided: cancelled." in why.text("--message", world.message.id)


def test_tells_one_message_by_its_id(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    story = why.json("--message", world.message.id)

    assert [m["id"] for m in story["messages"]] == [world.message.id]
    assert [o["name"] for o in story["orders"]] == ["#1001"]


def test_says_that_a_text_is_kept_no_more(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    with world.services.transactions.across(Crossing.KEEPING) as tx:
        progress.forget_bodies(tx, before=NOON + timedelta(days=1), limit=10)

    [message] = why.json("--order", "1001")["messages"]

    assert (message["text"], message["text_is_gone"]) == (None, True)
    assert "What was written is kept no more." in why.text("--order", "1001")


def test_shows_times_on_the_clock_of_the_store(world, why):
    shop_id = world.open_shop()
    with world.services.transactions.for_shop(shop_id) as tx:
        shops.change(tx, shop_id, {"timezone": "Asia/Seoul"})
    world.shopify_says("orders/create", samples.order())
    world.work()

    said = why.text("--order", "1001")
    assert "placed: 2026-11-20 21:00:00" in said
    assert why.json("--order", "1001")["orders"][0]["placed_at"] == (
        "2026-11-20T12:00:00+00:00"
    )


def test_a_name_cannot_steer_the_terminal(world, why):
    world.open_shop()
    name = "#1001\x1b]0;owned\x07"
    world.shopify_says("orders/create", samples.order(name=name))
    world.work()

    assert "\x1b" not in why.text("--phone", PHONE)


def test_tells_nothing_of_another_shop(world, why):
    world.open_shop("bob.myshopify.com", number=None)
    world.shopify_says("orders/create", samples.order(), domain="bob.myshopify.com")
    world.open_shop()
    world.work()

    assert "no order is called 1001" in why.refused("--order", "1001")
    assert "nobody has that number" in why.refused("--phone", PHONE)
    assert "there is no message" in why.refused("--message", world.message.id)


def test_wants_one_question_at_a_time(world, why):
    world.open_shop()

    assert "one of --order" in why.refused()
    assert "one of --order" in why.refused("--order", "1", "--phone", PHONE)


def test_asking_leaves_no_number_in_the_audit(world, why):
    world.open_shop()
    world.agree(PHONE)

    why.text("--phone", PHONE)

    assert world.rows("audit")[-1].doing == f"why at {SHOP}"


def test_tells_on_what_a_wait_was_decided_and_that_it_ended_in_a_skip(world, why):
    """The order never came: the same reason made it wait first, and then ended it."""
    world.open_shop()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    world.pass_time(timedelta(hours=5))

    lines = why.json("--message", world.message.id)["messages"][0]["lines"]

    [waited, skipped] = lines[1:]
    assert (waited["what"], skipped["what"]) == ("waiting", "skipped")
    assert waited["reason"] == skipped["reason"]
    assert waited["values"]["order_is_known"] is False
