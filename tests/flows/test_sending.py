"""What becomes of a message, whatever Meta answers or does not."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from core.values import MessageId
from integrations.channels.whatsapp import WhatsApp
from notifications.looking import look_around
from notifications.rules.lifecycle import State
from notifications.weighing import settle_by_person
from storage import shops
from storage.changes import By
from tests import samples
from tests.world import SANDBOX_SECRET, SHOP
from wiring.channel import WhatsAppChannel

OTHER_NUMBER = "100000000000077"


@pytest.fixture
def world(world):
    world.open_shop()
    return world


def _fault(world, kind, **more):
    world.meta.post("settings", {"faults": [{"kind": kind, "next": 1, **more}]})


def _orders(world, count, *, start=1):
    """Orders of different people, so that nobody has to wait for another."""
    for number in range(start, start + count):
        body = samples.order(
            order_id=number, name=f"#{number}", phone=f"+4915112{number:06d}"
        )
        world.shopify_says("orders/create", body)


def _one_order(world):
    world.shopify_says("orders/create", samples.order())
    world.work()


def _reports_for(messages, status="sent"):
    return [
        {
            "id": message.provider_id or f"wamid.{message.id}",
            "status": status,
            "biz_opaque_callback_data": f"{message.id}:{message.attempt}",
        }
        for message in messages
    ]


def test_what_never_left_is_tried_again(world):
    """A connection that breaks before a byte has left is the one safe failure."""
    usual = world.services
    nowhere = WhatsAppChannel(WhatsApp("http://127.0.0.1:9", "v26.0"))
    world.services = replace(usual, channel=nowhere)
    _one_order(world)
    world.services = usual
    assert (world.message.state, world.message.reason) == (
        "waiting",
        "connection_failed",
    )

    world.pass_time(timedelta(seconds=3))

    assert len(world.accepted) == 1
    assert world.message.state == "sent"


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (131057, "waiting"),
        (130429, "waiting"),
        (131056, "waiting"),
        (80007, "waiting"),
        (190, "waiting"),
        (131042, "waiting"),
        (132015, "waiting"),
        (131026, "failed"),
        (132000, "waiting"),
        (100, "failed"),
    ],
)
def test_a_refusal_leaves_the_state_it_deserves(world, code, state):
    _fault(world, "refusal", code=code, http=400)

    _one_order(world)

    assert world.accepted == []
    assert (world.message.state, world.message.reason) == (state, f"meta_{code}")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_before"},
        {"kind": "reset_after"},
        {"kind": "error_before", "code": 131000},
        {"kind": "error_after", "code": 131000},
        {"kind": "error_after", "code": 131026, "http": 500},
        {"kind": "error_before", "body": "html"},
        {"kind": "not_json"},
    ],
)
def test_any_other_failure_is_unsure_and_is_not_sent_again_blindly(world, fault):
    """Meta knows no idempotency key, so a second try could be a second copy."""
    _fault(world, **fault)
    _one_order(world)
    accepted = len(world.accepted)
    assert world.message.state == "unsure"

    for _ in range(20):
        world.pass_time(timedelta(minutes=10))

    assert len(world.accepted) == accepted
    assert world.message.state == "unsure"


def test_a_report_settles_what_we_were_unsure_of(world):
    _fault(world, "reset_after")
    _one_order(world)

    world.meta_reports(*_reports_for(world.messages, "delivered"))
    world.work()
    world.pass_time(timedelta(hours=1))

    assert world.message.state == "delivered"
    assert len(world.accepted) == 1


def test_what_meta_never_took_is_sent_again_once_its_neighbours_are_reported(world):
    """The control group: everything beside it has been reported on, it has not."""
    _fault(world, "error_before")
    _one_order(world)
    _orders(world, 4)
    world.work()
    neighbours = [m for m in world.messages if m.state == "sent"]
    assert len(neighbours) == 4

    world.pass_time(timedelta(seconds=13))
    assert len(world.accepted) == 4
    world.meta_reports(*_reports_for(neighbours))
    world.work()
    world.pass_time(timedelta(seconds=14))

    assert len(world.accepted) == 5
    assert {m.state for m in world.messages} == {"sent"}


def test_it_is_not_sent_again_while_its_own_report_lies_unread(world):
    """It came this very moment, after those of all its neighbours had been read."""
    _fault(world, "error_after")
    _one_order(world)
    _orders(world, 4)
    world.work()
    [ours] = [m for m in world.messages if m.state == "unsure"]
    world.meta_reports(*_reports_for([m for m in world.messages if m.state == "sent"]))
    world.work()
    world.now += timedelta(seconds=13)
    world.meta_reports(*_reports_for([ours]))

    look_around(services=world.services)
    assert [m.state for m in world.messages if m.id == ours.id] == ["unsure"]
    world.work()

    assert {m.state for m in world.messages} == {"sent"}
    assert len(world.accepted) == 5


@pytest.mark.parametrize("fault", ["error_after", "error_before"])
def test_the_slower_the_reports_are_the_longer_it_waits_for_its_own(world, fault):
    """Those of its neighbours took twenty seconds: its own may take forty."""
    _fault(world, fault)
    _one_order(world)
    _orders(world, 4)
    world.work()
    [ours] = [m for m in world.messages if m.state == "unsure"]
    neighbours = [m for m in world.messages if m.state == "sent"]
    world.pass_time(timedelta(seconds=20))
    world.meta_reports(*_reports_for(neighbours))
    world.work()
    before = len(world.accepted)

    world.pass_time(timedelta(seconds=15))
    assert len(world.accepted) == before
    if fault == "error_after":
        world.meta_reports(*_reports_for([ours]))
        world.work()
    for _ in range(10):
        world.pass_time(timedelta(seconds=3))

    assert len(world.accepted) == 5
    assert {m.state for m in world.messages} == {"sent"}


def test_it_is_not_sent_again_while_a_neighbour_is_unreported(world):
    """The reports of that time have not all come in: its own may be among them."""
    _fault(world, "error_after")
    _one_order(world)
    _orders(world, 4)
    world.work()
    neighbours = [m for m in world.messages if m.state == "sent"]

    world.meta_reports(*_reports_for(neighbours[1:]))
    world.work()
    for _ in range(10):
        world.pass_time(timedelta(minutes=1))

    assert len(world.accepted) == 5
    assert [m.state for m in world.messages].count("unsure") == 1


def _one_unsure_among_41(world):
    """Twenty before it and 21 after it, which Meta accepts; answers those."""
    _orders(world, 20, start=100)
    world.work()
    world.now += timedelta(seconds=5)
    _fault(world, "error_before")
    _one_order(world)
    world.now += timedelta(seconds=5)
    _orders(world, 21, start=200)
    world.work()
    return [m for m in world.messages if m.state == "sent"]


def test_one_accepted_message_that_meta_never_reports_on_holds_nothing_up(world):
    """Forty were reported, on both sides of it: the feed is well, and one got lost."""
    neighbours = _one_unsure_among_41(world)
    assert len(neighbours) == 41
    world.meta_reports(*_reports_for(neighbours[1:]))
    world.work()

    for _ in range(14):
        world.pass_time(timedelta(seconds=20))
    assert len(world.accepted) == 41
    for _ in range(3):
        world.pass_time(timedelta(seconds=20))
    assert len(world.accepted) == 42
    assert {m.state for m in world.messages} == {"sent"}
    for _ in range(20):
        world.pass_time(timedelta(hours=1))

    assert len(world.accepted) == 42
    [again] = [m for m in world.messages if m.resends]
    [told] = [line for line in again.story if line["what"] == "never_taken"]
    assert (again.resends, told["silent_beside_it"]) == (1, 1)


@pytest.mark.parametrize("reported", [0, 20, 39])
def test_while_more_than_one_neighbour_is_silent_nothing_is_sent_again(world, reported):
    """Nobody reported: the feed is down. Those before it alone: it went down. All but
    two: it may be losing some."""
    neighbours = sorted(_one_unsure_among_41(world), key=lambda m: m.accepted_at)
    if reported:
        world.meta_reports(*_reports_for(neighbours[:reported]))
        world.work()

    for _ in range(40):
        world.pass_time(timedelta(seconds=30))
    for _ in range(23):
        world.pass_time(timedelta(hours=1))

    assert len(world.accepted) == 41
    [unsure] = [m for m in world.messages if m.state == "unsure"]
    assert unsure.resends == 0


def test_it_is_not_sent_again_while_a_report_lies_unread(world):
    """Its own may be the one: reports come in many lanes, and a worker may be dead."""
    _fault(world, "error_after")
    _one_order(world)
    _orders(world, 4)
    world.work()
    neighbours = [m for m in world.messages if m.state == "sent"]
    world.meta_reports(*_reports_for(neighbours))
    world.work()
    unsure = [m for m in world.messages if m.state == "unsure"]

    world.meta_reports(*_reports_for(unsure))
    world.now += timedelta(seconds=14)
    look_around(services=world.services)

    assert [m.state for m in world.messages].count("unsure") == 1
    world.work()
    assert {m.state for m in world.messages} == {"sent"}
    assert len(world.accepted) == 5


def test_news_is_sent_again_at_most_twice(world):
    world.meta.post(
        "settings",
        {"faults": [{"kind": "error_before", "next": 9, "phone_number_id": "*"}]},
    )
    _one_order(world)
    for turn in range(6):
        world.meta.post("settings", {"faults": []})
        _orders(world, 4, start=10 * (turn + 1))
        world.work()
        reported = [m for m in world.messages if m.state == "sent"]
        world.meta_reports(*_reports_for(reported))
        world.work()
        world.meta.post("settings", {"faults": [{"kind": "error_before", "next": 9}]})
        world.pass_time(timedelta(seconds=14))

    [unsure] = [m for m in world.messages if m.state == "unsure"]
    assert (unsure.attempt, unsure.resends) == (3, 2)


def test_a_quiet_number_waits_long_before_it_trusts_a_single_neighbour(world):
    _fault(world, "error_before")
    _one_order(world)
    world.pass_time(timedelta(minutes=5))
    _orders(world, 1)
    world.work()
    world.meta_reports(*_reports_for(m for m in world.messages if m.state == "sent"))
    world.work()

    world.pass_time(timedelta(minutes=8))
    assert len(world.accepted) == 1
    world.pass_time(timedelta(minutes=3))

    assert len(world.accepted) == 2


def test_after_a_day_a_person_decides(world):
    _fault(world, "reset_after")
    _one_order(world)
    world.pass_time(timedelta(hours=24, seconds=1))
    assert (world.message.state, world.message.reason) == ("unsure", "never_confirmed")

    settled = settle_by_person(
        world.shop_ids[SHOP],
        MessageId(world.message.id),
        decision=State.SENT,
        by=By("command", "ada"),
        services=world.services,
    )

    assert settled
    assert world.message.state == "sent"
    assert len(world.accepted) == 1


def test_reports_only_move_a_message_forward(world):
    _one_order(world)
    [message] = world.messages

    for status in ("read", "delivered", "sent", "failed"):
        world.meta_reports(*_reports_for([message], status))
        world.work()

    assert world.message.state == "read"


def test_a_report_counts_through_the_shops_own_number_alone(world):
    """Whoever sends through another number of Meta's chooses what it says of itself."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    about = {"biz_opaque_callback_data": f"{world.message.id}:1"}

    world.meta_reports({"status": "read", **about}, number="100000000009999")
    world.meta_reports(
        {"status": "read", "id": world.message.provider_id}, number="100000000009999"
    )
    world.work()
    assert (world.message.state, world.message.reported_at) == ("sent", None)

    world.meta_reports({"status": "read", **about})
    world.work()
    assert world.message.state == "read"


