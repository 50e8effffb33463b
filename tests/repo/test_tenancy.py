"""Row-level security, the second lock between shops."""

import secrets

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.values import Scope, ShopId
from storage import admin_api, backfills, comparisons, feeds, tenancy
from storage.migrate import migrate
from storage.session import TransactionsOn, open_engine
from storage.tables import metadata
from storage.tenancy import Crossing
from tests import samples
from tests.wire.shopify_bodies import example

OF_SHOPS = sorted(
    table.name
    for table in metadata.tables.values()
    if "shop_id" in table.c or table.name == "shops"
)


def _follow_parcels(world, shop_id):
    key = str(shop_id)
    feed = feeds.NewFeed(
        service="17track", key=key, key_print=key.encode(), quota_left=1
    )
    now = world.now
    with world.services.transactions.for_shop(shop_id) as tx:
        sealer = world.services.sealer
        feeds.switch_on(tx, shop_id, feed, sealer=sealer, now=now, due_at=now)


def _ask(world, domain):
    with world.services.transactions.across(Crossing.SERVING) as tx:
        admin_api.take(tx, domain, 1, leaving=0, now=world.now)
        shop_id = world.shop_ids[domain]
        comparisons.begin(tx, shop_id, now=world.now, due_at=world.now)
        backfills.begin(tx, shop_id, now=world.now)
        backfills.keep_products(tx, shop_id, [7])


_WRITTEN = {
    "access_log": "(shop_id, at, door, actor, doing, kinds)"
    " VALUES (:shop, now(), 'command', 'me', 'why', '{}')",
    "changes": "(shop_id, at, door, actor, what)"
    " VALUES (:shop, now(), 'page', '4711', 'automation_set')",
    "catalogs": "(shop_id, catalog_id, account_id, is_own, hidden_tag, connected_at,"
    " run, next_run_at, read_due_at, tell_due_at)"
    " VALUES (:shop, '1', '2', true, '', now(), 'done', now(), now(), now())",
    "catalog_batches": "(shop_id, count, asked_at, due_at)"
    " VALUES (:shop, 1, now(), now())",
    "catalog_local_items": "(shop_id, variant_id, place, product_id, state,"
    " changed_at) VALUES (:shop, 1, 'fr', 1, 'waiting', now())",
    "catalog_sets": "(shop_id, collection_id) VALUES (:shop, 1)",
    "catalog_set_products": "(shop_id, collection_id, product_id, told_at)"
    " VALUES (:shop, 1, 1, now())",
    "catalog_items": "(shop_id, variant_id, product_id, state, changed_at)"
    " VALUES (:shop, 1, 1, 'waiting', now())",
    "contact_merges": "(shop_id, kept, gone, at, how, before, moved)"
    " VALUES (:shop, 1, 2, now(), 'owner', '{}', '{}')",
    "flow_replays": "(shop_id, flow, run, written, days, state, asked_at)"
    " VALUES (:shop, 'f', 'play_1', '{}', 30, 'wanted', now())",
    "links": "(shop_id, message_id, key, expires_at)"
    " VALUES (:shop, 'msg_1', CAST(:shop AS text)::bytea, now())",
    "chat_carts": "(shop_id, message_id, due_at) VALUES (:shop, 'msg_1', now())",
    "clicks": "(shop_id, message_id, first_at, last_at, count)"
    " VALUES (:shop, 'msg_1', now(), now(), 1)",
    "discounts": "(shop_id, flow, step, percent, valid_hours, combines, hour_at,"
    " code, starts_at, ends_at)"
    " VALUES (:shop, 'f', '1', 10, 24, false, now(), 'C', now(), now())",
    "offer_codes": "(shop_id, flow, step, percent, valid_hours, combines,"
    " one_customer, state, wanted_at, looked_at)"
    " VALUES (:shop, 'f', '1', 10, 24, false, false, 'wanted', now(), now())",
    # Of a number that only one of them has.
    "number_health": "(shop_id, phone_number_id, due_at)"
    " SELECT shop_id, phone_number_id, now() FROM numbers WHERE shop_id = :shop",
    "number_pins": "(shop_id, phone_number_id, pin) VALUES (:shop, '1', 'x')",
    "signups": "(shop_id, token, choices, is_beside, countries, door, actor, state,"
    " begun_at, due_at)"
    " VALUES (:shop, 'x', '[]', false, '{}', 'page', '7', 'running', now(), now())",
    "order_answers": "(shop_id, order_id, question) VALUES (:shop, 1, 'msg_1')",
    "policy_overrules": "(shop_id, product_id, is_allowed, reason, actor, at)"
    " VALUES (:shop, 1, true, 'Ours', 'me', now())",
    "test_numbers": "(shop_id, staff, phone_key, phone, confirmed_at)"
    " VALUES (:shop, '7', 'k', 'p', now())",
    "api_tokens": "(shop_id, name, role, digest, made_by, made_at)"
    " VALUES (:shop, 'Till', 'viewer', CAST(:shop AS text)::bytea, '4711', now())",
    "staff": "(shop_id, user_id, role, first_seen_at)"
    " VALUES (:shop, '4711', 'owner', now())",
    "shop_keys": "(shop_id, wrapped, made_at) VALUES (:shop, 'x', now())",
}


