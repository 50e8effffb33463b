"""A step of a flow that makes an offer: its code is there before its message leaves,
and what the message says of it is so."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from core.values import Act, MessageId, Scope, ShopDomain
from integrations.meta.creation_schema import problems_of_creation
from integrations.meta.schema import problems_of_message
from integrations.meta.templates import creation_body
from notifications import sending
from notifications.flash_codes import keep_codes, look_after_codes
from notifications.flows import flow_of
from notifications.privacy.requests import Attendant
from notifications.rules.codes import PATIENCE
from storage import offer_codes, shops
from storage.offer_codes import Asked, Terms
from storage.shops import send_lane_of
from tests import samples
from tests.flows.offered import Losing
from tests.flows.terminal import without_waiting
from tests.wire.shopify_bodies import example
from tests.world import PHONE
from wiring.outside import MetasWords, as_metas, brief_store_at

SECOND, MINUTE, HOUR = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours")
)
TEMPLATE = "sosik_cart_offer_1"
TOKEN = "c0ffee"
FIRST = {"key": "1", "message": "cart_reminder", "after_minutes": 60}
OFFER = {"percent": 10, "valid_hours": 24, "one_customer": False}
SECOND_STEP = {
    "key": "2",
    "message": "cart_offer",
    "after_minutes": 180,
    "offer": OFFER,
}


class Store:
    """A store whose flow offers something two hours after it has reminded."""

    def __init__(self, world, terminal, shopify, domain):
        self.world, self.domain = world, domain
        shopify.post("shops", {"domain": domain, "token": "shpat_test"})
        store = brief_store_at(terminal.settings, world.services)
        self.at_shopify = without_waiting(store)
        self.shop_id = world.open_shop(domain, automations=["cart_reminder"])
        self.hears(Act.CONFIRMED)

    def hears(self, act):
        self.world.agree(scope=Scope.MARKETING, act=act, domain=self.domain)

    def tells(self, topic, body):
        assert self.world.shopify_says(topic, body, domain=self.domain) == 200
        self.world.work()

    def is_bought(self):
        placed = {"placed_at": self.world.now, "checkout_token": TOKEN}
        self.tells("orders/create", samples.order(**placed))

    def found(self, code):
        """Whether Shopify takes it."""
        asked = (ShopDomain(self.domain), "shpat_test")
        found = self.at_shopify.find_code(*asked, code=code)
        return found is not None and found.name is not None

    def runs(self, folder, *steps):
        file = folder / "flow.json"
        file.write_text(json.dumps({"holdout": 0, "steps": steps}))
        self.says("flow", "set", self.domain, "cart_reminder", str(file))

    def says(self, *words):
        done = self.world.app.test_cli_runner().invoke(args=words)
        assert done.exit_code == 0, done.output
        return done.output

    def is_left(self, **changes):
        body = example(
            "checkouts/create", phone=PHONE, updated_at=self.world.now.isoformat()
        )
        told = {**body, "customer_locale": "en", **changes}
        self.tells("checkouts/create", told)

    def makes_codes(self, store=None):
        keep_codes(store or self.at_shopify, services=self.world.services)

    def waits_for_the_offer(self):
        """Until the step's time, when nothing but the code is missing."""
        self.is_left()
        self.world.pass_time(HOUR)
        self.world.pass_time(2 * HOUR)

    def offers(self):
        """All the way."""
        self.waits_for_the_offer()
        self.makes_codes()
        self.world.pass_time(2 * SECOND)

    @property
    def message(self):
        [found] = [row for row in self.world.messages if row.automation == "cart_offer"]
        return found

    @property
    def code(self):
        [found] = self.world.rows("offer_codes")
        return found

    @property
    def read(self):
        """What lies on the phone."""
        return self.world.meta.get("messages")["data"][-1]

    def sent(self):
        return [each for each in self.world.accepted if each["template"] == TEMPLATE]


@pytest.fixture
def store(world, terminal, shopify, tmp_path, request):
    digest = sha256(request.node.name.encode()).hexdigest()[:16]
    # Of this test's own: what others have made stays in the simulator.
    made = Store(world, terminal, shopify, f"offers-{digest}.myshopify.com")
    made.runs(tmp_path, FIRST, SECOND_STEP)
    return made


def test_it_waits_until_its_code_is_there(world, store):
    store.waits_for_the_offer()

    assert (store.message.state, store.message.reason) == ("waiting", "code_not_ready")
    assert store.sent() == []
    store.makes_codes()
    world.pass_time(2 * SECOND)

    assert store.message.state == "sent"
    assert len(store.sent()) == 1
    assert store.code.state == "told"


