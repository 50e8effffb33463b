"""A cart from WhatsApp that no address can hold is paid by the invoice of a draft."""

from hashlib import sha256
from urllib.parse import parse_qs

import pytest

from notifications import writing_up
from notifications.checking_carts import LEASE, check_carts
from tests.flows.test_chat_cart import BUYER, MINUTE, MUG, SCOPES, Store

MANY = 51
MAY_WRITE = f"{SCOPES},write_draft_orders"


class LargeStore(Store):
    """One that has many things on sale, and lets us write up drafts."""

    def __init__(self, world, terminal, shopify, domain, *, scopes=MAY_WRITE):
        super().__init__(world, terminal, shopify, domain)
        shopify.post("shops", {"domain": domain, "scopes": scopes})
        self.things = self.sells(2 * MANY)

    def sells(self, count):
        """So many different things, by their variants."""
        variants = [{"title": f"Size {n}", "price": "1.00"} for n in range(count)]
        thing = {"shop": self.domain, "title": "Thing", "variants": variants}
        made = self.shopify.post("products", thing)["product"]
        return [each["id"] for each in made["variants"]]

    @property
    def drafts(self):
        return self.shopify.get(f"written_up?shop={self.domain}")["data"]

    def is_sent_many(self, count=MANY, **how):
        return self.is_sent(*((each, 2, 1) for each in self.things[:count]), **how)


def domain_of(request):
    name = sha256(request.node.nodeid.encode()).hexdigest()[:20]
    return f"many-{name}.myshopify.com"


@pytest.fixture
def store(world, terminal, shopify, request):
    return LargeStore(world, terminal, shopify, domain_of(request))


def test_its_button_leads_to_the_invoice_of_a_draft_order(store):
    store.is_sent_many()
    store.looks()

    [draft] = store.drafts
    assert len(draft["line_items"]) == MANY
    assert {line["quantity"] for line in draft["line_items"]} == {2}
    assert store.answer["type"] == "cta_url"
    assert "€102.00" in store.answer["body"]["text"]
    assert store.opens().geturl() == draft["invoice_url"]


def test_what_an_address_can_hold_is_not_written_up(store):
    store.is_sent_many(MANY - 1)
    store.looks()

    assert store.drafts == []
    assert store.opens().path.startswith("/cart/")


def test_the_order_that_is_paid_by_it_is_known_to_have_come_from_the_chat(store):
    store.is_sent_many()
    store.looks()

    paid = {"shop": store.domain, "invoice": store.opens().geturl(), "phone": BUYER}
    order = store.shopify.post("written_up_paid", paid)["order"]
    store.world.shopify_says("orders/create", order, domain=store.domain)
    store.world.work()

    [row] = store.world.rows("orders")
    [answer] = store.rows
    assert row.reference_message == answer.id


def test_nobody_is_reminded_of_such_a_draft_since_no_invoice_of_it_was_sent(store):
    store.is_sent_many()
    store.looks()
    [draft] = store.drafts

    store.world.shopify_says("draft_orders/create", draft, domain=store.domain)
    store.world.work()
    store.world.pass_time(60 * 24 * MINUTE)

    assert draft["invoice_sent_at"] is None
    assert [row.automation for row in store.world.rows("messages")] == ["reply"]


def test_where_the_store_does_not_let_us_the_button_leads_to_its_page(
    world, terminal, shopify, request
):
    store = LargeStore(world, terminal, shopify, domain_of(request), scopes=SCOPES)

    store.is_sent_many()
    store.looks()

    assert store.drafts == []
    assert store.opens().geturl() == f"https://{store.domain}/"
    assert "€102.00" in store.answer["body"]["text"]


def test_a_draft_whose_answer_was_lost_is_found_and_not_written_up_again(store):
    store.shopify.post("written_up", {"shop": store.domain, "loses_answers": 1})
    store.is_sent_many()
    store.looks()
    assert store.answers == []

    store.world.pass_time(MINUTE / 4)
    store.looks()

    [draft] = store.drafts
    assert store.opens().geturl() == draft["invoice_url"]


def test_a_worker_that_died_after_writing_it_up_is_followed_by_another(store):
    store.is_sent_many()
    usual = store.at_shopify

    class Dies:
        def __getattr__(self, name):
            return getattr(usual, name)

        def write_up(self, *shop_and_token, **wanted):
            usual.write_up(*shop_and_token, **wanted)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_carts(Dies(), services=store.world.services)
    store.world.pass_time(writing_up.LEASE)
    store.looks()

    [draft] = store.drafts
    assert store.opens().geturl() == draft["invoice_url"]


def test_two_who_have_the_same_cart_write_it_up_once(store):
    """The first is so slow that its turn is over, and another has taken it since."""
    store.is_sent_many()
    usual, services = store.at_shopify, store.world.services

    class IsSlow:
        def __getattr__(self, name):
            return getattr(usual, name)

        def draft_under(self, *shop_and_token, **asked):
            found = usual.draft_under(*shop_and_token, **asked)
            store.world.pass_time(LEASE)
            check_carts(usual, services=services)
            return found

    check_carts(IsSlow(), services=services)
    store.world.look()

    [draft] = store.drafts
    assert store.opens().geturl() == draft["invoice_url"]


def test_a_draft_that_the_store_still_works_on_is_waited_for(store):
    store.shopify.post("written_up", {"shop": store.domain, "is_slow": True})
    store.is_sent_many()
    store.looks()
    assert store.answers == []

    store.world.pass_time(MINUTE / 4)
    store.looks()

    [draft] = store.drafts
    assert store.opens().geturl() == draft["invoice_url"]


def test_nobody_waits_for_somebody_elses_draft(store):
    store.shopify.post("written_up", {"shop": store.domain, "is_slow": True})
    store.is_sent_many()
    store.is_sent((MUG, 1, 18.5))
    store.looks()

    assert "€18.50" in store.answer["body"]["text"]


def test_what_is_too_much_even_for_a_draft_leads_to_the_stores_page(store):
    store.things = store.sells(500)

    store.is_sent_many(500)
    store.looks()

    assert store.drafts == []
    assert store.opens().geturl() == f"https://{store.domain}/"


def test_the_address_of_the_invoice_lies_sealed(store):
    store.is_sent_many()
    store.looks()

    [draft] = store.drafts
    kept = str([store.rows, store.world.rows("links")])
    assert draft["invoice_url"] not in kept
    assert not parse_qs(store.opens().query)
