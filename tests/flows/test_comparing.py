"""What a store's webhooks did not tell is found by asking it, and told once."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from core.values import Act, Scope
from integrations.shopify.subscriptions import NARROWED
from notifications.comparing import compare_stores
from notifications.telling_consent import tell_shopify
from storage import comparisons
from storage.session import open_engine
from storage.statements import Statement
from storage.tenancy import Crossing
from tests.flows.terminal import TOKEN, subscriptions, without_waiting
from tests.world import PHONE
from wiring import doctor
from wiring.outside import brief_store_at, patient_store_at

RHYTHM = timedelta(minutes=5)
BUYER = {"phone": PHONE, "consent": True}


class Store:
    """A simulated store, of whose webhooks only those arrive that are passed on."""

    def __init__(self, world, terminal, shopify, domain):
        self.world, self.terminal, self.shopify = world, terminal, shopify
        self.domain = domain
        shopify.post("shops", {"domain": domain, "token": "shpat_test"})
        self.shop_id = world.open_shop(domain)
        self.begin()

    def begin(self):
        now = self.world.now
        with self.world.services.transactions.across(Crossing.OPERATING) as tx:
            comparisons.begin(tx, self.shop_id, now=now, due_at=now)
            # Its webhooks are passed on by hand, so it has no subscriptions.
            never = now + timedelta(days=999)
            comparisons.go_on(tx, self.shop_id, subscriptions_due_at=never)

    def does(self, what, **told):
        return self.shopify.post(what, {"shop": self.domain, **told})

    def says(self, topic, body):
        assert self.world.shopify_says(topic, body, domain=self.domain) == 200

    def sells(self, **wish):
        return self.does("orders", **BUYER, **wish)["order"]

    def ships(self, order, *numbers):
        told = {"order_id": order["id"], "tracking_numbers": list(numbers)}
        return self.does("fulfillments", company="DHL", **told)["fulfillment"]

    def compare(self):
        """The scheduler looks at the stores, and what was found is worked off."""
        store = patient_store_at(self.terminal.settings, self.world.services)
        looked = compare_stores(without_waiting(store), services=self.world.services)
        self.world.work()
        self.world.look()
        return looked

    def later(self, time=RHYTHM):
        self.world.now += time
        return self.compare()

    @property
    def row(self):
        [row] = self.world.rows("comparisons")
        return row

    @property
    def told(self):
        """Which message each of those that went out is."""
        return [m.automation for m in self.world.messages if m.state == "sent"]


@pytest.fixture
def store(world, terminal, shopify, request):
    """A store of its own: what others have sold stays in the simulator's books."""
    name = sha256(request.node.name.encode()).hexdigest()[:16]
    return Store(world, terminal, shopify, f"compared-{name}.myshopify.com")


def test_an_order_whose_webhook_got_lost_is_confirmed_within_minutes(world, store):
    store.later()
    order = store.sells()

    store.later()
    store.later()

    assert store.told == ["order_confirmation"]
    assert store.row.found == {"orders/create": 1}
    [row] = [r for r in world.rows("orders") if r.order_id == order["id"]]
    assert row.name == order["name"]


def test_what_the_webhooks_told_is_not_found_again(world, store):
    order = store.sells()
    store.says("orders/create", order)
    store.says("orders/paid", order)
    parcel = store.ships(order, "00340434161094042557")
    store.says("fulfillments/create", parcel)
    world.work()

    for _ in range(3):
        store.later()

    assert store.row.found == {}
    assert len(world.rows("webhooks")) == 3
    assert sorted(store.told) == ["order_confirmation", "parcel_on_its_way"]


def test_a_webhook_that_comes_late_after_all_tells_nothing_twice(world, store):
    order = store.sells()
    store.later()
    store.later()
    store.says("orders/create", order)
    store.says("orders/paid", order)
    world.work()
    store.later()

    assert store.told == ["order_confirmation"]
    assert len(world.accepted) == 1


