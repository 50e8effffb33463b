"""Each shop's data has a key of its own, which is destroyed with the shop."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary

from core.sealing import CannotOpen, Keyring
from notifications.privacy import stores
from storage import feeds, inbox, installation, keys
from storage.session import TransactionsOn, open_engine
from storage.tables import metadata
from tests.flows.terminal import TOKEN, attendant_at
from tests.flows.test_privacy import data_request, says_everything
from tests.world import APP_SECRET, SHOP
from wiring.release import release

BOB = "bob.myshopify.com"
FINGERPRINTS = {
    *(
        "phone_key",
        "user_key",
        "checkout_key",
        "cart_key",
        "email_key",
        "token_key",
        "number_key",
        "key_print",
    ),
    *("wrapped", "digest", "commitment"),
}
"""Bytes that are not sealed; ``history.key`` is one, too."""


def _sealed_values(world):
    """Every sealed value of a shop's, by where it stands."""
    found = {}
    for table in metadata.sorted_tables:
        if "shop_id" not in table.c and table.name != "shops":
            continue
        for row in world.rows(table.name):
            for column in table.columns:
                value = getattr(row, column.name)
                is_print = column.name in FINGERPRINTS or (
                    column.name == "key" and table.name != "tracking_feeds"
                )
                if isinstance(column.type, LargeBinary) and value and not is_print:
                    found.setdefault(f"{table.name}.{column.name}", []).append(value)
    return found


@pytest.fixture
def full(world, terminal):
    """A shop with something sealed in every column that can have it."""
    world.open_shop(automations=True, client_secret=APP_SECRET)
    shop_id = world.shop_ids[SHOP]
    feed = feeds.NewFeed(
        service="17track", key="of the store", key_print=b"print", quota_left=1
    )
    sealer, now = world.services.sealer, world.now
    with world.services.transactions.for_shop(shop_id) as tx:
        feeds.switch_on(tx, shop_id, feed, sealer=sealer, now=now, due_at=now)
    says_everything(world)
    world.work()
    world.shopify_says("customers/data_request", data_request())
    world.work()
    attendant_at(terminal).attend()
    return world


def test_all_that_is_a_shops_is_sealed_with_its_own_key(full):
    """With SECRET_KEYS alone nothing opens; with the row of the key, all does."""
    installations = Keyring(full.settings.secret_keys)
    own = full.services.sealer.of(full.shop_ids[SHOP])

    found = _sealed_values(full)

    assert set(found) >= {
        *("shops.token", "shops.client_secret", "numbers.token", "webhooks.body"),
        *("contacts.phone", "orders.email", "orders.first_name", "parcels.private"),
        *("customers.email", "checkouts.token", "carts.marks", "history.data"),
        *("tracking_feeds.key", "tracking_numbers.number", "messages.body"),
        *("privacy_requests.answer",),
    }
    for place, values in found.items():
        for value in values:
            assert own.has_key_of(value), place
            assert not installations.has_key_of(value), place


def test_a_copy_of_a_shops_rows_opens_no_more_once_its_key_is_destroyed(full):
    copied = full.rows("webhooks")
    domain = copied[0].shop_domain
    assert inbox.unpack(copied[0].body, domain, full.services.sealer)

    stores.forget(SHOP, asked_at=full.now, store=None, services=full.services)

    assert full.rows("shop_keys") == []
    anybody = Keyring(
        full.settings.secret_keys, keys.found_in(full.services.transactions)
    )
    for row in copied:
        with pytest.raises(CannotOpen):
            inbox.unpack(row.body, row.shop_domain, anybody)


def test_two_shops_have_two_keys_and_connecting_again_changes_none(world):
    world.open_shop()
    world.open_shop(BOB, number=None)
    first = {row.shop_id: bytes(row.wrapped) for row in world.rows("shop_keys")}

    world.open_shop()

    again = {row.shop_id: bytes(row.wrapped) for row in world.rows("shop_keys")}
    assert first == again
    opened = {world.services.sealer.unwrap(each) for each in again.values()}
    assert len(opened) == 2


def test_after_a_rotation_and_a_release_the_old_key_is_needed_no_more(full):
    """What the shops' keys have sealed is not touched, however much that is."""
    old = full.settings.secret_keys
    both = replace(full.settings, secret_keys=("the new key, long enough", *old))
    release(both)
    release(both)
    try:
        engine = open_engine(full.settings.database_url, connections=2)
        transactions = TransactionsOn(engine)
        new = Keyring(both.secret_keys[:1], keys.found_in(transactions))

        assert installation.pepper(transactions, new) == full.services.book.pepper()
        [webhook, *_] = full.rows("webhooks")
        assert inbox.unpack(webhook.body, SHOP, new)
        [contact, *_] = full.rows("contacts")
        book = replace(full.services.book, sealer=new)
        assert book.opened(full.shop_ids[SHOP], contact.phone).e164.startswith("+49")
        engine.dispose()
    finally:
        release(replace(full.settings, secret_keys=(*old, both.secret_keys[0])))


def test_a_store_that_was_forgotten_a_moment_ago_is_connected_a_little_later(
    world, terminal
):
    """Some process may still have its old key at hand, and seal with it what nobody
    could open."""
    world.open_shop()
    terminal.run("shop", "erase", SHOP, "--yes")

    refused = terminal.refused("shop", "add", SHOP, "--access-token", TOKEN)
    assert "connect it in two minutes" in refused

    world.now += timedelta(minutes=2)
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    assert len(world.rows("shop_keys")) == 1