def test_a_report_counts_through_the_number_that_the_shop_had_before(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    about = {"biz_opaque_callback_data": f"{world.message.id}:1"}
    world.open_shop(number=OTHER_NUMBER)
    world.open_shop(number=OTHER_NUMBER)

    world.meta_reports({"status": "read", **about}, number=OTHER_NUMBER)
    world.work()
    assert world.message.state == "sent"

    world.meta_reports({"status": "delivered", **about})
    world.work()
    assert world.message.state == "delivered"


def test_a_bundle_of_reports_is_applied_whole(world):
    _orders(world, 50)
    world.work()
    messages = world.messages

    world.meta_reports(*_reports_for(messages, "delivered"))
    world.work()

    assert {m.state for m in world.messages} == {"delivered"}


def test_what_meta_says_about_errors_and_prices_is_kept_whole(world):
    _one_order(world)
    pricing = {"billable": True, "category": "utility", "pricing_model": "PMP"}
    errors = [{"code": 131026, "title": "Undeliverable", "error_data": {"details": 1}}]
    [sent] = _reports_for(world.messages, "sent")
    [failed] = _reports_for(world.messages, "failed")

    world.meta_reports({**sent, "pricing": pricing}, {**failed, "errors": errors})
    world.work()

    assert world.message.pricing == pricing
    assert world.message.errors == errors
    assert (world.message.state, world.message.reason) == ("failed", "meta_131026")


def test_it_is_kept_whole_however_large_its_numbers_and_what_comes_after_counts(world):
    _one_order(world)
    pricing = {"more_than_a_double": 10**400 + 1, "more_than_64_bits": 10**25 + 1}
    [sent] = _reports_for(world.messages, "sent")
    [delivered] = _reports_for(world.messages, "delivered")

    world.meta_reports({**sent, "pricing": pricing})
    world.work()
    world.meta_reports(delivered)
    world.work()

    assert world.message.pricing == pricing
    assert world.message.state == "delivered"


def test_a_report_that_overtakes_our_own_record_counts(world):
    """Meta may report 'delivered' before our request to it has returned."""
    judge = world.services.office._judge

    def report_first(outcome):
        [message] = world.messages
        world.meta_reports(
            {
                "id": "wamid.early",
                "status": "delivered",
                "biz_opaque_callback_data": f"{message.id}:1",
            }
        )
        world.read_everything_now()
        return judge(outcome)

    world.services.office._judge = report_first
    try:
        _one_order(world)
    finally:
        world.services.office._judge = judge

    assert (world.message.state, world.message.provider_id) == (
        "delivered",
        "wamid.early",
    )


def test_a_dead_token_parks_that_shop_alone(world):
    world.meta.post(
        "accounts",
        {
            "waba_id": "100000000000076",
            "phone_number_id": OTHER_NUMBER,
            "token": "EAANother",
            "display_phone_number": "+1 555-013-0177",
        },
    )
    world.open_shop("other.myshopify.com", number=OTHER_NUMBER, token="EAANwrong")

    world.shopify_says("orders/create", samples.order(), domain="other.myshopify.com")
    _one_order(world)
    world.pass_time(timedelta(seconds=5))
    world.shopify_says(
        "orders/create",
        samples.order(order_id=5, phone="+4915112000005"),
        domain="other.myshopify.com",
    )
    world.work()

    assert sorted((m.state, str(m.reason)) for m in world.messages) == [
        ("sent", "None"),
        ("waiting", "meta_190"),
        ("waiting", "parked"),
    ]


def test_connecting_anew_takes_a_parked_shop_up_again(world):
    _fault(world, "refusal", code=190, http=401)
    _one_order(world)
    assert world.message.reason == "meta_190"

    world.open_shop()
    world.pass_time(timedelta(minutes=16))

    assert world.message.state == "sent"


def test_two_messages_to_one_person_keep_their_order(world):
    world.shopify_says("orders/create", samples.order())
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    assert len(world.accepted) == 1

    world.pass_time(timedelta(seconds=2))

    assert [sent["template"] for sent in world.accepted] == [
        "sosik_order_confirmation_1",
        "sosik_parcel_on_its_way_1",
    ]


def test_one_person_is_not_flooded(world):
    """A burst lasts six seconds; after it there is silence until it is paid back."""
    for number in range(20):
        world.shopify_says("orders/create", samples.order(order_id=1000 + number))
    world.work()
    for _ in range(8):
        world.pass_time(timedelta(seconds=1))
    in_burst = len(world.accepted)
    assert 2 <= in_burst < 20

    world.pass_time(timedelta(seconds=6 * in_burst - 10))
    assert len(world.accepted) == in_burst
    world.pass_time(timedelta(seconds=5))

    assert len(world.accepted) == in_burst + 1
    waiting = {m.reason for m in world.messages if m.state == "waiting"}
    assert waiting <= {"pair_limit", "behind_another"}


def test_a_number_is_not_used_faster_than_its_throughput(world):
    """Slots are given out ahead of time; at 10 a second, 1.5 seconds' worth."""
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(shop_id) as tx:
        shops.change(tx, shop_id, {"throughput": 10})
    _orders(world, 40)
    world.work()

    assert len(world.accepted) == 12
    slots = sorted(m.asked_at for m in world.messages if m.asked_at)
    gaps = [later - earlier for earlier, later in pairwise(slots)]
    assert min(gaps) >= timedelta(milliseconds=125)


def test_a_number_of_the_business_app_is_used_as_slowly_as_meta_takes_it(world):
    """At 20 a second, whatever the shop has set, 1.5 seconds' worth."""
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(shop_id) as tx:
        shops.change(tx, shop_id, {"throughput": 1000})
        tx.connection.execute(text("UPDATE numbers SET is_on_phone = true"))
    _orders(world, 40)
    world.work()

    assert len(world.accepted) == 24


def test_secrets_stay_sealed(world):
    _one_order(world)

    everything = str(
        [world.rows(t) for t in ("shops", "numbers", "contacts", "orders", "messages")]
    )
    assert "15112345678" not in everything
    assert "Ada&" not in everything
    assert "key=secret" not in everything
    assert SANDBOX_SECRET not in everything


def test_a_number_that_is_corrected_while_news_waits_is_the_one_that_gets_it(world):
    world.switch("payment_pending", enabled=True)
    order = samples.order(financial_status="pending")
    world.shopify_says("orders/create", order)
    world.work()
    told = [each["to"] for each in world.accepted]
    world.now += timedelta(minutes=5)
    right = samples.order(
        financial_status="pending", phone="+4915199990000", updated_at=world.now
    )

    world.shopify_says("orders/updated", right, webhook_id="corrected")
    world.pass_time(timedelta(minutes=40))

    later = [each["to"] for each in world.accepted][len(told) :]
    assert later == ["4915199990000"]


def test_a_number_that_is_corrected_after_a_refusal_is_the_one_that_is_tried(world):
    _fault(world, "refusal", code=131056, http=400)
    world.shopify_says("orders/create", samples.order())
    world.work()
    assert world.accepted == []
    world.now += timedelta(seconds=1)
    right = samples.order(phone="+4915199990000", updated_at=world.now)

    world.shopify_says("orders/updated", right, webhook_id="corrected")
    world.work()
    world.pass_time(timedelta(minutes=5))

    assert [each["to"] for each in world.accepted] == ["4915199990000"]