def test_a_parcel_whose_webhook_got_lost_is_told(world, store):
    order = store.sells()
    store.says("orders/create", order)
    world.work()
    world.now += timedelta(minutes=2)
    store.ships(order, "00340434161094042557")

    store.later()
    store.later()

    assert sorted(store.told) == ["order_confirmation", "parcel_on_its_way"]
    assert store.row.found == {"fulfillments/create": 1}


def test_a_scan_whose_webhooks_got_lost_is_found_though_its_order_has_not_changed(
    world, store
):
    world.switch("parcel_out_for_delivery", enabled=True, domain=store.domain)
    order = store.sells()
    parcel = store.ships(order, "00340434161094042557")
    store.says("orders/create", order)
    store.says("fulfillments/create", parcel)
    world.work()
    store.later(timedelta(minutes=30))
    store.does(
        "fulfillment_events", fulfillment_id=parcel["id"], status="out_for_delivery"
    )

    store.later()
    store.later()

    assert "parcel_out_for_delivery" in store.told
    assert store.row.found["fulfillment_events/create"] == 1


def test_a_cancellation_and_a_refund_whose_webhooks_got_lost_are_found(world, store):
    for name in ("order_cancelled", "refund_issued"):
        world.switch(name, enabled=True, domain=store.domain)
    order = store.sells()
    store.says("orders/create", order)
    world.work()
    world.now += timedelta(minutes=2)
    store.does("cancel", order_id=order["id"])

    store.later()
    store.later()

    assert store.row.found == {"orders/cancelled": 1, "refunds/create": 1}
    assert sorted(store.told) == [
        "order_cancelled",
        "order_confirmation",
        "refund_issued",
    ]


def test_a_payment_whose_webhook_got_lost_confirms_the_order(world, store):
    order = store.sells(unpaid=True)
    store.says("orders/create", order)
    world.work()
    assert store.told == []
    world.now += timedelta(minutes=2)
    store.does("paid", order_id=order["id"])

    store.later()
    store.later()

    assert store.row.found == {"orders/paid": 1}
    assert store.told == ["order_confirmation"]


@pytest.mark.parametrize(
    ("act", "topic", "message"),
    [
        ("paid", "orders/paid", "order_confirmation"),
        ("cancel", "orders/cancelled", "order_cancelled"),
    ],
)
def test_a_word_that_got_lost_is_found_though_a_part_of_the_order_tells_it(
    world, store, act, topic, message
):
    """The part tells how the order stands, and calls for no message by itself."""
    world.switch("order_cancelled", enabled=True, domain=store.domain)
    order = store.sells(unpaid=True)
    store.says("orders/create", order)
    world.now += timedelta(minutes=2)
    store.does(act, order_id=order["id"])
    [order] = store.shopify.get(f"orders?shop={store.domain}")["data"]
    asked_for = NARROWED["orders/updated"].fields
    part = {name: value for name, value in order.items() if name in asked_for}
    store.says("orders/updated", part)
    world.work()
    assert store.told == []

    store.later()
    store.later()

    assert store.row.found == {topic: 1}
    assert store.told == [message]


def test_a_pickup_whose_scan_got_lost_is_told(world, store):
    world.switch("parcel_ready_for_pickup", enabled=True, domain=store.domain)
    order = store.sells()
    parcel = store.ships(order, "00340434161094042557")
    store.says("orders/create", order)
    store.says("fulfillments/create", parcel)
    world.work()
    store.later(timedelta(minutes=30))
    scan = {"fulfillment_id": parcel["id"], "status": "ready_for_pickup"}
    store.does("fulfillment_events", **scan)

    store.later()
    store.later()

    assert store.told.count("parcel_ready_for_pickup") == 1


def test_a_checkout_whose_webhook_got_lost_is_known(world, store):
    started = store.does("checkouts", **BUYER)

    store.later()
    store.later()

    [row] = world.rows("checkouts")
    assert store.row.found == {"checkouts/update": 1}
    assert started["token"] not in str(bytes(row.token))
    store.later()
    assert store.row.found == {"checkouts/update": 1}


