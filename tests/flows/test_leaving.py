"""A store removes the app, comes back, or is forgotten with all that is its own."""

from datetime import timedelta

import pytest

from storage.tables import metadata
from tests import samples
from tests.flows.everywhere import places_of
from tests.flows.terminal import attendant_at
from tests.flows.test_privacy import EVERYTHING, meta_tells, says_everything
from tests.world import NOON, PHONE, SHOP

MINUTE = timedelta(minutes=1)
TOKEN = "shpat_test"
UNINSTALLED = {
    "id": 1,
    "name": "Ada's Things",
    "domain": None,
    "myshopify_domain": None,
}
SHOP_REDACT = {"shop_id": 1, "shop_domain": SHOP}
OF_THE_INSTALLATION = {"installation", "audit", "leases"}


@pytest.fixture
def attendant(world, terminal):
    return attendant_at(terminal)


@pytest.fixture
def installed(world, shopify):
    """A store that lets us in."""
    world.open_shop(token=None)
    _let_in(shopify)
    return world


def _let_in(shopify):
    shopify.post("shops", {"domain": SHOP, "name": "Ada's Things", "token": TOKEN})


def _says_gone(world, attendant, *, at=NOON + MINUTE, **more):
    world.shopify_says("app/uninstalled", UNINSTALLED, triggered_at=at, **more)
    world.work()
    attendant.attend()


def _asks_to_forget(world, attendant, webhook_id=None, body=SHOP_REDACT):
    world.shopify_says("shop/redact", body, webhook_id=webhook_id)
    world.work()
    attendant.attend()


def _shop(world):
    [row] = world.rows("shops")
    return row


def _what_came_of_it(world):
    return [
        (row.state, row.reason)
        for row in world.rows("privacy_requests")
        if row.kind == "erase_shop"
    ]


# Removing the app


def test_a_store_that_lets_us_in_no_more_is_gone_and_its_token_with_it(
    installed, shopify, attendant
):
    shopify.post("uninstall", {"shop": SHOP})

    _says_gone(installed, attendant)

    shop = _shop(installed)
    assert (shop.state, shop.token, shop.refresh_token) == ("uninstalled", None, None)
    assert shop.uninstall_claimed_at is None
    installed.shopify_says("orders/create", samples.order())
    installed.work()
    assert installed.rows("orders") == []


def test_what_waits_for_its_buyers_is_not_sent(installed, shopify, attendant):
    installed.review("sosik_order_confirmation_1", "PAUSED")
    installed.shopify_says("orders/create", samples.order())
    installed.work()
    shopify.post("uninstall", {"shop": SHOP})

    _says_gone(installed, attendant)
    installed.review("sosik_order_confirmation_1", "APPROVED")
    installed.pass_time(timedelta(hours=1))

    assert (installed.message.state, installed.message.reason) == (
        "skipped",
        "shop_gone",
    )
    assert installed.accepted == []


def test_a_store_that_still_lets_us_in_has_not_gone_whoever_says_so(
    installed, attendant
):
    """The topic is not signed: any body of Shopify's can be played again under it."""
    _says_gone(installed, attendant)

    shop = _shop(installed)
    assert (shop.state, shop.uninstall_claimed_at) == ("active", None)
    assert shop.token is not None


def test_a_store_that_does_not_answer_is_asked_again(installed, shopify, attendant):
    shopify.post("uninstall", {"shop": SHOP})
    shopify.post("settings", {"fail_next": 10, "fail_http": 503})

    _says_gone(installed, attendant)
    assert _shop(installed).state == "active"
    assert _shop(installed).uninstall_claimed_at is not None

    shopify.post("settings", {"fail_next": 0})
    installed.now += 2 * MINUTE
    attendant.attend()
    assert _shop(installed).state == "uninstalled"


def test_an_uninstall_from_before_the_store_came_back_is_void(
    installed, shopify, attendant
):
    shopify.post("uninstall", {"shop": SHOP})
    installed.now += 2 * MINUTE
    installed.open_shop()
    _let_in(shopify)

    _says_gone(installed, attendant, at=NOON + MINUTE)

    assert _shop(installed).state == "active"


# Forgetting a store


def test_of_a_forgotten_store_nothing_is_left_but_the_receipt(
    installed, shopify, attendant
):
    says_everything(installed)
    installed.work()
    meta_tells(installed)
    installed.work()
    shopify.post("uninstall", {"shop": SHOP})
    _says_gone(installed, attendant)

    _asks_to_forget(installed, attendant)

    assert _what_came_of_it(installed) == [("done", None)]
    for table in metadata.tables.keys() - OF_THE_INSTALLATION - {"privacy_requests"}:
        left = [row for row in installed.rows(table) if table != "webhooks" or row.body]
        assert left == [], table
    for words in EVERYTHING:
        assert places_of(installed, words) == set(), words