def _write_down(world, shop_id):
    with world.services.transactions.for_shop(shop_id) as tx:
        for table, values in _WRITTEN.items():
            query = f"INSERT INTO {table} {values} ON CONFLICT DO NOTHING"
            tx.connection.execute(text(query), {"shop": shop_id})


@pytest.fixture
def two_shops(world):
    """Two shops, each with a row in every table that holds shops' data."""
    found = []
    for domain in ("ada.myshopify.com", "bob.myshopify.com"):
        number = None if found else "100000000000002"
        shop_id = world.open_shop(domain, number=number)
        world.agree(domain=domain)
        world.agree(domain=domain, scope=Scope.MARKETING)
        _follow_parcels(world, shop_id)
        _ask(world, domain)
        _write_down(world, shop_id)
        world.shopify_says("orders/create", samples.order(), domain=domain)
        world.shopify_says("fulfillments/create", samples.fulfillment(), domain=domain)
        world.shopify_says("orders/delete", {"id": 5200}, domain=domain)
        for topic in (
            *("order_transactions/create", "refunds/create", "returns/approve"),
            *("fulfillment_orders/placed_on_hold", "customers/create"),
            *("customers/merge", "checkouts/create", "carts/create"),
            "draft_orders/create",
        ):
            world.shopify_says(topic, example(topic), domain=domain)
        asked = {**example("customers/redact"), "shop_domain": domain}
        world.shopify_says("customers/redact", asked, domain=domain)
        found.append(shop_id)
    world.work()
    for shop_id in found:
        _look_at_carts(world, shop_id)
    return world, *found


def _look_at_carts(world, shop_id):
    query = (
        "INSERT INTO cart_looks (shop_id, token_key, asked_at)"
        " SELECT shop_id, token_key, now() FROM checkouts WHERE shop_id = :shop"
    )
    with world.services.transactions.for_shop(shop_id) as tx:
        tx.connection.execute(text(query), {"shop": shop_id})


def test_a_shop_sees_its_own_rows_alone(two_shops):
    world, ada, _bob = two_shops
    tables = [table for table in OF_SHOPS if table != "numbers"]

    with world.services.transactions.for_shop(ada) as tx:
        seen = {
            table: set(
                tx.connection.scalars(text(f"SELECT {_shop_of(table)} FROM {table}"))
            )
            for table in tables
        }

    assert seen == {table: {ada} for table in tables}


def _shop_of(table):
    return "id" if table == "shops" else "shop_id"


def test_without_a_shop_nothing_is_seen(two_shops):
    """A transaction that names neither a shop nor a crossing fails closed."""
    world, *_ = two_shops
    engine = open_engine(world.settings.database_url, connections=1)

    with engine.begin() as connection:
        seen = {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}"))
            for table in OF_SHOPS
        }

    engine.dispose()
    assert seen == dict.fromkeys(OF_SHOPS, 0)


