"""An order is cancelled, or money goes back, and the buyer reads of it."""

import json
from datetime import timedelta

import pytest

from tests import samples
from tests.world import NOON, SHOP

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(world):
    world.open_shop(automations=["order_cancelled", "refund_issued"])
    return world


def _cancel(world, *, at=NOON + MINUTE, **changes):
    body = samples.order(updated_at=at, cancelled_at=at, **changes)
    assert world.shopify_says("orders/cancelled", body) == 200
    world.work()


def _refund(world, **changes):
    assert world.shopify_says("refunds/create", samples.refund(**changes)) == 200
    world.work()


def _texts(world):
    asked = ["why", SHOP, "--order", "1001", "--json"]
    story = json.loads(world.app.test_cli_runner().invoke(args=asked).output)
    return [message["text"] for message in story["messages"] if message["text"]]


@pytest.mark.parametrize(
    ("language", "header", "words"),
    [
        ("en", "Order #1001 was cancelled", "Your order at Ada's Things has been"),
        ("ko", "주문 #1001 취소 완료", "주문이 취소되었으며"),
    ],
)
def test_a_cancellation_reaches_the_buyer(world, language, header, words):
    _cancel(world, locale=language)

    [sent], [text] = world.accepted, _texts(world)
    assert sent["template"] == "sosik_order_cancelled_1"
    assert sent["language"] == language
    assert text.startswith(f"{header}\n\n")
    assert words in text


def test_a_cancellation_is_told_once_whatever_tells_it(world):
    _cancel(world)
    body = samples.order(updated_at=NOON + HOUR, cancelled_at=NOON + MINUTE)
    world.shopify_says("orders/updated", body)
    world.work()

    assert len(world.accepted) == 1


def test_an_order_that_is_not_cancelled_is_none_of_its_business(world):
    world.shopify_says("orders/create", samples.order())
    world.work()

    [webhook] = world.rows("webhooks")
    assert world.messages == []
    assert "order_cancelled" not in webhook.outcome


def test_a_cancellation_before_the_confirmation_went_out_is_all_that_is_told(world):
    world.switch("order_confirmation", enabled=True)
    world.review("sosik_order_confirmation_1", "PENDING")
    world.shopify_says("orders/create", samples.order())
    world.work()

    _cancel(world)
    world.review("sosik_order_confirmation_1", "APPROVED")
    world.pass_time(5 * MINUTE)

    assert [sent["template"] for sent in world.accepted] == ["sosik_order_cancelled_1"]
    told = {m.automation: m.reason for m in world.messages}
    assert told == {"order_cancelled": None, "order_confirmation": "order_cancelled"}


def test_a_cancellation_of_long_ago_is_no_news(world):
    world.now += 48 * HOUR

    _cancel(world)

    assert world.accepted == []
    assert world.message.reason == "too_late"


@pytest.mark.parametrize(
    ("language", "header", "words"),
    [
        ("en", "Order #1001: refund issued", "A refund of €12.50 for your order at"),
        ("ko", "주문 #1001 환불 처리", "환불 금액은 €12.50이며"),
    ],
)
def test_a_refund_reaches_the_buyer_with_its_amount(world, language, header, words):
    world.shopify_says("orders/create", samples.order(locale=language))
    world.work()

    _refund(world)

    [sent], [text] = world.accepted, _texts(world)
    assert (sent["template"], sent["language"]) == ("sosik_refund_issued_1", language)
    assert text.startswith(f"{header}\n\n")
    assert words in " ".join(text.split())


def test_a_refund_of_a_cancelled_order_is_told_beside_the_cancellation(world):
    _cancel(world)
    world.now += MINUTE

    _refund(world)

    assert [sent["template"] for sent in world.accepted] == [
        "sosik_order_cancelled_1",
        "sosik_refund_issued_1",
    ]


def test_each_refund_is_told_once(world):
    world.shopify_says("orders/create", samples.order())
    world.work()

    for refund_id, webhook in ((41, "a"), (41, "b"), (42, "c")):
        body = samples.refund(id=refund_id, amount="2.00")
        world.shopify_says("refunds/create", body, webhook_id=webhook)
        world.work()
        world.pass_time(MINUTE)

    assert len(world.accepted) == 2


def test_a_refund_of_things_alone_is_no_news_about_money_and_says_so(world):
    world.shopify_says("orders/create", samples.order())
    world.work()

    _refund(world, transactions=[])

    asked = ["why", SHOP, "--order", "1001"]
    said = world.app.test_cli_runner().invoke(args=asked).output
    assert world.messages == []
    assert "refund_issued: no message. No money goes back" in said


def test_a_refund_that_overtakes_its_order_waits_for_it(world):
    _refund(world)
    assert (world.message.state, world.message.reason) == ("waiting", "order_unknown")

    world.now += HOUR
    world.shopify_says("orders/create", samples.order())
    world.work()

    assert [sent["template"] for sent in world.accepted] == ["sosik_refund_issued_1"]
