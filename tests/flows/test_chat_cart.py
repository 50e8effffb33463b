"""A cart that somebody fills in WhatsApp ends at the store's own checkout."""

import json
from datetime import timedelta
from hashlib import sha256
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest

from notifications.checking_carts import LEASE, check_carts
from tests import samples
from tests.flows.terminal import without_waiting
from tests.wire.shopify_bodies import example
from tests.world import PHONE
from wiring.outside import brief_store_at

MUG, TRAY = 45100000000002, 45100000000003
SCOPES = "read_orders,read_products,read_inventory"
ORIGIN = "https://sosik.example.com"
MINUTE = timedelta(minutes=1)
BUYER = "+447911123456"
GERMAN = PHONE


class Store:
    """A simulated store, and somebody who writes to it."""

    def __init__(self, world, terminal, shopify, domain):
        self.world, self.shopify, self.domain = world, shopify, domain
        self.ids = count(1)
        shopify.post(
            "shops", {"domain": domain, "token": "shpat_test", "scopes": SCOPES}
        )
        self.shop_id = world.open_shop(domain)
        for phone in (BUYER, GERMAN):
            world.meta.post(
                "inbound", {"from": phone, "text": "hi"}
            )  # opens the window
        store = brief_store_at(terminal.settings, world.services)
        self.at_shopify = without_waiting(store)

    def has(self, sku, **now):
        self.shopify.post("stock", {"shop": self.domain, "sku": sku, **now})

    def is_sent(self, *things, text="", message_id=None, phone=BUYER):
        """Things are the variant, how many, and the price that was seen."""
        items = [
            {
                "product_retailer_id": str(variant),
                "quantity": quantity,
                "item_price": price,
                "currency": "EUR",
            }
            for variant, quantity, price in things
        ]
        order = {"catalog_id": "1", "text": text, "product_items": items}
        message_id = message_id or f"wamid.{self.domain[:12]}{next(self.ids)}"
        said = {"type": "order", "order": order}
        self.world.person_says(said, phone=phone, message_id=message_id)
        self.world.work()
        return message_id

    def looks(self):
        check_carts(self.at_shopify, services=self.world.services)
        self.world.look()

    @property
    def answers(self):
        """What lies on the phones."""
        return [
            each["content"]
            for each in self.world.meta.get("messages")["data"][: len(self.sent)]
        ]

    @property
    def sent(self):
        return self.world.accepted

    @property
    def answer(self):
        [answer] = self.answers
        return answer

    @property
    def link(self):
        return self.answer["action"]["parameters"]["url"]

    def opens(self):
        path = self.link.removeprefix(ORIGIN)
        answer = self.world.web.get(path, headers={"User-Agent": "Mozilla/5.0"})
        assert answer.status_code in {302, 303}
        return urlsplit(answer.headers["Location"])

    @property
    def rows(self):
        return [
            row
            for row in self.world.rows("messages")
            if row.shop_id == self.shop_id and row.automation == "reply"
        ]


@pytest.fixture
def store(world, terminal, shopify, request):
    name = sha256(request.node.nodeid.encode()).hexdigest()[:20]
    return Store(world, terminal, shopify, f"cart-{name}.myshopify.com")


def test_a_cart_is_answered_with_the_way_to_the_stores_own_checkout(store):
    store.is_sent((MUG, 2, 18.5), (TRAY, 1, 52))
    assert store.answers == []

    store.looks()

    assert store.answer["type"] == "cta_url"
    assert store.answer["body"]["text"].startswith("Your cart at ")
    assert "€89.00" in store.answer["body"]["text"]
    leads = store.opens()
    assert leads.netloc == store.domain
    assert leads.path == f"/cart/{MUG}:2,{TRAY}:1"
    [reference] = parse_qs(leads.query)["attributes[_wa_ref]"]
    assert reference


def test_the_difference_to_what_was_seen_is_told_in_plain_words(store):
    store.has("MUG-CEL", quantity=1)
    store.has("TRY-LRG", price="55.00")

    store.is_sent((MUG, 3, 18.5), (TRAY, 1, 52), (4, 1, 10))
    store.looks()

    assert store.answer["body"]["text"].split("\n")[:4] == [
        "This is different from what you saw:",
        "Of Stoneware mug, Celadon there are only 1 left.",
        "Walnut tray, Large costs €55.00 now, instead of €52.00.",
        "Something you chose is no longer sold.",
    ]
    assert store.opens().path == f"/cart/{MUG}:1,{TRAY}:1"


def test_where_nothing_is_left_that_is_told_and_there_is_no_button(store):
    store.has("MUG-CEL", quantity=0)
    store.has("TRY-LRG", deleted=True)

    store.is_sent((MUG, 1, 18.5), (TRAY, 1, 52))
    store.looks()

    assert "Stoneware mug, Celadon is sold out." in store.answer["body"]


def test_the_same_cart_twice_is_answered_once(store):
    message_id = store.is_sent((MUG, 1, 18.5))
    store.looks()

    store.is_sent((MUG, 1, 18.5), message_id=message_id)
    store.looks()
    store.world.pass_time(5 * MINUTE)

    assert len(store.answers) == 1
    assert store.world.rows("chat_carts") == []


