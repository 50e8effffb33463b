"""Who is to pay at the door is asked whether they want it: taps, silence, Shopify."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import count

import pytest

from core.errors import TryLater, Unsure
from core.values import Answer, ShopDomain
from notifications import reasons
from notifications.acting_on_answers import act_on_answers
from notifications.automations.cod_confirmation import TEMPLATE
from notifications.privacy import stores
from notifications.rules.buyers_answers import Outcome
from storage import shops
from storage.tenancy import Crossing
from tests import samples
from tests.world import DEFAULT_NUMBER_ID, PHONE
from wiring import doctor
from wiring.outside import brief_store_at

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ASKED = TEMPLATE.name
SCOPES = "read_orders,write_orders,write_merchant_managed_fulfillment_orders"


class Store:
    """A simulated store with one order that is to be paid at the door."""

    def __init__(self, world, terminal, shopify, domain, config=None, **opened):
        self.world, self.terminal, self.shopify = world, terminal, shopify
        self.domain = domain
        self.taps = count(1)
        self.puts(token="shpat_test", scopes=SCOPES)
        automations = ["cod_confirmation"]
        self.shop_id = world.open_shop(domain, automations=automations, **opened)
        if config:
            world.set_up("cod_confirmation", domain=domain, **config)
        self.at_shopify = brief_store_at(terminal.settings, world.services)
        self.sold = self.sells()

    def puts(self, **wish):
        self.shopify.post("shops", {"domain": self.domain, **wish})

    def does(self, what, **told):
        return self.shopify.post(what, {"shop": self.domain, **told})

    def sells(self, **wish):
        wish = {"phone": PHONE, "consent": True, "cash_on_delivery": True, **wish}
        return self.does("orders", **wish)["order"]

    def tells(self, topic="orders/create", order=None, **changed):
        body = {**(order or self.now_at_shopify), **changed}
        assert self.world.shopify_says(topic, body, domain=self.domain) == 200
        self.world.work()

    def asks(self):
        """The order arrives, and its buyer is asked."""
        self.tells()
        self.world.pass_time(5 * MINUTE)
        return self.question

    def reaches_the_phone(self, status="delivered"):
        for row in self.questions:
            told = {
                "id": row.provider_id,
                "status": status,
                "biz_opaque_callback_data": f"{row.id}:{row.attempt}",
            }
            self.world.meta_reports(told)
        self.world.work()

    def taps_on(self, name, question=None, phone=PHONE, number=DEFAULT_NUMBER_ID):
        question = question or self.question
        button = {"payload": f"{name}:{question.id}", "text": name}
        said = {"type": "button", "button": button}
        message_id = f"wamid.tap{self.domain[:12]}{next(self.taps)}"
        self.world.person_says(said, phone=phone, number=number, message_id=message_id)

    def confirms(self, **how):
        self.taps_on("cod_confirm", **how)
        self.world.work()

    def cancels(self, **how):
        self.taps_on("cod_cancel", **how)
        self.world.work()

    def acts(self):
        act_on_answers(self.at_shopify, services=self.world.services)
        self.world.look()

    def passes(self, time):
        self.world.pass_time(time)
        self.acts()

    @property
    def questions(self):
        return [
            row
            for row in self.world.rows("messages")
            if row.shop_id == self.shop_id and row.automation == "cod_confirmation"
        ]

    @property
    def question(self):
        return next(row for row in self.questions if not row.told)

    @property
    def replies(self):
        return [
            row.told["says"]
            for row in self.world.rows("messages")
            if row.shop_id == self.shop_id and row.automation == "reply"
        ]

    @property
    def row(self):
        [row] = [
            row
            for row in self.world.rows("order_answers")
            if row.shop_id == self.shop_id
        ]
        return row

    @property
    def came_of_it(self):
        return self.row.said, self.row.outcome

    @property
    def now_at_shopify(self):
        orders = self.shopify.get(f"orders?shop={self.domain}")["data"]
        return next(each for each in orders if each["id"] == self.sold["id"])

    @property
    def tags(self):
        return self.now_at_shopify["tags"]

    @property
    def is_cancelled(self):
        return self.now_at_shopify["cancelled_at"] is not None

    @property
    def holds(self):
        asked = {"id": f"gid://shopify/Order/{self.sold['id']}"}
        client = self.at_shopify.client
        domain = ShopDomain(self.domain)
        node = client.run(domain, "shpat_test", "shipping_of_order", asked)["order"]
        [part] = node["fulfillmentOrders"]["nodes"]
        return [each["handle"] for each in part["fulfillmentHolds"]]

    @property
    def story(self):
        return [line["what"] for line in self.question.story]


@pytest.fixture
def open_store(world, terminal, shopify, request):
    """Stores of this test's own: what others have sold stays in the simulator."""
    numbers = count()

    def opened(config=None, **wish):
        named = f"{request.node.name} {next(numbers)}".encode()
        domain = f"cod-{sha256(named).hexdigest()[:16]}.myshopify.com"
        return Store(world, terminal, shopify, domain, config, **wish)

    yield opened
    shopify.post("settings", {"fail_next": 0, "bucket": 100_000})