def test_it_says_what_is_so(world, store):
    store.offers()

    read, code = store.read["content"], store.code
    ends_at = code.told_at + timedelta(hours=24)
    assert code.ends_at == ends_at
    assert read["deal"]["text"] == "Offer for you"
    assert read["deal"]["ends_at"] == round(ends_at.timestamp() * 1000)
    copy, link = read["buttons"]
    assert (copy["type"], copy["code"]) == ("COPY_CODE", code.code)
    assert link["url"].startswith("https://sosik.example.com/l/")
    assert "{{" not in link["url"]
    assert f"The code {code.code} counts once, for the next 24 hours." in read["body"]
    assert "take 10% off" in read["body"]
    assert read["body"].startswith("*Ada's Things*")
    assert read["body"].endswith("Reply STOP to end them.")
    assert "header" not in read
    assert "footer" not in read


def test_its_link_brings_the_code_along(world, store):
    store.offers()

    path = store.read["content"]["buttons"][1]["url"].removeprefix(
        "https://sosik.example.com"
    )
    answer = world.web.get(path)

    assert answer.status_code in {302, 303}
    assert f"discount={store.code.code}" in answer.headers["Location"]


def test_its_code_counts_at_the_store_until_it_said(world, store, shopify):
    store.offers()
    told = {"shop": store.domain, "discount_code": store.code.code, "phone": None}

    world.now = store.code.ends_at - SECOND
    store.makes_codes()
    assert shopify.post("orders", told)["order"]["discount_codes"]


def test_its_code_is_gone_when_it_said(world, store, shopify):
    store.offers()
    told = {"shop": store.domain, "discount_code": store.code.code, "phone": None}

    world.now = store.code.ends_at
    store.makes_codes()

    with pytest.raises(Exception, match="valid discount code"):
        shopify.post("orders", told)


def test_nobody_has_a_code_made_who_is_not_written_to(world, store):
    """A code is asked for last of all."""
    store.is_left()
    world.pass_time(HOUR)
    store.hears(Act.REVOKED)

    world.pass_time(2 * HOUR)

    assert (store.message.state, store.message.reason) == ("skipped", "consent_revoked")
    assert world.rows("offer_codes") == []


def test_a_store_that_grants_no_codes_skips_the_step_and_says_why(world, store):
    with world.services.transactions.for_shop(store.shop_id) as tx:
        shops.change(tx, store.shop_id, {"scopes": ["read_orders"]})

    store.offers()

    assert (store.message.state, store.message.reason) == ("skipped", "no_code")
    assert store.sent() == []
    assert store.code.because == "no_scope"
    told = store.says("why", store.domain, "--message", store.message.id)
    assert "Open Sosik in the store's admin once" in " ".join(told.split())


