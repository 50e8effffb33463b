"""Whoever was sent the invoice of a draft order is reminded while it is still to be
paid; nobody else is, and nothing of it stays behind."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert

from core.values import Act, Scope
from notifications.keeping import forget_what_is_old
from storage import forgetting, tables
from tests import samples
from tests.flows.terminal import attendant_at
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SHOP

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FLOW = "draft_order"
DRAFT = 7001
URL = "https://ada.example/548/invoices/abcd1234"
FIRST = {"key": "first", "message": FLOW, "after_minutes": 180}
SECOND = {"key": "second", "message": FLOW, "after_minutes": 24 * 60}


@pytest.fixture
def world(world):
    world.open_shop(automations=[FLOW], timezone="Etc/UTC")
    world.agree()
    return world


@pytest.fixture
def set_flow(world, tmp_path):
    def set_flow(*steps):
        file = tmp_path / "flow.json"
        file.write_text(json.dumps({"steps": steps}))
        _run(world, "flow", "set", SHOP, FLOW, str(file))

    return set_flow


def _run(world, *words, fails=False):
    done = world.app.test_cli_runner().invoke(args=words)
    assert (done.exit_code != 0) is fails, done.output
    return done.output


def _says(world, topic="draft_orders/create", **changes):
    world.now += timedelta(seconds=1)
    usual = {"updated_at": world.now.isoformat(), "invoice_url": URL}
    body = example(topic, **{**usual, **changes})
    assert world.shopify_says(topic, body) == 200
    world.work()


def _sends(world, topic="draft_orders/update", **changes):
    """The store sends the invoice."""
    told = {"invoice_sent_at": world.now.isoformat(), "status": "invoice_sent"}
    _says(world, topic, **{**told, **changes})
    return told


def _hours(world, hours):
    times = []
    for hour in range(hours):
        before = len(world.accepted)
        world.pass_time(HOUR)
        times += [hour + 1] * (len(world.accepted) - before)
    return times


def _steps(world):
    return {row.told["step"]: (row.state, row.reason) for row in world.messages}


def test_as_it_comes_it_reminds_a_day_and_three_days_after_the_invoice(world):
    world.set_up(FLOW)
    _says(world)
    _sends(world)

    assert _hours(world, 100) == [24, 72]
    assert {each["template"] for each in world.accepted} == {"sosik_payment_pending_1"}


def test_a_draft_of_which_no_invoice_was_sent_reminds_nobody(world, set_flow):
    set_flow(FIRST)
    _says(world)

    assert _hours(world, 48) == []
    assert world.messages == []
    *_, webhook = world.rows("webhooks")
    assert FLOW not in webhook.outcome


def test_it_tells_how_much_and_leads_to_the_invoice(world, set_flow):
    set_flow(FIRST)
    _sends(world)
    _hours(world, 3)

    said = " ".join(_run(world, "why", SHOP, "--message", world.message.id).split())

    assert "Order #D133: payment awaited" in said
    assert "awaits your payment of €39.90." in said
    assert URL in said


@pytest.mark.parametrize("step", [0, 1])
def test_a_payment_ends_the_flow(world, set_flow, step):
    set_flow(FIRST, SECOND)
    sent = _sends(world)
    _hours(world, 5 * step)

    _says(
        world,
        "draft_orders/update",
        **{**sent, "status": "completed", "completed_at": world.now.isoformat()},
        order_id=5500,
    )
    _hours(world, 48)

    assert len(world.accepted) == step
    key = ("first", "second")[step]
    assert _steps(world)[key] == ("skipped", "overtaken")
    assert len(world.messages) == step + 1


def test_a_draft_that_is_deleted_ends_the_flow(world, set_flow):
    set_flow(FIRST, SECOND)
    _sends(world)
    _says_deleted(world)

    assert _hours(world, 48) == []
    assert world.rows("draft_orders") == []
    assert _steps(world) == {"first": ("skipped", "invoice_gone")}


def _says_deleted(world):
    world.now += timedelta(seconds=1)
    assert world.shopify_says("draft_orders/delete", {"id": DRAFT}) == 200
    world.work()


def test_what_comes_late_about_a_deleted_draft_is_not_kept(world):
    _sends(world)
    _says_deleted(world)

    _sends(world)

    assert world.rows("draft_orders") == []


def test_an_invoice_that_is_taken_back_ends_the_flow(world, set_flow):
    """The store has changed the draft: its status is open again."""
    set_flow(FIRST, SECOND)
    _sends(world)
    _says(world, "draft_orders/update", status="open", invoice_sent_at=None)

    assert _hours(world, 48) == []
    assert _steps(world) == {"first": ("skipped", "invoice_gone")}


def test_an_invoice_that_is_sent_anew_begins_the_wait_anew_and_no_step_comes_twice(
    world, set_flow
):
    set_flow(FIRST, SECOND)
    _sends(world)
    _hours(world, 2)
    _sends(world)

    assert _hours(world, 2) == []
    assert _hours(world, 30) == [1, 22]
    _sends(world)
    assert _hours(world, 48) == []


def test_without_a_yes_on_record_nobody_is_reminded(world, set_flow):
    set_flow(FIRST)
    world.agree(act=Act.REVOKED)
    _sends(world)

    assert _hours(world, 48) == []
    assert world.message.reason == "consent_revoked"


def test_an_invoice_is_no_purchase_that_a_store_may_count_as_a_yes(world, set_flow):
    set_flow(FIRST)
    _run(
        world, "shop", "set", SHOP, "transactional_consent=purchase",
        "purchase_wording=Who buys here gets news of the order.",
    )  # fmt: skip
    _sends(world, customer={"id": 6100, "first_name": "Bob", "phone": "+4915100000001"})

    assert _hours(world, 48) == []
    assert world.message.reason == "no_consent"


def test_a_yes_to_offers_alone_is_none_to_news(world, set_flow):
    set_flow(FIRST)
    other = "+4915100000001"
    world.agree(other, scope=Scope.MARKETING, act=Act.CONFIRMED)
    _sends(world, customer={"id": 6100, "first_name": "Bob", "phone": other})

    assert _hours(world, 48) == []
    assert world.message.reason == "no_consent"


@pytest.mark.parametrize(
    ("when", "suits"),
    [
        ({"value_at_least": "39.90"}, True),
        ({"value_at_least": "39.91"}, False),
        ({"countries": ["DE"]}, True),
        ({"countries": ["AT"]}, False),
        ({"first_time_buyer": True}, True),
        ({"first_time_buyer": False}, False),
        ({"items_at_least": 2}, True),
        ({"items_at_least": 3}, False),
        ({"products": [632910392]}, True),
        ({"products": [1]}, False),
        ({"tags": ["frequent"]}, False),
    ],
)
def test_a_step_is_for_whom_its_conditions_name(world, set_flow, when, suits):
    set_flow({**FIRST, "when": when})
    _sends(world)

    _hours(world, 3)

    assert len(world.accepted) == suits
    assert suits or world.message.reason == "step_not_suited"


def test_who_has_bought_before_is_no_first_time_buyer(world, set_flow):
    set_flow({**FIRST, "when": {"first_time_buyer": True}})
    assert world.shopify_says("orders/create", samples.order()) == 200
    world.now += HOUR
    _sends(world)

    _hours(world, 3)

    assert world.accepted == []
    assert [m.reason for m in world.messages if m.automation == FLOW] == [
        "step_not_suited"
    ]


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"customer": None, "shipping_address": None}, "no_phone"),
        ({"total_price": "0.00"}, "nothing_to_pay"),
        ({"invoice_sent_at": "2026-10-20T10:00:00+02:00"}, "order_is_old"),
    ],
)
def test_what_is_no_news_says_why(world, changes, because):
    _sends(world, **changes)

    assert world.messages == []
    *_, webhook = world.rows("webhooks")
    assert webhook.outcome[FLOW] == because


def test_what_was_paid_after_a_message_came_back_by_it(world, set_flow):
    set_flow(FIRST)
    sent = _sends(world)
    _hours(world, 4)
    paid = samples.order(placed_at=world.now, source_name="shopify_draft_order")
    assert world.shopify_says("orders/create", paid) == 200
    done = {"status": "completed", "completed_at": world.now.isoformat()}
    _says(world, "draft_orders/update", **{**sent, **done}, order_id=paid["id"])

    found = json.loads(_run(world, "flow", "results", SHOP, FLOW, "--json"))

    assert [(each["step"], each["sent"]) for each in found["steps"]] == [("first", 1)]
    assert {(each["by"], each["orders"], each["revenue"])
            for each in found["takings"]} == {
        ("24h", 1, "39.90"), ("72h", 1, "39.90"), ("5d", 1, "39.90"),
    }  # fmt: skip


def test_a_replay_says_that_it_plays_carts_alone(world):
    said = _run(world, "flow", "replay", SHOP, FLOW, fails=True)

    assert "only what was left at the checkout is played again" in said


def test_the_way_to_the_invoice_lies_sealed(world):
    _sends(world)

    assert "abcd1234" not in str(world.rows("draft_orders"))


def test_who_is_erased_leaves_no_draft_and_gets_no_reminder(world, set_flow, terminal):
    set_flow(FIRST)
    _sends(world)
    asked = {
        "shop_domain": SHOP,
        "customer": {"id": 6100, "phone": PHONE, "email": None},
        "orders_to_redact": [],
    }
    assert world.shopify_says("customers/redact", asked) == 200
    world.work()
    attendant_at(terminal).attend()

    assert _hours(world, 48) == []
    assert world.rows("draft_orders") == []
    assert world.message.reason == "person_erased"
    assert world.message.draft_order_id is None
    assert str(DRAFT) not in world.message.occasion
    _sends(world)
    assert world.rows("draft_orders") == []


def test_a_draft_is_forgotten_after_its_time(world):
    _sends(world)
    world.now += 89 * DAY
    forget_what_is_old(services=world.services)
    assert len(world.rows("draft_orders")) == 1

    world.now += 2 * DAY
    forget_what_is_old(services=world.services)
    assert world.rows("draft_orders") == []


def test_the_draft_of_who_is_erased_is_forgotten_though_its_number_is_anothers(
    world, set_flow, terminal
):
    """Somebody else has bought with the number that stands on it."""
    set_flow(FIRST)
    other = samples.order(customer={"id": 11, "first_name": "Bob", "phone": PHONE})
    assert world.shopify_says("orders/create", other) == 200
    _sends(world, customer={"id": 6100, "first_name": "Ada", "phone": None})
    [message] = [each for each in world.messages if each.automation == FLOW]
    asked = {"shop_domain": SHOP, "customer": {"id": 6100}, "orders_to_redact": []}

    assert world.shopify_says("customers/redact", asked) == 200
    world.work()
    attendant_at(terminal).attend()

    [left] = [each for each in world.messages if each.id == message.id]
    assert (left.state, left.reason) == ("cancelled", "person_erased")
    assert left.draft_order_id is None
    assert world.rows("draft_orders") == []
    assert [row.phone is not None for row in world.rows("contacts")] == [True]


def test_what_a_slow_worker_writes_of_a_deleted_draft_is_taken_out_again(world):
    _sends(world)
    _says_deleted(world)
    shop_id = world.shop_ids[SHOP]
    late = {"shop_id": shop_id, "draft_order_id": DRAFT, "updated_at": world.now}

    with world.services.transactions.for_shop(shop_id) as tx:
        tx.connection.execute(insert(tables.draft_orders), [late])
        forgetting.forget_again(tx, shop_id)

    assert world.rows("draft_orders") == []