@pytest.fixture
def store(open_store):
    return open_store()


def test_who_is_to_pay_at_the_door_is_asked_once_however_often_the_order_is_told(store):
    store.asks()
    store.tells()
    store.tells(updated_at=(store.world.now + MINUTE).isoformat())
    store.world.pass_time(HOUR)

    [question] = store.world.accepted
    assert question["template"] == ASKED
    assert question["language"] == "en"


@pytest.mark.parametrize(
    "changed",
    [
        {"financial_status": "paid"},
        {"payment_gateway_names": ["bank_transfer"]},
        {"cancelled_at": samples.NOON.isoformat()},
    ],
)
def test_nobody_is_asked_about_another_order(store, changed):
    store.tells(**changed)
    store.world.pass_time(HOUR)

    assert store.world.accepted == []


def test_who_pays_or_gets_it_in_the_meantime_is_not_asked(store):
    store.tells()
    order = store.now_at_shopify
    parcel = samples.fulfillment(order_id=order["id"], phone=None)
    store.world.shopify_says("fulfillments/create", parcel, domain=store.domain)
    store.world.pass_time(5 * MINUTE)

    assert [row.reason for row in store.questions] == ["overtaken"]
    assert store.world.accepted == []


def test_a_yes_is_a_tag_and_one_answer(store):
    store.asks()

    store.confirms()
    store.acts()

    assert store.tags == "cod-confirmed"
    assert store.replies == ["order_confirmed"]
    assert store.came_of_it == ("confirmed", "tagged")
    assert not store.is_cancelled
    assert store.story[-2:] == ["buyer_confirmed", "store_tagged"]


def test_a_no_is_a_tag_and_the_order_cancelled_and_one_answer(store):
    store.asks()

    store.cancels()
    assert store.replies == []
    store.acts()

    order = store.now_at_shopify
    assert order["tags"] == "cod-cancelled"
    assert order["cancel_reason"] == "customer"
    assert order["financial_status"] == "voided"
    assert store.replies == ["order_cancelled"]
    assert store.came_of_it == ("cancelled", "cancelled")


def test_the_owner_may_have_a_no_tagged_only(open_store):
    store = open_store({"on_cancel": "tag"})
    store.asks()

    store.cancels()
    store.acts()

    assert store.tags == "cod-cancelled"
    assert not store.is_cancelled
    assert store.replies == ["wish_noted"]


@pytest.mark.parametrize("first", ["cod_confirm", "cod_cancel"])
def test_taps_on_both_buttons_at_once_are_one_answer_the_first_that_was_read(
    store, first
):
    store.asks()
    second = {"cod_confirm": "cod_cancel", "cod_cancel": "cod_confirm"}[first]

    for name in (first, second, first, second):
        store.taps_on(name)
    store.world.work()
    store.acts()
    store.acts()

    assert store.is_cancelled == (first == "cod_cancel")
    assert len(store.replies) == 1
    assert store.tags == f"{first.replace('_', '-')}ed".replace("celed", "celled")


def test_taps_that_come_again_later_change_nothing(store):
    store.asks()
    store.confirms()
    store.acts()

    for _ in range(3):
        store.world.now += MINUTE
        store.cancels()
        store.acts()

    assert not store.is_cancelled
    assert store.tags == "cod-confirmed"
    assert store.replies == ["order_confirmed"]
    assert store.story[-1] == "buyer_cancelled_again"


def test_the_second_question_is_not_asked_of_who_has_answered(store):
    store.asks()
    store.confirms()

    store.passes(6 * HOUR)

    [second] = [row for row in store.questions if row.told]
    assert (second.state, second.reason) == ("skipped", "order_answered")


def test_who_is_silent_is_asked_once_more_and_then_the_order_is_tagged(store):
    store.asks()
    store.reaches_the_phone()
    store.passes(6 * HOUR)
    assert [row.state for row in store.questions] == ["delivered", "sent"]
    store.passes(17 * HOUR)
    assert store.tags == ""

    store.passes(HOUR)
    store.passes(48 * HOUR)

    assert store.tags == "cod-unconfirmed"
    assert store.came_of_it == ("silent", "tagged")
    assert not store.is_cancelled
    assert store.holds == []
    assert store.replies == []
    assert len(store.questions) == 2