def test_what_is_old_news_by_now_is_known_and_not_told(world, store):
    store.sells()

    store.later(timedelta(days=2))

    assert store.row.found == {"orders/create": 1}
    assert len(world.rows("orders")) == 1
    assert world.accepted == []


def test_what_happened_before_the_store_was_connected_is_past_and_not_told(
    world, store
):
    order = store.sells()
    world.now += timedelta(minutes=2)
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.run(Statement("DELETE FROM comparisons"), {})
    store.begin()
    world.now += timedelta(minutes=2)
    store.does("paid", order_id=order["id"])  # touches it

    store.later()
    store.later()

    assert store.row.found == {}
    assert {row.told_by for row in world.rows("history")} == {"backfill"}
    assert world.messages == []


def test_what_changed_while_a_store_was_gone_is_found_when_it_is_back(world, store):
    """Installed anew, it keeps what its owner has set and what is known of it."""
    store.later()
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.run(Statement("UPDATE shops SET state = 'uninstalled'"), {})
    store.sells()
    assert store.later(timedelta(hours=1)) == 0

    world.open_shop(store.domain, automations=False)
    store.begin()
    store.later()

    assert store.row.found == {"orders/create": 1}
    assert store.told == ["order_confirmation"]
    assert len(world.rows("shops")) == 1


def test_who_was_forgotten_is_not_asked_for_again(world, store):
    """The store remembers them; what it says of before is left there."""
    order = store.sells()
    store.says("orders/create", order)
    world.work()
    world.now += timedelta(minutes=2)
    store.terminal.run("contact", "erase", store.domain, PHONE)

    store.later()
    store.later()

    assert store.row.found == {}
    assert world.rows("orders") == []
    assert [row.phone for row in world.rows("contacts")] == [None]


def garble_history_of(world, order_id):
    """As a broken disk does; nobody of ours may."""
    owner = open_engine(world.settings.database_owner_url, connections=1)
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL app.crossing = 'operating'"))
        garble = "UPDATE history SET data = 'garbled' WHERE order_id = :order"
        assert connection.execute(text(garble), {"order": order_id}).rowcount
    owner.dispose()


def test_an_order_that_cannot_be_compared_holds_up_no_other(world, store):
    rotten = store.sells()
    store.says("orders/create", rotten)
    world.work()
    garble_history_of(world, rotten["id"])
    lost = store.sells()

    store.later()
    store.later()

    assert lost["id"] in {row.order_id for row in world.rows("orders")}
    assert store.row.held_because is None
    assert store.row.compared_at == world.now


def test_it_goes_on_where_it_was_after_a_disturbance(world, store, shopify):
    store.later()
    store.sells()
    world.now += timedelta(minutes=2)
    shopify.post("settings", {"fail_next": 3, "fail_http": 503})
    store.later()
    held = store.row

    shopify.post("settings", {"fail_next": 0})
    store.later()

    assert held.held_because == "shopify_503"
    assert held.attempts == 1
    assert store.row.held_because is None
    assert store.told == ["order_confirmation"]


def test_a_store_that_lets_us_in_no_more_is_left_alone_for_an_hour(world, store):
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.run(Statement("UPDATE shops SET token = NULL"), {})

    assert store.compare() == 1
    assert store.row.held_because == "no_access"
    assert store.later() == 0
    assert store.later(timedelta(hours=1)) == 1


def test_a_store_has_one_turn_at_a_time(world, store):
    with world.services.transactions.across(Crossing.LOOKING) as tx:
        until = world.now + timedelta(minutes=15)
        assert comparisons.take_due(tx, now=world.now, until=until) is not None

    assert store.compare() == 0


