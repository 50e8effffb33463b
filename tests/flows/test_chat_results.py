"""What came of carts from WhatsApp is counted for the store's owner."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs

import pytest

from core.values import Money
from storage import chat_results
from storage.chat_results import ChatResults
from tests import samples
from tests.flows.shelf import Shelf
from tests.flows.test_chat_cart import BUYER, GERMAN, MUG, Store

DAY = timedelta(days=1)
MARKED = 9_100_001


@pytest.fixture
def store(world, terminal, shopify, request):
    shelf = Shelf(world, terminal, shopify, request.node.name)
    shelf.connect()
    return Counted(world, terminal, shopify, shelf)


class Counted(Store):
    def __init__(self, world, terminal, shopify, shelf):
        super().__init__(world, terminal, shopify, shelf.domain)
        self.terminal = terminal
        self.orders = 0

    def is_bought(self, phone, **how):
        """What the last answer led to."""
        [reference] = parse_qs(self.opens().query)["attributes[_wa_ref]"]
        self.orders += 1
        order = samples.order(
            order_id=MARKED + self.orders,
            phone=phone,
            note_attributes=[{"name": "_wa_ref", "value": reference}],
            **how,
        )
        self.world.shopify_says("orders/create", order, domain=self.domain)
        self.world.work()
        return order

    @property
    def answer(self):
        return self.answers[0]

    def counted(self, *, since=30 * DAY):
        with self.world.services.transactions.for_shop(self.shop_id) as tx:
            return chat_results.of_shop(tx, self.shop_id, since=self.world.now - since)


def test_nothing_is_counted_where_nobody_has_sent_a_cart(store):
    assert store.counted() == ChatResults(sent=0, answered=0, orders=0, revenue=[])


def test_carts_answers_and_orders_that_brought_back_their_reference_are_counted(store):
    store.is_sent((MUG, 1, 18.5))
    store.looks()
    order = store.is_bought(BUYER)
    store.is_sent((MUG, 2, 18.5), phone=GERMAN)
    # Somebody else buys without any cart.
    other = samples.order(order_id=MARKED - 1, phone=GERMAN)
    store.world.shopify_says("orders/create", other, domain=store.domain)
    store.world.work()

    found = store.counted()

    assert (found.sent, found.answered, found.orders) == (2, 1, 1)
    assert found.revenue == [Money(Decimal(order["total_price"]), order["currency"])]


def test_what_was_given_back_is_no_revenue_and_a_cancelled_order_none(store):
    store.is_sent((MUG, 1, 18.5))
    store.looks()
    order = store.is_bought(BUYER)
    refund = {
        "id": 1,
        "order_id": order["id"],
        "created_at": store.world.now.isoformat(),
        "transactions": [
            {"amount": "10.00", "currency": order["currency"], "kind": "refund",
             "status": "success"},
        ],
    }  # fmt: skip
    store.world.shopify_says("refunds/create", refund, domain=store.domain)
    store.world.work()
    left = Decimal(order["total_price"]) - 10

    assert store.counted().revenue == [Money(left, order["currency"])]

    gone = {**order, "cancelled_at": store.world.now.isoformat()}
    gone["updated_at"] = (store.world.now + DAY).isoformat()
    store.world.shopify_says("orders/cancelled", gone, domain=store.domain)
    store.world.work()

    assert (store.counted().orders, store.counted().revenue) == (0, [])


def test_older_carts_do_not_count(store):
    store.is_sent((MUG, 1, 18.5))
    store.looks()
    store.world.pass_time(31 * DAY)

    assert store.counted().sent == 0


def test_the_owner_is_told_by_the_status_of_the_catalog(store):
    store.is_sent((MUG, 1, 18.5))
    store.looks()
    order = store.is_bought(BUYER)

    told = store.terminal.json("catalog", "status", store.domain)["chat"]
    said = store.terminal.run("catalog", "status", store.domain)

    revenue = [{"amount": order["total_price"], "currency": order["currency"]}]
    assert told == {"carts": 1, "answered": 1, "orders": 1, "revenue": revenue}
    assert "1 sent, 1 answered, 1 bought" in said