def _is_silent(store):
    store.asks()
    store.reaches_the_phone()
    store.passes(6 * HOUR)
    store.passes(18 * HOUR)


def test_the_shipping_of_an_order_is_held_where_its_buyer_is_silent(open_store):
    store = open_store({"on_silence": "hold"})

    _is_silent(store)

    assert store.tags == "cod-unconfirmed"
    assert store.holds == ["sosik-unconfirmed"]
    assert store.came_of_it == ("silent", "held")


def test_an_order_is_cancelled_where_its_buyer_is_silent(open_store):
    store = open_store({"on_silence": "cancel"})

    _is_silent(store)

    assert store.now_at_shopify["cancel_reason"] == "other"
    assert store.came_of_it == ("silent", "cancelled")
    assert store.replies == []


@pytest.mark.parametrize("choice", ["hold", "cancel"])
def test_silence_of_somebody_who_was_never_reached_is_no_answer(open_store, choice):
    store = open_store({"on_silence": choice})
    store.asks()
    store.passes(6 * HOUR)
    store.passes(18 * HOUR)

    assert store.tags == "cod-unconfirmed"
    assert not store.is_cancelled
    assert store.holds == []
    assert store.came_of_it == ("silent", "not_reached")


@pytest.mark.parametrize("name", ["cod_confirm", "cod_cancel"])
def test_who_answers_late_is_told_that_the_store_sees_to_it(open_store, name):
    store = open_store({"on_silence": "hold"})
    _is_silent(store)

    store.taps_on(name)
    store.taps_on(name)
    store.world.work()
    store.acts()

    assert store.replies == ["answered_late"]
    assert store.tags == "cod-unconfirmed"
    assert not store.is_cancelled
    assert store.story[-1].endswith("_late")


def test_what_is_on_its_way_is_not_cancelled(store):
    store.asks()
    store.does("fulfillments", order_id=store.sold["id"])

    store.cancels()
    store.acts()

    assert not store.is_cancelled
    assert store.replies == ["on_its_way"]
    assert store.tags == "cod-cancelled"


def test_what_was_paid_meanwhile_is_not_cancelled(store):
    store.asks()
    store.does("paid", order_id=store.sold["id"])

    store.cancels()
    store.acts()

    assert not store.is_cancelled
    assert store.replies == ["wish_noted"]
    assert store.came_of_it == ("cancelled", "paid")


def test_what_the_store_has_cancelled_meanwhile_is_not_cancelled_again(store):
    store.asks()
    store.does("cancel", order_id=store.sold["id"], reason="fraud")

    store.cancels()
    store.acts()

    assert store.now_at_shopify["cancel_reason"] == "fraud"
    assert store.row.cancels == 0
    assert store.replies == ["order_cancelled"]


def test_an_answer_counts_from_who_was_asked_alone(store):
    store.asks()

    store.cancels(phone="+4915100000001")
    store.acts()

    assert store.row.said is None
    assert not store.is_cancelled
    assert store.replies == []


def test_an_answer_counts_at_the_store_that_asked_alone(open_store):
    store = open_store()
    other = open_store(number="3002")
    store.asks()

    store.cancels(number="3002")
    store.acts()
    other.acts()

    assert store.row.said is None
    assert not store.is_cancelled
    assert store.replies == other.replies == []


@pytest.mark.parametrize("payload", ["cod_cancel", "cod_cancel:", "cod_cancel:msg_x"])
def test_an_answer_to_nothing_is_none(store, payload):
    store.asks()
    button = {"payload": payload, "text": "Cancel my order"}
    store.world.person_says({"type": "button", "button": button})
    store.world.work()
    store.acts()

    assert store.row.said is None
    assert store.replies == []


def test_a_store_that_lets_nobody_change_orders_sees_to_it_itself(store):
    store.puts(scopes="read_orders")
    store.asks()

    store.cancels()
    store.acts()

    assert store.tags == ""
    assert not store.is_cancelled
    assert store.came_of_it == ("cancelled", "withheld")
    assert store.row.because == "no_scope"
    assert store.replies == ["wish_noted"]
    assert store.story[-1] == "store_withheld"


def test_a_store_that_lets_nobody_hold_shipping_has_it_tagged(open_store):
    store = open_store({"on_silence": "hold"})
    store.puts(scopes="read_orders,write_orders")

    _is_silent(store)

    assert store.tags == "cod-unconfirmed"
    assert store.came_of_it == ("silent", "withheld")


