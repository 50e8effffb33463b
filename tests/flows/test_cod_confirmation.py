"""Who is to pay at the door is asked whether they want it: what a tap leads to."""

import json

import pytest

from core.values import Answer
from notifications import reasons
from notifications.automations.cod_confirmation import TEMPLATE
from notifications.privacy import stores
from notifications.rules.buyers_answers import Outcome
from storage import shops
from storage.tenancy import Crossing
from tests import samples
from tests.flows.at_the_door import HOUR, MINUTE, opener
from tests.flows.terminal import attendant_at
from tests.world import PHONE
from wiring import doctor

ASKED = TEMPLATE.name


@pytest.fixture
def open_store(world, terminal, shopify, request):
    return opener(world, terminal, shopify, request.node.nodeid)


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


def test_an_order_that_is_forgotten_is_done_nothing_about(store):
    store.asks()
    store.cancels()
    gone = {"id": store.sold["id"]}
    store.world.shopify_says("orders/delete", gone, domain=store.domain)
    store.world.work()

    store.acts()

    assert store.world.rows("order_answers") == []
    assert not store.is_cancelled


def test_of_who_was_erased_nothing_is_kept_and_nothing_done(store):
    store.asks()
    store.cancels()
    store.terminal.run("contact", "erase", store.domain, PHONE)

    store.acts()

    assert store.world.rows("order_answers") == []
    assert not store.is_cancelled
    assert store.tags == ""


def test_somebody_is_told_what_they_have_answered(store):
    store.asks()
    store.cancels()
    store.acts()
    asked = {"id": store.sold["customer"]["id"], "phone": PHONE}
    body = {
        "shop_domain": store.domain,
        "customer": {**asked, "email": None},
        "orders_requested": [store.sold["id"]],
        "data_request": {"id": 9999},
    }
    store.world.shopify_says("customers/data_request", body, domain=store.domain)
    store.world.work()
    attendant_at(store.terminal).attend()

    [request] = store.terminal.lines("compliance", "list", store.domain, "--json")
    shown = store.terminal.run("compliance", "show", store.domain, str(request["id"]))

    [order] = json.loads(shown)["orders"]
    assert order["answer"]["said"] == "cancelled"
    assert order["answer"]["outcome"] == "cancelled"


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
