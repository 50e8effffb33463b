"""What failed or was skipped is sent again when somebody asks for it, by the rules."""

from datetime import timedelta

import pytest

from core.errors import NotPossible
from core.values import MessageId
from notifications import raw_payloads
from notifications.keeping import forget_what_is_old
from notifications.sending_again import may_be_sent_again, send_again
from storage import asking
from storage.changes import By
from tests import samples
from tests.world import PHONE, SHOP
from wiring.outside import MetasWords


def again(world, message_id=None, domain=SHOP):
    return send_again(
        world.shop_ids[domain],
        message_id or MessageId(world.messages[0].id),
        by=By("page", "4711"),
        services=world.services,
    )


def failed(world):
    world.meta.post("settings", {"recipients": {PHONE: {"refuse": 131026}}})
    world.shopify_says("orders/create", samples.order())
    try:
        world.work()
    finally:
        world.meta.post("settings", {"recipients": {}})


def test_what_failed_is_sent_again_as_a_message_of_its_own(world):
    world.open_shop()
    failed(world)

    new = again(world)
    world.work()

    first, second = sorted(world.messages, key=lambda row: row.id)
    assert second.id == new
    assert (first.state, second.state) == ("failed", "sent")
    assert second.story[0]["before"] == first.id
    assert len(world.accepted) == 1


def test_pressing_twice_sends_once(world):
    world.open_shop()
    failed(world)

    assert again(world) == again(world)
    world.work()

    assert len(world.accepted) == 1


def test_who_has_not_agreed_gets_it_as_little_as_before(world):
    """It is the policy that decides, not whoever presses."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order(agreed=False))
    world.work()

    again(world)
    world.work()

    states = [(row.state, row.reason) for row in world.messages]
    assert states == [("skipped", "no_consent")] * 2
    assert world.accepted == []


def test_who_has_agreed_since_gets_it(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order(agreed=None))
    world.work()
    world.agree()

    again(world)
    world.work()

    assert len(world.accepted) == 1


def test_what_is_under_way_is_not_sent_again(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    with pytest.raises(NotPossible, match="not over yet"):
        again(world)

    assert len(world.messages) == 1


def test_what_is_no_news_any_more_is_not_sent_again(world):
    world.open_shop()
    failed(world)
    world.now += timedelta(days=2)

    with pytest.raises(NotPossible, match="too old"):
        again(world)


def test_another_shop_has_no_say(world):
    world.open_shop("bob.myshopify.com", number=None)
    world.open_shop()
    failed(world)

    with pytest.raises(NotPossible, match="no message"):
        again(world, domain="bob.myshopify.com")


def test_a_page_knows_beforehand_whether_it_may(world):
    shop_id = world.open_shop()
    failed(world)
    [message] = world.messages

    def known():
        with world.services.transactions.for_shop(shop_id) as tx:
            row = asking.message(tx, shop_id, message.id)
            return may_be_sent_again(tx, shop_id, row, world.services)

    assert known().why_not is None
    new = again(world)
    assert (known().why_not, known().successor) == ("sent_again", new)


# Payloads


def raw(world, message_id):
    return raw_payloads.of_message(
        world.shop_ids[SHOP],
        message_id,
        interpreter=MetasWords(),
        services=world.services,
    )


def test_what_was_told_and_sent_is_there_to_the_byte(world):
    world.open_shop()
    world.shopify_says("orders/updated", samples.order(payment="pending"))
    world.work()
    world.shopify_says("orders/create", samples.order())
    world.work()
    [message] = world.messages
    about = {"biz_opaque_callback_data": f"{message.id}:1"}
    world.meta_reports({"status": "delivered", **about})
    world.work()

    found = raw(world, message.id)

    [webhook] = found.webhooks
    assert webhook.topic == "orders/create"
    assert f'"id": {samples.ORDER_ID}' in webhook.text
    assert f'"to": "{PHONE}"' in found.request.text
    assert '"what": "reported_delivered"' in found.reports.text


def test_what_is_kept_no_more_is_not_there(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += timedelta(days=400)
    world.look()
    forget_what_is_old(services=world.services)

    found = raw(world, world.message.id)

    assert [each.text for each in found.webhooks] == [None]
    assert found.request.text is None


def test_there_is_nothing_of_another_shops_message(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    other = world.open_shop("bob.myshopify.com", number=None)

    assert (
        raw_payloads.of_message(
            other,
            world.message.id,
            interpreter=MetasWords(),
            services=world.services,
        )
        is None
    )