class Breaking:
    """A store of which the first call by one name breaks, undone or done."""

    def __init__(self, store, name, when, error):
        self.store, self.name, self.when, self.error = store, name, when, error
        self.calls = 0

    def __getattr__(self, name):
        real = getattr(self.store, name)
        return partial(self._broken, real) if name == self.name else real

    def _broken(self, real, *args, **how):
        self.calls += 1
        if self.calls > 1:
            return real(*args, **how)
        if self.when == "after":
            real(*args, **how)
        raise self.error


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "error",
    [
        Unsure("nobody knows", code="no_answer_timeout"),
        TryLater("not now", code="no_answer_reset"),
        KeyboardInterrupt(),
    ],
    ids=["unsure", "later", "crash"],
)
@pytest.mark.parametrize("name", ["order_at_store", "tag_order", "cancel_order"])
def test_a_crash_at_shopify_leads_to_one_cancellation_and_one_answer(
    store, name, when, error
):
    store.asks()
    store.cancels()
    breaking = Breaking(store.at_shopify, name, when, error)

    for _ in range(8):
        with suppress(KeyboardInterrupt):
            act_on_answers(breaking, services=store.world.services)
        store.world.pass_time(3 * MINUTE)

    if name != "order_at_store":
        assert breaking.calls == (1 if when == "after" else 2)
    assert store.is_cancelled
    assert store.replies == ["order_cancelled"]
    assert store.tags == "cod-cancelled"
    assert store.row.due_at is None


class Slow:
    """A store that says yes to a cancellation, and has not done it yet."""

    def __init__(self, store):
        self.store, self.asked = store, 0

    def __getattr__(self, name):
        return getattr(self.store, name)

    def cancel_order(self, *_args, **_how):
        self.asked += 1


def test_shopify_that_takes_its_time_is_looked_at_again_and_not_asked_again(store):
    """It cancels after it has answered."""
    store.asks()
    store.cancels()
    slow = Slow(store.at_shopify)

    for second in range(0, 60, 15):
        if second == 45:
            assert store.replies == []
            store.does("cancel", order_id=store.sold["id"])
        act_on_answers(slow, services=store.world.services)
        store.world.pass_time(timedelta(seconds=15))

    assert slow.asked == 1
    assert store.replies == ["order_cancelled"]


def test_a_cancellation_that_never_comes_about_is_the_stores_to_see_to(store):
    store.asks()
    store.cancels()
    slow = Slow(store.at_shopify)

    for _ in range(20):
        act_on_answers(slow, services=store.world.services)
        store.world.pass_time(MINUTE)

    assert slow.asked == 3
    assert store.came_of_it == ("cancelled", "not_cancelled")
    assert store.replies == ["wish_noted"]


def test_the_automation_that_is_off_draws_nothing_from_silence(open_store):
    store = open_store({"on_silence": "cancel"})
    store.asks()
    store.reaches_the_phone()
    store.world.switch("cod_confirmation", enabled=False, domain=store.domain)

    store.passes(6 * HOUR)
    store.passes(18 * HOUR)

    assert store.tags == ""
    assert not store.is_cancelled
    assert store.came_of_it == (None, "let_be")


def test_an_order_that_is_forgotten_is_done_nothing_about(store):
    store.asks()
    store.cancels()
    gone = {"id": store.sold["id"]}
    store.world.shopify_says("orders/delete", gone, domain=store.domain)
    store.world.work()

    store.acts()

    assert store.world.rows("order_answers") == []
    assert not store.is_cancelled


def test_a_store_that_has_removed_the_app_is_done_nothing_at(store):
    store.asks()
    store.cancels()
    with store.world.services.transactions.across(Crossing.SERVING) as tx:
        claim = shops.claim_about(tx, store.domain)
    assert stores.leave(claim, services=store.world.services)

    store.acts()

    assert not store.is_cancelled
    assert store.row.due_at is None


def test_the_doctor_tells_of_a_store_that_lets_nobody_change_orders(store):
    store.puts(scopes="read_orders")
    store.asks()
    store.cancels()

    store.acts()

    settings, now = store.terminal.settings, store.world.now
    found = doctor.findings_with(settings, "test", now=now)
    [line] = [each for each in found if each.part == "answers"]
    assert not line.is_well
    assert "write_orders" in line.next_step


def test_the_story_of_the_question_tells_the_tap_and_what_came_of_it(store):
    store.asks()
    store.cancels()
    store.acts()

    told = store.terminal.run("why", store.domain, "--order", store.sold["name"])

    assert "The buyer cancelled the order by the button." in told
    assert "The order was tagged at Shopify, and is cancelled." in told


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_sentence(outcome):
    assert reasons.OF_STEPS[f"store_{outcome}"]


@pytest.mark.parametrize("answer", Answer)
def test_every_answer_has_a_sentence(answer):
    assert reasons.OF_STEPS[f"buyer_{answer}"]
    for later in () if answer is Answer.SILENT else ("again", "late"):
        assert reasons.OF_STEPS[f"buyer_{answer}_{later}"]