def test_another_cart_is_answered_anew(store):
    store.is_sent((MUG, 1, 18.5))
    store.looks()
    store.world.pass_time(MINUTE)
    store.is_sent((MUG, 2, 18.5))
    store.looks()

    assert len(store.answers) == 2


def test_what_the_phone_says_of_prices_counts_for_nothing(store):
    store.is_sent((MUG, 2, 0.01))
    store.looks()

    assert "€37.00" in store.answer["body"]["text"]
    assert "costs €18.50 now, instead of €0.01" in store.answer["body"]["text"]


def test_if_the_store_says_nothing_its_checkout_will_tell(store):
    store.shopify.post("settings", {"fail_next": 50})
    store.is_sent((MUG, 2, 18.5))
    store.looks()
    assert store.answers == []

    store.world.pass_time(MINUTE)
    store.looks()
    assert store.answers == []
    store.world.pass_time(MINUTE)

    text = store.answer["body"]["text"]
    assert text.startswith("Your cart at ")
    assert "€" not in text
    assert store.opens().path == f"/cart/{MUG}:2"
    store.shopify.post("settings", {"fail_next": 0})
    store.world.pass_time(20 * MINUTE)
    store.looks()
    assert len(store.answers) == 1
    assert store.world.rows("chat_carts") == []


def test_a_worker_that_died_in_the_middle_is_followed_by_another(store):
    store.is_sent((MUG, 1, 18.5))
    usual = store.at_shopify

    class Dies:
        def __getattr__(self, name):
            return getattr(usual, name)

        def things_on_sale(self, *_shop_and_token, **_asked):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_carts(Dies(), services=store.world.services)
    store.world.pass_time(LEASE)
    store.looks()

    assert "€18.50" in store.answer["body"]["text"]


def test_a_stop_beside_a_cart_is_a_stop_and_the_cart_is_answered(store):
    store.is_sent((MUG, 1, 18.5), text="STOP")
    store.looks()

    says = sorted(row.told["says"] for row in store.rows)
    assert says == ["cart", "stopped"]
    assert len(store.world.accepted) == 2
    assert [row.act for row in store.world.rows("consents")] == ["revoked"]


def test_the_buyers_language_and_what_they_typed_before_are_known(store):
    now = store.world.now.isoformat()
    body = example("checkouts/create", phone=GERMAN, updated_at=now)
    body |= {"email": "ada@example.org"}
    store.world.shopify_says("checkouts/create", body, domain=store.domain)
    store.world.work()

    store.is_sent((MUG, 1, 18.5), phone=GERMAN)
    store.looks()

    assert store.answer["body"]["text"].startswith("Ihr Warenkorb bei ")
    asked = parse_qs(store.opens().query)
    assert asked["checkout[email]"] == ["ada@example.org"]


def test_who_shows_no_number_is_answered_in_the_language_of_their_country(store):
    """WhatsApp's own id of a person begins with the country."""
    user_id = "ES.13491208655302741918"
    item = {"product_retailer_id": str(MUG), "quantity": 1}
    said = {"type": "order", "order": {"product_items": [item]}}

    store.world.person_says(said, phone=None, user_id=user_id)
    store.world.work()

    [answer] = store.rows
    assert answer.told["language"] == "es"


def test_the_order_that_follows_is_known_to_have_come_from_the_chat(store):
    store.is_sent((MUG, 1, 18.5))
    store.looks()
    [reference] = parse_qs(store.opens().query)["attributes[_wa_ref]"]

    marks = [{"name": "_wa_ref", "value": reference}]
    order = samples.order(phone=BUYER, note_attributes=marks)
    store.world.shopify_says("orders/create", order, domain=store.domain)
    store.world.work()

    [row] = store.world.rows("orders")
    [answer] = store.rows
    assert row.reference_message == answer.id


def test_an_empty_cart_is_nothing_to_answer(store):
    store.is_sent()
    store.looks()

    assert store.answers == []


def test_the_story_tells_what_was_asked_and_found(store):
    store.has("MUG-CEL", quantity=1)
    store.is_sent((MUG, 3, 18.5))
    store.looks()

    [row] = store.rows
    told = [
        (line["what"], line.get("things"), line.get("can_be_bought"))
        for line in row.story
    ]
    assert told[:2] == [("cart_sent", 3, None), ("cart_checked", None, 1)]


def test_of_who_is_erased_no_cart_is_left(store, terminal):
    store.is_sent((MUG, 1, 18.5), text="for my mother")

    terminal.run("contact", "erase", store.domain, BUYER)
    store.looks()

    assert store.answers == []
    assert all(row.told is None for row in store.rows)
    assert store.world.rows("chat_carts") == []


def test_what_somebody_chose_and_wrote_is_in_no_log(store, caplog):
    store.is_sent((MUG, 1, 18.5), text="for my mother")
    store.looks()

    said = json.dumps([record.getMessage() for record in caplog.records])
    assert "mother" not in said
    assert BUYER[1:] not in said
