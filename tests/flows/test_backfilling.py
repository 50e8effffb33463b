"""A store's past is known after it was connected, and told to nobody."""

from datetime import timedelta
from hashlib import sha256

import pytest

from notifications.backfilling import fill_in_the_past
from storage import backfills, comparisons
from storage.history import ToldBy
from storage.statements import Statement
from storage.tenancy import Crossing
from tests.world import PHONE
from wiring.outside import patient_store_at

BUYER = {"phone": PHONE, "consent": True}
USUAL_BULK = {"is_slow": False, "fail_next": 0, "cut_next": 0}
CUSTOMERS = 2


class Store:
    """A simulated store with orders from before it is connected."""

    def __init__(self, world, terminal, shopify, domain):
        self.world, self.shopify, self.domain = world, shopify, domain
        self.store = patient_store_at(terminal.settings, world.services)
        self.terminal = terminal
        shopify.post("shops", {"domain": domain, "token": "shpat_test"})
        self.orders = [self.sells(), self.sells(phone="+4915187654321")]
        parcel = {"order_id": self.orders[0]["id"], "tracking_numbers": ["JJD1234567"]}
        self.parcel = self.does("fulfillments", company="DHL", **parcel)["fulfillment"]
        world.now += timedelta(minutes=5)

    def does(self, what, **told):
        return self.shopify.post(what, {"shop": self.domain, **told})

    def sells(self, **wish):
        return self.does("orders", **{**BUYER, **wish})["order"]

    def connect(self):
        self.shop_id = self.world.open_shop(self.domain, automations=True)
        self.begin()

    def begin(self):
        now = self.world.now
        with self.world.services.transactions.for_shop(self.shop_id) as tx:
            backfills.begin(tx, self.shop_id, now=now)
            comparisons.begin(tx, self.shop_id, now=now, due_at=now)

    def fill_in(self, times=1):
        """The scheduler's turns, with a minute between them."""
        for _ in range(times):
            fill_in_the_past(self.store, services=self.world.services)
            self.world.now += timedelta(minutes=1)

    def row(self, part):
        return next(r for r in self.world.rows("backfills") if r.part == part)

    @property
    def states(self):
        return {row.part: row.state for row in self.world.rows("backfills")}


@pytest.fixture
def store(world, terminal, shopify, request):
    name = sha256(request.node.name.encode()).hexdigest()[:16]
    return Store(world, terminal, shopify, f"past-{name}.myshopify.com")


def test_what_was_before_the_store_was_connected_is_known_and_nobody_hears_of_it(
    world, store
):
    store.connect()

    store.fill_in(3)
    world.look()
    world.pass_time(timedelta(minutes=10))

    assert store.states == dict.fromkeys(("orders", "customers", "products"), "done")
    assert {row.order_id for row in world.rows("orders")} == {
        order["id"] for order in store.orders
    }
    assert [row.fulfillment_id for row in world.rows("parcels")] == [store.parcel["id"]]
    assert len(world.rows("customers")) == CUSTOMERS
    assert len(world.rows("products")) == store.row("products").read_count > 0
    assert {row.told_by for row in world.rows("history")} == {ToldBy.BACKFILL}
    assert world.messages == []
    assert world.accepted == []


def test_what_people_agreed_to_in_the_past_is_in_the_ledger(world, store):
    customer_id = store.orders[0]["customer"]["id"]
    consent = {"state": "SUBSCRIBED", "optInLevel": "CONFIRMED_OPT_IN"}
    store.does("consent", customer_id=customer_id, **consent)
    store.connect()

    store.fill_in(3)

    said = sorted((row.source, row.scope, row.act) for row in world.rows("consents"))
    assert said == [
        ("order_attribute", "transactional", "granted"),
        ("order_attribute", "transactional", "granted"),
        ("shopify", "marketing", "confirmed"),
        ("shopify", "transactional", "confirmed"),
    ]


def test_news_of_an_order_of_the_past_is_told_as_of_any_other(world, store):
    """The order is known by then, with the buyer's number and yes."""
    store.connect()
    store.fill_in(3)

    scan = {"fulfillment_id": store.parcel["id"], "status": "out_for_delivery"}
    told = store.does("fulfillment_events", **scan)["event"]
    world.shopify_says("fulfillment_events/create", told, domain=store.domain)
    world.work()
    world.pass_time(timedelta(minutes=1))

    assert [m.automation for m in world.messages if m.state == "sent"] == [
        "parcel_out_for_delivery"
    ]


def test_is_asked_for_once(world, store, shopify):
    store.connect()
    store.fill_in(3)
    before = shopify.get("state")["counts"]["downloads"]

    store.begin()
    store.fill_in(3)

    assert shopify.get("state")["counts"]["downloads"] == before
    assert store.row("orders").read_count == len(store.orders)


def test_what_is_written_slowly_is_looked_at_again_and_a_webhook_says_when(
    world, store, shopify
):
    shopify.post("settings", {"bulk": {"is_slow": True}})
    store.connect()
    store.fill_in()
    assert set(store.states.values()) == {"running"}

    store.does("bulk")
    world.now -= timedelta(seconds=55)  # sooner than anybody would look
    store.fill_in(0)
    assert fill_in_the_past(store.store, services=world.services) == 0
    world.shopify_says(
        "bulk_operations/finish",
        {
            "admin_graphql_api_id": "gid://shopify/BulkOperation/1",
            "status": "completed",
        },
        domain=store.domain,
    )
    world.work()
    store.fill_in()

    assert set(store.states.values()) == {"done"}