def test_a_store_that_has_the_app_is_not_forgotten(installed, attendant):
    installed.shopify_says("orders/create", samples.order())
    installed.work()

    _asks_to_forget(installed, attendant)

    assert _what_came_of_it(installed) == [("refused", "still_connected")]
    assert len(installed.rows("orders")) == 1


def test_a_store_that_came_back_before_it_was_to_be_forgotten_keeps_all(
    installed, shopify, attendant
):
    installed.shopify_says("orders/create", samples.order())
    installed.work()
    shopify.post("uninstall", {"shop": SHOP})
    _says_gone(installed, attendant)
    installed.now += timedelta(hours=20)
    installed.open_shop()
    _let_in(shopify)

    installed.now += timedelta(hours=28)
    _asks_to_forget(installed, attendant)

    assert _what_came_of_it(installed) == [("refused", "still_connected")]
    assert _shop(installed).state == "active"
    assert len(installed.rows("orders")) == 1


def test_nobody_is_forgotten_while_nobody_can_tell_whether_the_app_is_there(
    installed, shopify, attendant
):
    shopify.post("settings", {"fail_next": 50, "fail_http": 503})
    _asks_to_forget(installed, attendant)
    assert [state for state, _ in _what_came_of_it(installed)] == ["waiting"]
    assert len(installed.rows("shops")) == 1

    shopify.post("settings", {"fail_next": 0})
    shopify.post("uninstall", {"shop": SHOP})
    installed.now += timedelta(hours=1)
    attendant.attend()
    assert _what_came_of_it(installed) == [("done", None)]
    assert installed.rows("shops") == []


def test_a_store_that_is_gone_already_is_forgotten_once_more_without_harm(
    installed, shopify, attendant
):
    shopify.post("uninstall", {"shop": SHOP})

    _asks_to_forget(installed, attendant, "one")
    installed.now += MINUTE
    _asks_to_forget(installed, attendant, "one")
    installed.now += MINUTE
    _asks_to_forget(installed, attendant, "two")

    assert _what_came_of_it(installed) == [("done", None)]
    assert installed.rows("shops") == installed.rows("webhooks") == []


def test_a_forgotten_store_that_comes_back_is_a_new_one(installed, shopify, attendant):
    old = _shop(installed).id
    shopify.post("uninstall", {"shop": SHOP})
    _asks_to_forget(installed, attendant)
    installed.now += timedelta(hours=1)

    new = installed.open_shop()
    _let_in(shopify)
    installed.shopify_says("orders/create", samples.order(placed_at=installed.now))
    installed.work()

    assert new != old
    assert installed.message.state == "sent"
    _asks_to_forget(installed, attendant, "again")
    assert len(installed.rows("shops")) == 1


def test_another_store_keeps_all_that_is_its_own(installed, shopify, attendant):
    bob = "bob.myshopify.com"
    installed.open_shop(bob, number=None)
    installed.shopify_says("orders/create", samples.order(), domain=bob)
    installed.shopify_says("orders/create", samples.order())
    installed.work()
    shopify.post("uninstall", {"shop": SHOP})

    _asks_to_forget(installed, attendant)

    assert [row.domain for row in installed.rows("shops")] == [bob]
    assert len(installed.rows("orders")) == 1
    [webhook] = installed.rows("webhooks")
    assert (webhook.shop_domain, webhook.body is None) == (bob, False)
    assert places_of(installed, PHONE) >= {"contacts.phone"}


def test_what_a_person_asked_of_the_store_goes_with_it(installed, shopify, attendant):
    installed.shopify_says("orders/create", samples.order())
    body = {
        **SHOP_REDACT,
        "customer": {"id": 1, "email": None, "phone": PHONE},
        "orders_requested": [samples.ORDER_ID],
        "data_request": {"id": 1},
    }
    installed.shopify_says("customers/data_request", body)
    installed.work()
    attendant.attend()
    shopify.post("uninstall", {"shop": SHOP})

    _asks_to_forget(installed, attendant)

    receipts = installed.rows("privacy_requests")
    assert len(receipts) == 2
    assert {(r.answer, r.marks, r.asked) for r in receipts} == {(None, None, None)}