def test_it_does_not_wait_for_ever(world, store):
    store.waits_for_the_offer()

    for _ in range(PATIENCE // MINUTE):
        world.pass_time(MINUTE)

    assert (store.message.state, store.message.reason) == ("skipped", "no_code")
    look_after_codes(services=world.services)
    store.makes_codes()
    assert store.code.state == "ended"


def test_who_buys_while_the_code_is_made_gets_no_offer_and_no_code(world, store):
    store.waits_for_the_offer()
    store.makes_codes()
    code = store.code.code
    store.is_bought()
    world.pass_time(2 * SECOND)
    world.now += 20 * SECOND

    look_after_codes(services=world.services)
    store.makes_codes()

    assert (store.message.state, store.message.reason) == ("skipped", "cart_bought")
    assert store.sent() == []
    assert not store.found(code)


def test_who_buys_after_it_keeps_no_code(world, store):
    store.offers()
    store.is_bought()
    world.now += 20 * SECOND

    look_after_codes(services=world.services)
    store.makes_codes()
    world.now += 10 * SECOND
    store.makes_codes()

    assert (store.code.state, store.code.because) == ("ended", "bought")


def test_what_is_switched_off_has_offered_nothing(world, store):
    store.offers()
    code = store.code.code

    store.says("automation", "set", store.domain, "cart_reminder", "--disabled")
    store.makes_codes()

    assert not store.at_shopify.find_code(
        ShopDomain(store.domain), "shpat_test", code=code
    ).is_active
    assert (store.code.state, store.code.because) == ("ended", "cancelled")


def test_nobody_is_told_a_code_that_is_ended_while_its_message_is_decided(world, store):
    """Between the look at it and the word of it: the owner needs no luck."""
    store.waits_for_the_offer()
    store.makes_codes()
    looks = iter([False, True])

    def clock():
        if next(looks, False):
            with world.services.transactions.for_shop(store.shop_id) as tx:
                offer_codes.cancel(tx, store.shop_id, "cart_reminder", now=world.now)
        return world.now

    world.now += 2 * SECOND
    before = len(world.accepted)
    sending.send_messages(
        [send_lane_of(ShopDomain(store.domain))],
        services=replace(world.services, clock=clock),
    )
    world.wait_for_the_office()

    assert store.code.because == "cancelled"
    assert store.code.state == "made"
    assert len(world.accepted) == before
    assert store.message.state == "skipped"


def test_what_is_not_offered_any_more_by_the_flow_that_comes_with_it_counts_no_more(
    world, store
):
    """A store that has no flow of its own, and lowers its offer to nothing."""
    store.says("flow", "set", store.domain, "cart_reminder", "--default")
    [key] = [
        step.key
        for step in flow_of(world.services.automations["cart_reminder"], None).steps
        if step.offer is not None
    ]
    message = MessageId("msg_of_ours")
    terms = Terms(flow="cart_reminder", step=key, percent=Decimal(10), valid_hours=24)
    with world.services.transactions.for_shop(store.shop_id) as tx:
        asked = Asked(store.shop_id, message, terms)
        offer_codes.ask_for(tx, [asked], now=world.now)
    store.makes_codes()

    change = ("automation", "set", store.domain, "cart_reminder", "--config")
    store.says(*change, '{"offer_percent": 20}')
    kept = store.code.because
    store.says(*change, '{"offer_percent": 0}')

    assert (kept, store.code.because) == (None, "cancelled")


@pytest.mark.parametrize(
    ("left", "is_kept"),
    [
        ([FIRST], False),
        ([FIRST, {**SECOND_STEP, "after_minutes": 240}], True),
        ([FIRST, {**SECOND_STEP, "key": "other"}], False),
    ],
)
def test_a_step_that_offers_no_more_takes_its_codes_with_it(
    world, store, tmp_path, left, is_kept
):
    store.offers()
    code = store.code.code

    store.runs(tmp_path, *left)
    store.makes_codes()

    found = store.at_shopify.find_code(
        ShopDomain(store.domain), "shpat_test", code=code
    )
    assert found.is_active == is_kept


def test_one_that_meta_takes_only_later_lasts_from_then(world, store):
    store.waits_for_the_offer()
    store.makes_codes()
    fault = {"kind": "refusal", "code": 131057, "http": 400, "next": 1}
    world.meta.post("settings", {"faults": [fault]})
    world.pass_time(2 * SECOND)
    first = store.code.ends_at

    for _ in range(12):
        world.pass_time(MINUTE)

    assert store.message.state == "sent"
    assert len(world.rows("offer_codes")) == 1
    assert store.code.ends_at > first
    ends_at = store.read["content"]["deal"]["ends_at"]
    assert ends_at == round(store.code.ends_at.timestamp() * 1000)


def test_a_code_that_waited_too_long_is_replaced_before_it_is_told(world, store):
    """Its number was busy for hours: nobody is told of a day that has only half."""
    store.waits_for_the_offer()
    store.makes_codes()
    old = store.code.code
    world.now += 2 * HOUR
    world.pass_time(SECOND)

    assert store.message.reason == "code_not_ready"
    store.makes_codes()
    world.pass_time(2 * SECOND)

    assert store.message.state == "sent"
    mine = [row for row in world.rows("offer_codes") if row.message_id]
    [told] = mine
    assert told.code != old
    assert told.ends_at - told.told_at == timedelta(hours=24)
    assert not store.found(old)


@pytest.mark.parametrize("is_carried_out", [True, False])
def test_a_lost_answer_makes_one_code_and_one_message(world, store, is_carried_out):
    losing = Losing(
        store.at_shopify, ["create_discount"], is_carried_out=is_carried_out
    )
    store.waits_for_the_offer()
    store.makes_codes(losing)
    world.pass_time(4 * SECOND)

    store.makes_codes(losing)
    world.pass_time(2 * SECOND)

    assert len(store.sent()) == 1
    assert len(world.rows("discounts")) == 1


def test_who_is_erased_is_led_to_by_no_code(world, store):
    store.offers()
    code = store.code.code
    customer = {**example("checkouts/create")["customer"], "phone": PHONE}
    store.tells(
        "customers/redact",
        example("customers/redact", shop_domain=store.domain, customer=customer),
    )
    Attendant(store.at_shopify, MetasWords(), world.services).attend()

    store.makes_codes()
    world.now += 10 * SECOND
    store.makes_codes()

    assert (store.code.message_id, store.code.because) == (None, "erased")
    assert store.code.state == "ended"
    assert not store.found(code)


@pytest.mark.parametrize("language", ["en", "ko", "pt_BR", "de", "ar", "zh_TW"])
def test_meta_takes_every_language_as_we_think(world, store, language):
    automation = world.services.automations["cart_offer"]
    body = creation_body(as_metas(automation.template, language))

    assert problems_of_creation(body) == []


def test_what_leaves_is_what_our_own_rules_allow(world, store):
    store.offers()

    automation = world.services.automations["cart_offer"]
    approved = creation_body(as_metas(automation.template, "en"))["components"]
    body = json.loads(_posted(world, store.message))

    assert problems_of_message(body, approved) == []
    end = body["template"]["components"][1]["parameters"][0]["limited_time_offer"]
    assert datetime.fromtimestamp(end["expiration_time_ms"] / 1000, tz=world.now.tzinfo)


def _posted(world, message):
    sealer = world.services.sealer.of(message.shop_id)
    return sealer.open(bytes(message.body), context=f"message {message.id}")