def test_a_download_that_breaks_off_goes_on_where_it_was(world, store, shopify):
    store.connect()
    store.fill_in()  # they are written now
    shopify.post("settings", {"bulk": {"cut_next": 2}})

    store.fill_in(8)

    assert store.states["orders"] == "done"
    assert store.row("orders").read_count == len(store.orders)
    assert len(world.rows("orders")) == len(store.orders)


def test_a_file_that_ends_too_early_is_not_taken_for_all_of_it(
    world, store, monkeypatch
):
    """At the end of a line, it looks like any other end."""
    store.connect()
    store.fill_in()
    whole = store.store.read_written
    cut = {"left": 1}

    def short(part, url, start):
        things = whole(part, url, start)
        if part == "orders" and cut["left"]:
            cut["left"] -= 1
            yield next(things)
        else:
            yield from things

    monkeypatch.setattr(type(store.store), "read_written", lambda _, *a: short(*a))
    store.fill_in()
    held = store.row("orders").held_because
    store.fill_in(3)

    assert held == "download_ended_early"
    assert store.states["orders"] == "done"
    assert store.row("orders").read_count == len(store.orders)


def test_what_the_store_could_not_write_is_asked_for_again(world, store, shopify):
    shopify.post("settings", {"bulk": {"fail_next": 3}})
    store.connect()
    store.fill_in(2)
    held = store.row("orders").held_because

    world.now += timedelta(minutes=5)
    store.fill_in(4)

    assert held == "bulk_internal_server_error"
    assert set(store.states.values()) == {"done"}


def test_what_fails_again_and_again_is_given_up_until_the_store_is_connected_anew(
    world, store, shopify
):
    shopify.post("settings", {"bulk": {"fail_next": 999}})
    store.connect()
    for _ in range(14):
        store.fill_in()
        world.now += timedelta(minutes=10)
    assert set(store.states.values()) == {"failed"}

    shopify.post("settings", {"bulk": USUAL_BULK})
    store.begin()
    store.fill_in(3)

    assert set(store.states.values()) == {"done"}


def test_who_was_forgotten_meanwhile_is_not_brought_back_by_the_past(world, store):
    store.connect()
    store.fill_in(3)
    store.terminal.run("contact", "erase", store.domain, PHONE)
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.run(Statement("UPDATE backfills SET state = 'failed'"), {})

    store.begin()
    store.fill_in(3)

    assert store.states["orders"] == "done"
    assert len(world.rows("orders")) == 1
    assert sum(row.phone is not None for row in world.rows("contacts")) == 1


def test_an_empty_store_has_no_past(world, terminal, shopify):
    domain = "empty-past.myshopify.com"
    shopify.post("shops", {"domain": domain, "token": "shpat_test"})
    shop_id = world.open_shop(domain)
    with world.services.transactions.for_shop(shop_id) as tx:
        backfills.begin(tx, shop_id, now=world.now)
    store = patient_store_at(terminal.settings, world.services)

    for _ in range(3):
        fill_in_the_past(store, services=world.services)
        world.now += timedelta(minutes=1)

    states = {row.part: row.state for row in world.rows("backfills")}
    assert states["orders"] == states["customers"] == "done"
    assert world.rows("orders") == []


def test_how_far_it_has_come_is_shown(world, store):
    store.connect()
    store.fill_in(3)

    past = store.terminal.json("shop", "show", store.domain)["past"]
    shown = store.terminal.run("shop", "show", store.domain)

    assert {(p["part"], p["state"], p["read"], p["of"]) for p in past} >= {
        ("orders", "done", len(store.orders), len(store.orders))
    }
    assert "customers" in shown


def test_a_store_that_is_connected_by_command_has_its_past_filled_in(
    world, store, terminal
):
    terminal.json("shop", "add", store.domain, "--access-token", "shpat_test")

    assert set(store.states.values()) == {"wanted"}
    assert len(world.rows("comparisons")) == 1


def test_a_crash_between_two_portions_loses_nothing_and_repeats_nothing(
    world, store, monkeypatch
):
    """Each portion stands or falls with the place up to which it was read."""
    monkeypatch.setattr("notifications.backfilling._PORTION", 1)
    store.connect()
    store.fill_in()
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.run(Statement("UPDATE backfills SET due_at = :now"), {"now": world.now})
    whole = store.store.read_written

    def broken(part, url, start):
        things = whole(part, url, start)
        yield next(things)
        raise RuntimeError("the process is gone")

    monkeypatch.setattr(type(store.store), "read_written", lambda _, *a: broken(*a))
    fill_in_the_past(store.store, services=world.services)
    assert store.row("orders").read_count == 1
    assert len(world.rows("orders")) == 1
    monkeypatch.undo()

    world.now += timedelta(hours=2)
    store.fill_in(3)

    assert set(store.states.values()) == {"done"}
    assert store.row("orders").read_count == len(store.orders)
    assert len(world.rows("orders")) == len(store.orders)
