"""Customers, checkouts, carts and the store itself: what is known, and what is gone."""

import hashlib
from datetime import timedelta

import pytest

from core.values import CustomerId
from notifications.keeping import forget_what_is_old
from storage import shoppers
from storage.shoppers import CHECKOUTS, CUSTOMERS
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import NOON, SHOP

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def world(world):
    world.open_shop(automations=False)
    return world


def _says(world, topic, *, at=None, **changes):
    """Shopify's own topics without a time of their own happen when they are told."""
    body = example(topic, **changes)
    named = hashlib.sha256(repr((topic, body, at)).encode()).hexdigest()
    moment = at or world.now
    world.shopify_says(topic, body, webhook_id=named, triggered_at=moment)
    world.work()


def _known(world, kept):
    return [
        kept.of_row(row._asdict(), world.services.sealer)
        for row in world.rows(kept.table.name)
    ]


# Checkouts and carts


def test_a_checkout_is_known_as_far_as_the_buyer_has_come(world):
    _says(world, "checkouts/create", phone="+4915112345678")

    [known] = _known(world, CHECKOUTS)
    assert (known.token, known.email) == ("c0ffee", "ada@example.com")
    assert (known.total, known.total_currency) == (known.worth, "EUR")
    assert (known.locale, known.country) == ("pt-BR", "DE")
    assert known.url == "https://ada.example/checkouts/c0ffee/recover?key=1"
    assert [item["title"] for item in known.items] == ["Tea"]
    assert known.discount_codes == ["TEA10"]
    assert known.marks == {"_wa_ref": "k7"}
    assert known.contact_id is not None
    assert known.completed_at is None


def test_nothing_of_who_left_a_checkout_lies_readable(world):
    _says(world, "checkouts/create", phone="+4915112345678")

    [row] = world.rows("checkouts")
    readable = " ".join(str(each) for each in row)
    for secret in ("c0ffee", "c4f7", "Ada", "example", "Berlin", "15112345678"):
        assert secret not in readable


def test_an_older_word_about_a_checkout_does_not_open_it_again(world):
    done = "2026-11-20T10:20:00+01:00"
    _says(world, "checkouts/update", updated_at=done, completed_at=done)
    _says(world, "checkouts/create")

    [known] = _known(world, CHECKOUTS)
    assert known.completed_at is not None


def test_an_order_is_found_by_the_checkout_and_the_cart_that_it_came_from(world):
    _says(world, "checkouts/create")
    _says(world, "carts/create")
    order = samples.order(checkout_token="c0ffee", cart_token="c4f7")
    world.shopify_says("orders/create", order)
    world.work()

    [order], [checkout], [cart] = map(world.rows, ("orders", "checkouts", "carts"))
    assert order.checkout_key == checkout.token_key
    assert order.cart_key == checkout.cart_key == cart.token_key


def test_a_deleted_checkout_is_gone_and_a_late_word_does_not_bring_it_back(world):
    _says(world, "checkouts/create")
    _says(world, "checkouts/delete", token="c0ffee", cart_token=None)
    _says(world, "checkouts/update", updated_at="2026-11-20T10:20:00+01:00")

    assert world.rows("checkouts") == []


def test_where_the_cart_alone_is_named_its_later_checkouts_stay(world):
    _says(world, "checkouts/delete", at=NOON)
    _says(world, "checkouts/create")
    assert world.rows("checkouts") == []

    later = (NOON + MINUTE).isoformat()
    _says(world, "checkouts/create", token="another", updated_at=later)

    [known] = _known(world, CHECKOUTS)
    assert known.token == "another"


def test_checkouts_and_carts_are_forgotten_after_their_time(world):
    _says(world, "checkouts/create", updated_at=NOON.isoformat())
    _says(world, "carts/create", updated_at=NOON.isoformat())

    world.now += 29 * DAY
    forget_what_is_old(services=world.services)
    assert len(world.rows("checkouts")) == len(world.rows("carts")) == 1

    world.now += 2 * DAY
    forget_what_is_old(services=world.services)
    assert world.rows("checkouts") == world.rows("carts") == []


