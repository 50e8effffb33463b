"""What an owner does at Shopify comes by its own signed webhooks to our real door, and
the catalog at Meta is the same again."""

import threading
from datetime import timedelta

import pytest
from werkzeug.serving import make_server

from core.products import NOWHERE
from core.values import ShopDomain
from integrations.shopify.subscriptions import ensure_subscriptions
from notifications.catalog.choosing import Choice, choose
from notifications.catalog.noticing import PATIENCE
from storage import products
from storage.products import Changed
from tests.flows.shelf import TOLD, Shelf
from tests.repo.waiting import eventually

_PICTURE = "https://cdn.shopify.com/s/files/1/1"


class Told(Shelf):
    """A store that tells of what happens in it by itself."""

    def does(self, what, **said):
        """Until all that was sent of it has come and is read, and the catalog follows;
        what was sent."""
        answer = self.owner(what, **said)
        sent = set(answer["webhook_ids"])
        assert sent, "nobody has subscribed to it"
        assert eventually(lambda: sent <= {r.dedupe_id for r in self.came})
        # A row can be seen before there is a hint at its lane.
        self.world.read_everything_now()
        self.world.now += TOLD
        self.turns(4)
        return answer

    @property
    def came(self):
        rows = self.world.rows("webhooks")
        return [each for each in rows if each.shop_domain == self.domain]


@pytest.fixture
def door(world):
    """The application at an address of its own."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def shelf(world, terminal, shopify, request, door):
    shelf = Told(world, terminal, shopify, request.node.name)
    domain, address = ShopDomain(shelf.domain), f"{door}/webhooks/shopify"
    made = ensure_subscriptions(shelf.store.client, domain, "shpat_test", address)
    assert "products/update" in made.created
    shelf.connect()
    shelf.turns()
    return shelf


def test_a_product_s_whole_life_is_told(shelf):
    made = shelf.does(
        "products",
        title="Linen bag",
        images=[f"{_PICTURE}/front.jpg", f"{_PICTURE}/back.jpg"],
        variants=[{"options": {"Size": "S"}}, {"options": {"Size": "M"}}],
    )["product"]
    small, medium = (str(each["id"]) for each in made["variants"])
    about = {"id": made["id"]}
    assert {small, medium} <= shelf.at_meta.keys()
    assert shelf.shown == shelf.to_be_shown

    shelf.does("products", **about, title="Cotton bag")
    assert shelf.at_meta[small]["title"].startswith("Cotton bag")

    shelf.does("products", **about, images=[f"{_PICTURE}/{n}.jpg" for n in "ba"])
    assert shelf.at_meta[small]["image_link"] == f"{_PICTURE}/b.jpg?width=1080"
    assert shelf.at_meta[small]["additional_image_link"] == [
        f"{_PICTURE}/a.jpg?width=1080"
    ]

    prices = [{"id": int(small), "price": "12.00", "compare_at_price": "15.00"}]
    shelf.does("products", **about, variants=[*prices, {"id": int(medium)}])
    assert shelf.at_meta[small]["price"] == "15.00 EUR"
    assert shelf.at_meta[small]["sale_price"] == "12.00 EUR"

    shelf.does("products/stock", variant_id=int(medium), stock=0)
    assert shelf.at_meta[medium]["availability"] == "out of stock"
    shelf.does("products/stock", variant_id=int(medium), stock=3)
    assert shelf.at_meta[medium]["availability"] == "in stock"

    for hidden, back in (
        ({"status": "DRAFT"}, {"status": "ACTIVE"}),
        ({"published": False}, {"published": True}),
        ({"tags": ["not-on-whatsapp"]}, {"tags": []}),
    ):
        shelf.does("products", **about, **hidden)
        assert not {small, medium} & shelf.at_meta.keys(), hidden
        shelf.does("products", **about, **back)
        assert {small, medium} <= shelf.at_meta.keys(), back

    shelf.does("products", **about, variants=[{"id": int(small)}])
    assert medium not in shelf.at_meta
    shelf.does("products/delete", **about)
    assert small not in shelf.at_meta
    assert set(shelf.states) == {"live"}


def test_webhooks_come_without_what_nobody_asked_for(shelf):
    """A product's own body may be of megabytes."""
    shelf.does("products", title="Heavy", description="<p>word</p>" * 50_000)

    assert all(len(each.body) < 1_000 for each in shelf.came)


def test_a_store_that_is_written_twenty_times_over_is_told_at_most_twice(shelf):
    shelf.owner("products/fill", count=20, variants=2)
    shelf.does("products/touch", count=1)
    before = shelf.requests

    for price in range(20):
        answer = shelf.owner("products/touch", price=f"{50 + price}.00")
        sent = set(answer["webhook_ids"])
        assert eventually(lambda: sent <= {r.dedupe_id for r in shelf.came})  # noqa: B023
        shelf.world.read_everything_now()
        shelf.world.now += TOLD / 3
        shelf.read()
        shelf.tell()
    shelf.world.now += TOLD
    shelf.turns(6)

    assert shelf.shown == shelf.to_be_shown
    assert shelf.requests - before <= 2 * len(shelf.shown)


def test_a_collection_and_a_market_are_told(shelf):
    chosen = Choice(sets="all", countries="US")
    choose(shelf.shop_id, chosen, shelf.world.services)
    shelf.turns(6)
    [first, *_] = shelf.products()

    made = shelf.does("collections", title="Summer", products=[first["id"]])
    shelf.does("collections", id=made["collection"]["id"], title="Sommer")
    path = f"catalog_sets?catalog_id={shelf.catalog_id}"
    [found] = shelf.world.meta.get(path)["data"]
    assert found["name"] == "Sommer"
    assert found["items"] == [str(each["id"]) for each in first["variants"]]

    shelf.does("markets", country="US", currency="USD", factor="2")
    shelf.world.now += 15 * TOLD
    shelf.turns(8)
    assert all(each["US"]["price"].endswith("USD") for each in shelf.local.values())

    shelf.does("collections/delete", id=made["collection"]["id"])
    assert shelf.world.meta.get(path)["data"] == []


def test_what_changes_while_it_is_read_is_left_alone_again_before_it_is_read_anew(
    shelf,
):
    """Else an import is told one time more: at once after it was read."""
    id_, began = shelf.products()[0]["id"], shelf.world.now
    changed = [Changed(shelf.shop_id, product_id=id_)]
    told = shelf.store.products(
        ShopDomain(shelf.domain), "shpat_test", ids=[id_], places=NOWHERE
    )
    last = began + timedelta(seconds=45)
    with shelf.world.services.transactions.for_shop(shelf.shop_id) as tx:
        for second in range(0, 46, 3):
            at = began + timedelta(seconds=second)
            products.note_changes(tx, changed, PATIENCE, now=at)
        assert products.next_due(tx, shelf.shop_id) == began + PATIENCE.longest

        as_of = began + PATIENCE.longest
        products.keep(tx, shelf.shop_id, told, as_of=as_of, pause=PATIENCE.pause)

        assert products.next_due(tx, shelf.shop_id) == last + PATIENCE.pause
