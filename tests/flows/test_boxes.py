"""A box for offers beside an order: ticked it is a yes to offers, and to no news."""

import json

from core.values import Act
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SHOP

SENTENCE = "Yes, send me offers on WhatsApp."
BOX = "_whatsapp_marketing_opt_in"


def attributes(ticked):
    return [
        {"name": BOX, "value": ticked},
        {"name": f"{BOX}_wording", "value": SENTENCE},
    ]


def order(world, ticked="true", **changes):
    told = {"note_attributes": attributes(ticked), **changes}
    world.shopify_says("orders/create", samples.order(agreed=None, **told))
    world.work()


def checkout(world, ticked, minute):
    at = f"2026-11-20T12:{minute:02}:00Z"
    body = example("checkouts/update", phone=PHONE, updated_at=at, created_at=START)
    body["note_attributes"] = attributes(ticked)
    world.shopify_says("checkouts/update", body)
    world.work()


START = "2026-11-20T11:58:00Z"


def shown(world):
    asked = ["consent", "show", SHOP, PHONE, "--json"]
    return json.loads(world.app.test_cli_runner().invoke(args=asked).output)


def words(world):
    return [(row.scope, row.act, row.source) for row in world.rows("consents")]


def test_a_ticked_box_at_an_order_is_a_yes_to_offers_with_its_sentence(world):
    world.open_shop()

    order(world, checkout_token="c0ffee")

    [said] = shown(world)["history"]
    assert (said["scope"], said["act"]) == ("marketing", "granted")
    assert (said["source"], said["wording"]) == ("checkout_box", SENTENCE)
    evidence = {"order_id": samples.ORDER_ID, "order": "#1001"}
    assert said["evidence"] == evidence | {"checkout_token": "c0ffee"}
    assert shown(world)["now"] == {"marketing": "granted", "transactional": None}


def test_it_does_not_end_with_its_order(world):
    """Unlike the box for news, which is about one order."""
    world.open_shop()

    order(world)
    order(world, ticked="false", order_id=2, name="#1002")

    assert shown(world)["now"]["marketing"] == "granted"


def test_a_box_that_is_left_alone_says_nothing(world):
    world.open_shop()

    order(world, ticked="false")
    checkout(world, "false", 1)

    assert words(world) == []


def test_the_news_of_an_order_are_not_agreed_to_by_it(world):
    world.open_shop(automations=["order_confirmation"])

    order(world)

    assert world.accepted == []
    assert [row.reason for row in world.messages] == ["no_consent"]


def test_whose_box_was_ticked_is_asked_whether_it_was_them(world):
    """Somebody else may have typed the number at the checkout."""
    world.open_shop(automations=["confirm_offers"])

    order(world)

    [row] = world.messages
    assert (row.automation, row.state) == ("confirm_offers", "sent")
    assert len(world.accepted) == 1


def test_a_checkout_that_is_told_of_again_and_again_says_it_once(world):
    world.open_shop()

    for minute in range(1, 4):
        checkout(world, "true", minute)

    [row] = world.rows("consents")
    assert row.happened_at.isoformat() == "2026-11-20T11:58:00+00:00"
    [said] = shown(world)["history"]
    assert said["evidence"] == {"checkout_token": "c0ffee"}


def test_who_unticks_it_on_the_way_has_not_agreed(world):
    world.open_shop()

    checkout(world, "true", 1)
    for minute in (2, 3):
        checkout(world, "false", minute)

    box = "marketing", "checkout_box"
    assert [(s, source, act) for s, act, source in words(world)] == [
        (*box, Act.GRANTED),
        (*box, Act.REVOKED),
    ]
    assert shown(world)["now"]["marketing"] == "revoked"


def test_who_ticks_and_unticks_it_before_we_look_has_not_agreed(world):
    """Both webhooks are read in one batch."""
    world.open_shop()

    for ticked, minute in (("true", 1), ("false", 2)):
        body = example("checkouts/update", phone=PHONE, created_at=START)
        body["updated_at"] = f"2026-11-20T12:0{minute}:00Z"
        body["note_attributes"] = attributes(ticked)
        world.shopify_says("checkouts/update", body)
    world.work()

    assert shown(world)["now"]["marketing"] == "revoked"


def test_a_no_that_was_said_during_the_checkout_is_newer(world):
    world.open_shop()
    world.agree(act=Act.REVOKED, scope="marketing")  # at noon

    checkout(world, "true", 1)

    assert shown(world)["now"]["marketing"] == "revoked"
