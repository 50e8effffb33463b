"""An order comes in at Shopify; the buyer reads of it on WhatsApp."""

from datetime import timedelta

import pytest

from core.values import Act
from tests import samples
from tests.world import NOON, PHONE, SHOP


def test_reaches_the_buyer(world):
    """One webhook in, one WhatsApp message out, with what the order says."""
    world.open_shop()

    assert world.shopify_says("orders/create", samples.order()) == 200
    world.work()

    [sent] = world.accepted
    assert sent["to"] == PHONE.lstrip("+")
    assert (sent["template"], sent["language"]) == ("sosik_order_confirmation_1", "en")
    assert world.message.state == "sent"
    assert world.message.provider_id == sent["id"]


def test_is_sent_once_however_often_the_store_tells_us(world):
    """The same webhook, and the same order told by other topics, are one occasion."""
    world.open_shop()
    body = samples.order()

    for topic, webhook_id in (
        ("orders/create", "w1"),
        ("orders/create", "w1"),
        ("orders/create", "w2"),
        ("orders/paid", "w3"),
        ("orders/updated", "w4"),
    ):
        assert world.shopify_says(topic, body, webhook_id=webhook_id) == 200
    world.work()

    assert len(world.accepted) == 1
    assert len(world.rows("webhooks")) == 4


def test_speaks_the_buyers_language(world):
    world.open_shop()

    world.shopify_says("orders/create", samples.order(locale="ko-KR"))
    world.work()

    assert [sent["language"] for sent in world.accepted] == ["ko"]


def test_falls_back_to_english_for_a_language_we_do_not_speak(world):
    world.open_shop()

    world.shopify_says("orders/create", samples.order(locale="xx"))
    world.work()

    assert [sent["language"] for sent in world.accepted] == ["en"]


@pytest.mark.parametrize("agreed", [False, None])
def test_is_not_sent_without_a_yes_and_says_so(world, agreed):
    world.open_shop()

    world.shopify_says("orders/create", samples.order(agreed=agreed))
    world.work()

    assert world.accepted == []
    assert (world.message.state, world.message.reason) == ("skipped", "no_consent")


def test_a_yes_in_the_ledger_counts_for_every_order(world):
    world.open_shop()
    world.agree(PHONE)

    world.shopify_says("orders/create", samples.order(agreed=None))
    world.work()

    assert len(world.accepted) == 1


def test_a_no_that_is_newer_than_the_yes_wins(world):
    world.open_shop()
    world.now += timedelta(hours=1)
    world.agree(PHONE, act=Act.REVOKED)

    world.shopify_says("orders/create", samples.order(agreed=True))
    world.work()

    assert world.accepted == []
    assert world.message.reason == "consent_revoked"


def test_the_purchase_counts_where_the_shop_says_so_with_its_wording_on_record(world):
    world.open_shop(
        transactional_consent="purchase", purchase_wording="You buy, we tell"
    )

    world.shopify_says("orders/create", samples.order(agreed=None))
    world.work()

    [word] = world.rows("consents")
    assert len(world.accepted) == 1
    assert (word.source, word.wording) == ("purchase", "You buy, we tell")


def test_shopifys_own_consent_is_a_yes(world):
    world.open_shop()
    body = {
        "customer_id": 1,
        "phone_number": PHONE,
        "whats_app_marketing_consent": {
            "state": "subscribed",
            "opt_in_level": "single_opt_in",
            "updated_at": NOON.isoformat(),
        },
    }

    world.shopify_says("customers_whats_app_marketing_consent/update", body)
    world.work()
    world.shopify_says("orders/create", samples.order(agreed=None))
    world.work()

    assert len(world.accepted) == 1


def test_an_order_that_is_not_paid_is_confirmed_when_it_is(world):
    world.open_shop()

    world.shopify_says("orders/create", samples.order(payment="pending"))
    world.work()
    assert world.messages == []

    paid = samples.order(payment="paid", updated_at=NOON + timedelta(minutes=5))
    world.shopify_says("orders/paid", paid)
    world.work()

    assert len(world.accepted) == 1


def test_cash_on_delivery_is_confirmed_at_once(world):
    world.open_shop()
    body = samples.order(payment="pending", gateway="Cash on Delivery (COD)")

    world.shopify_says("orders/create", body)
    world.work()

    assert len(world.accepted) == 1


def test_an_order_that_is_cancelled_meanwhile_is_not_confirmed(world):
    world.open_shop(number=None)
    world.shopify_says("orders/create", samples.order())
    world.work()
    cancelled = samples.order(
        updated_at=NOON + timedelta(minutes=1),
        cancelled_at=NOON + timedelta(minutes=1),
    )

    world.shopify_says("orders/cancelled", cancelled)
    world.work()
    world.pass_time(timedelta(minutes=2))

    assert world.accepted == []
    assert (world.message.state, world.message.reason) == ("skipped", "order_cancelled")


def test_nothing_is_sent_while_the_automation_is_off(world):
    world.open_shop(automations=False)

    world.shopify_says("orders/create", samples.order())
    world.work()

    [webhook] = world.rows("webhooks")
    assert world.messages == []
    assert webhook.outcome["order_confirmation"] == "automation_off"


def test_without_a_number_to_write_to_nothing_is_sent_and_it_says_so(world):
    world.open_shop()

    world.shopify_says("orders/create", samples.order(phone=None))
    world.work()

    assert world.accepted == []
    assert (world.message.state, world.message.reason) == ("skipped", "no_phone")


def test_news_that_is_too_old_is_dropped(world):
    world.open_shop(number=None)
    world.shopify_says("orders/create", samples.order())
    world.work()
    assert world.message.reason == "not_connected"

    world.pass_time(timedelta(hours=25))

    assert (world.message.state, world.message.reason) == ("skipped", "too_late")


def test_waits_for_its_template_and_leaves_once_meta_has_approved_it(world):
    world.open_shop()
    world.review("sosik_order_confirmation_1", "PENDING")
    world.shopify_says("orders/create", samples.order())
    world.work()
    assert (world.message.state, world.message.reason) == (
        "waiting",
        "template_not_ready",
    )

    world.review("sosik_order_confirmation_1", "APPROVED")
    world.look()

    assert world.message.state == "sent"


def test_a_template_that_meta_calls_marketing_is_held_back(world):
    world.open_shop()
    world.review("sosik_order_confirmation_1", "APPROVED", category="MARKETING")

    world.shopify_says("orders/create", samples.order())
    world.work()

    assert world.accepted == []
    assert world.message.reason == "template_is_marketing"


def test_who_pays_at_the_door_reads_how_much_to_have_ready(world):
    world.open_shop()
    body = samples.order(payment="pending", gateway="Cash on Delivery (COD)")

    world.shopify_says("orders/create", body)
    world.work()

    asked = ["why", SHOP, "--message", world.message.id]
    said = world.app.test_cli_runner().invoke(args=asked).output
    assert "Payment: at the door; please have €39.90 ready" in said