# Customers


def test_a_customer_is_known_and_lies_sealed(world):
    _says(world, "customers/create")

    [known], [row] = _known(world, CUSTOMERS), world.rows("customers")
    assert (known.email, known.first_name) == ("ada@example.com", "Ada")
    assert (known.phone_place, known.country) == ("default_address", "DE")
    assert (known.email_marketing, known.sms_marketing) == ("subscribed", None)
    assert known.contact_id is not None
    assert "Ada" not in str(row)


def test_a_deleted_customer_is_gone_and_a_late_word_does_not_bring_them_back(world):
    _says(world, "customers/create")
    _says(world, "customers/delete")
    _says(world, "customers/update", updated_at=(NOON + MINUTE).isoformat())

    assert world.rows("customers") == []


def test_what_was_told_of_a_merged_customer_is_the_kept_ones(world):
    _says(world, "customers/create", id=6101)
    _says(world, "customers/create", id=6100)
    _says(world, "customers/merge")
    _says(world, "customers/update", id=6101, updated_at=(NOON + MINUTE).isoformat())
    shop_id = world.shop_ids[SHOP]

    assert [known.customer_id for known in _known(world, CUSTOMERS)] == [6100]
    with world.services.transactions.for_shop(shop_id) as tx:
        for asked in (6100, 6101):
            found = shoppers.ids_of_customer(tx, shop_id, CustomerId(asked))
            assert found == {6100, 6101}
        assert shoppers.ids_of_customer(tx, shop_id, CustomerId(7)) == {7}


# The store


def _shop(world):
    [row] = world.rows("shops")
    return row


def test_a_shop_is_called_and_is_where_the_store_says(world):
    later = (NOON + MINUTE).isoformat()
    _says(
        world,
        "shop/update",
        name="Ada's Tea",
        iana_timezone="Asia/Seoul",
        currency="KRW",
        country_code="KR",
        updated_at=later,
    )

    shop = _shop(world)
    assert (shop.name, shop.timezone) == ("Ada's Tea", "Asia/Seoul")
    assert (shop.currency, shop.country) == ("KRW", "KR")


def test_what_a_store_said_before_it_was_connected_is_old(world):
    _says(world, "shop/update", name="Old", updated_at=(NOON - MINUTE).isoformat())

    assert _shop(world).name == "Ada's Things"


def test_a_timezone_that_the_owner_has_set_stays_until_the_store_is_connected_anew(
    world,
):
    terminal = world.app.test_cli_runner()
    done = terminal.invoke(args=["shop", "set", SHOP, "timezone=Asia/Tokyo"])
    assert done.exit_code == 0
    later = (NOON + MINUTE).isoformat()
    _says(world, "shop/update", name="Ada's Tea", updated_at=later)
    assert (_shop(world).name, _shop(world).timezone) == ("Ada's Tea", "Asia/Tokyo")

    world.open_shop(automations=False)

    assert _shop(world).timezone == "Europe/Berlin"


def test_that_the_app_was_removed_is_noted_as_a_claim_and_stops_nothing(world):
    _says(world, "app/uninstalled", at=NOON + MINUTE)

    assert _shop(world).uninstall_claimed_at == NOON + MINUTE
    assert _shop(world).state == "active"
    world.shopify_says("orders/create", samples.order())
    world.work()
    assert len(world.rows("orders")) == 1


def test_a_claim_of_before_the_store_was_connected_is_void(world):
    _says(world, "app/uninstalled", at=NOON - MINUTE)
    assert _shop(world).uninstall_claimed_at is None

    _says(world, "app/uninstalled", at=NOON + MINUTE)
    world.open_shop(automations=False)

    assert _shop(world).uninstall_claimed_at is None