def test_a_shop_can_change_and_write_no_other_shops_rows(two_shops):
    world, ada, bob = two_shops

    with world.services.transactions.for_shop(ada) as tx:
        changed = tx.connection.execute(
            text("UPDATE messages SET reason = 'x' WHERE shop_id = :bob"), {"bob": bob}
        )
        assert changed.rowcount == 0
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        world.services.transactions.for_shop(ada) as tx,
    ):
        tx.connection.execute(
            text(
                "INSERT INTO contacts (shop_id, phone_key, phone, created_at)"
                " VALUES (:bob, 'k', 'p', now())"
            ),
            {"bob": bob},
        )


def test_ids_that_nobody_gave_out_see_nothing(two_shops):
    world, *_ = two_shops

    for _ in range(20):
        stranger = ShopId(10**9 + secrets.randbelow(10**9))
        with world.services.transactions.for_shop(stranger) as tx:
            for table in OF_SHOPS:
                count = tx.connection.scalar(text(f"SELECT count(*) FROM {table}"))
                assert count == 0


def test_the_shop_is_forgotten_with_the_transaction(two_shops):
    """Behind a pooler the next transaction on this connection is somebody else's."""
    world, ada, _ = two_shops
    engine = open_engine(world.settings.database_url, connections=1)
    transactions = TransactionsOn(engine)

    with transactions.for_shop(ada):
        pass
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM messages")) == 0
    engine.dispose()


def test_an_unknown_crossing_opens_nothing(two_shops):
    world, *_ = two_shops
    engine = open_engine(world.settings.database_url, connections=1)

    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.crossing', 'any', true)"))
        assert connection.scalar(text("SELECT count(*) FROM shops")) == 0
    engine.dispose()


def test_every_crossing_that_the_program_knows_is_known_to_the_database(two_shops):
    world, *_ = two_shops

    for crossing in Crossing:
        with world.services.transactions.across(crossing) as tx:
            assert tx.connection.scalar(text("SELECT count(*) FROM shops")) == 2


def test_the_daily_role_is_not_above_the_locks_and_cannot_change_tables(world):
    engine = open_engine(world.settings.database_url, connections=1)

    with engine.connect() as connection:
        assert connection.scalar(text(tenancy.ROLE_IGNORES_LOCKS)) is False
        with pytest.raises(ProgrammingError, match="must be owner"):
            connection.execute(text("ALTER TABLE messages DISABLE ROW LEVEL SECURITY"))
    engine.dispose()


def test_a_table_with_a_shop_and_no_policy_is_found(world):
    engine = open_engine(world.settings.database_owner_url, connections=1)

    with engine.connect() as connection:
        assert tenancy.tables_without_lock(connection) == []
        connection.execute(text("CREATE TABLE careless (shop_id bigint, word text)"))
        assert tenancy.tables_without_lock(connection) == ["careless"]
        connection.execute(text("ALTER TABLE careless ENABLE ROW LEVEL SECURITY"))
        assert tenancy.tables_without_lock(connection) == ["careless"]
        connection.execute(text(tenancy.policy_on("careless")))
        assert tenancy.tables_without_lock(connection) == []
        connection.rollback()
    engine.dispose()


def test_where_the_host_gives_a_superuser_the_work_is_done_as_a_lesser_role(two_shops):
    """The owner of the embedded server is one: as the only role it is safe too."""
    world, ada, _ = two_shops
    owner = world.settings.database_owner_url
    migrate(owner_url=owner, app_url=owner)
    engine = open_engine(owner, connections=1)
    transactions = TransactionsOn(engine)

    with transactions.for_shop(ada) as tx:
        assert tx.connection.scalar(text("SELECT current_user")) == tenancy.APP_ROLE
        assert set(tx.connection.scalars(text("SELECT shop_id FROM messages"))) == {ada}
    engine.dispose()


def test_the_audit_can_be_added_to_and_not_rewritten(world):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        world.services.transactions.across(Crossing.OPERATING) as tx,
    ):
        tx.connection.execute(text("DELETE FROM audit"))