def test_subscriptions_that_are_gone_are_made_anew_each_hour(world, terminal, shopify):
    domain = "mended.myshopify.com"
    shopify.post("shops", {"domain": domain, "name": "M", "token": TOKEN})
    terminal.json("shop", "add", domain, "--access-token", TOKEN)
    before = subscriptions(shopify, domain)
    lost = ("orders/create", "fulfillments/create")
    store = patient_store_at(terminal.settings, world.services)

    shopify.post("unsubscribe", {"shop": domain, "topics": list(lost)})
    assert len(subscriptions(shopify, domain)) == len(before) - 2
    world.now += RHYTHM
    compare_stores(store, services=world.services)

    assert subscriptions(shopify, domain) == before
    assert world.rows("comparisons")[0].found == {"subscriptions": 2}


def test_an_app_that_shopify_installed_keeps_no_subscriptions_of_its_own(
    world, terminal, shopify
):
    """The app's own deliver: beside them, each of these would deliver twice."""
    domain = "managed.myshopify.com"
    shopify.post("shops", {"domain": domain, "name": "M", "token": TOKEN})
    terminal.json("shop", "add", domain, "--access-token", TOKEN)
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.run(Statement("UPDATE shops SET token_kind = 'expiring'"), {})
    count = len(subscriptions(shopify, domain))
    world.now += RHYTHM

    compare_stores(
        patient_store_at(terminal.settings, world.services), services=world.services
    )

    assert subscriptions(shopify, domain) == []
    assert world.rows("comparisons")[0].found == {"subscriptions": count}


def test_what_was_found_is_shown_and_the_doctor_looks_whether_stores_are_compared(
    world, store
):
    store.sells()
    store.later()
    shown = store.terminal.json("shop", "show", store.domain)
    well = doctor_on(store)
    world.now += timedelta(hours=3)

    assert shown["comparison"]["found"] == {"orders/create": 1}
    assert shown["comparison"]["held_because"] is None
    assert "orders/create" in store.terminal.run("shop", "show", store.domain)
    assert (well.is_well, well.says) == (
        True,
        "1 of 1 shops compared with what they say",
    )
    assert not doctor_on(store).is_well


def doctor_on(store):
    now = store.world.now
    found = doctor.findings_with(store.terminal.settings, "test", now=now)
    [one] = [one for one in found if one.part == "comparison"]
    return one


CONSENT = "customers_whats_app_marketing_consent/update"


def words_at_shopify(world):
    return [
        (row.scope, row.act)
        for row in world.rows("consents")
        if row.source == "shopify"
    ]


def test_a_consent_whose_webhook_got_lost_is_found(world, store):
    store.sells()
    store.later()
    store.does("consent", phone=PHONE, state="UNSUBSCRIBED")

    store.later()
    store.later()

    assert words_at_shopify(world) == [("marketing", "revoked")]
    assert store.row.found[CONSENT] == 1


def test_a_consent_that_was_told_is_not_found_again(world, store):
    sold = store.sells()
    said = store.does("consent", phone=PHONE, state="SUBSCRIBED")["consent"]
    told = {"customer_id": sold["customer"]["id"], "phone_number": PHONE}
    store.says(CONSENT, {**told, "whats_app_marketing_consent": said})
    world.work()
    before = words_at_shopify(world)

    store.later()
    store.later()

    assert len(before) == 2
    assert words_at_shopify(world) == before
    assert CONSENT not in store.row.found


@pytest.mark.parametrize("act", [Act.GRANTED, Act.REVOKED])
def test_a_consent_that_we_have_written_is_not_found(world, store, act):
    store.sells()
    world.agree(act=act, scope=Scope.MARKETING, domain=store.domain)
    at_shopify = brief_store_at(store.terminal.settings, world.services)
    assert tell_shopify(at_shopify, services=world.services) == 1

    store.later()
    store.later()

    assert words_at_shopify(world) == []
    assert CONSENT not in store.row.found


def test_many_consents_are_looked_at_page_by_page(world, store):
    for number in range(60):
        phone = f"+4915187650{number:03}"
        store.does("orders", phone=phone)
        store.does("consent", phone=phone, state="UNSUBSCRIBED")

    store.later()
    store.later()

    assert len(words_at_shopify(world)) == 60
