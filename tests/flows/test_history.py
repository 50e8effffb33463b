"""What was told of an order is kept, with when it became known; and it is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from notifications.keeping import forget_what_is_old
from notifications.past import known_now, past_of
from storage.tenancy import Crossing
from tests import samples
from tests.world import NOON, SHOP

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(world):
    world.open_shop()
    return world


def _past(world):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(shop_id) as tx:
        return past_of(tx, shop_id, samples.ORDER_ID, services=world.services)


def _known(world):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(shop_id) as tx:
        return known_now(tx, shop_id, samples.ORDER_ID, services=world.services).order


def _narrowed(*, at=NOON, **some):
    """An order's webhook with some of its fields alone."""
    return {"id": samples.ORDER_ID, "updated_at": at.isoformat(), **some}


def _says(world, topic, body, **more):
    assert world.shopify_says(topic, body, **more) == 200
    world.work()


def test_the_same_told_again_adds_nothing(world):
    _says(world, "orders/create", samples.order(), webhook_id="w1")
    _says(world, "orders/create", samples.order(), webhook_id="w1")
    _says(world, "orders/fulfilled", samples.order(), webhook_id="w2")
    [webhook, _] = world.rows("webhooks")

    world.app.test_cli_runner().invoke(args=["events", "retry", str(webhook.id)])
    world.work()

    [kept] = world.rows("history")
    assert (kept.kind, kept.webhook_id) == ("OrderSeen", webhook.id)
    assert (kept.happened_at, kept.read_at) == (NOON, NOON)


def test_a_narrowed_webhook_changes_what_it_tells_and_nothing_else(world):
    _says(world, "orders/create", samples.order(email="ada@example.com"))
    before = _known(world)

    told = _narrowed(at=NOON + MINUTE, email="bob@example.com")
    _says(world, "orders/updated", told)

    after = _known(world)
    assert (before.email, after.email) == ("ada@example.com", "bob@example.com")
    assert after.first_name == before.first_name == "Ada"
    assert after.status_url == before.status_url
    assert (after.total, after.payment, after.agreed) == (before.total, "paid", True)


def test_what_is_glimpsed_before_the_order_comes_waits_for_it(world):
    """Nobody is told, asked about or shown an order of which only a part is known."""
    closed_at = (NOON + MINUTE).isoformat()
    glimpse = _narrowed(at=NOON + MINUTE, closed_at=closed_at, name="#1001")
    _says(world, "orders/updated", glimpse)
    _says(world, "fulfillments/create", samples.fulfillment())
    assert world.message.reason == "order_unknown"
    asked = world.app.test_cli_runner().invoke(args=["why", SHOP, "--order", "1001"])
    assert "no order is called 1001" in asked.stderr

    _says(world, "orders/create", samples.order())
    world.pass_time(timedelta(seconds=1))

    assert sorted(message.state for message in world.messages) == ["sent", "sent"]
    assert _known(world).closed_at == NOON + MINUTE
    assert _known(world).whole_since == NOON


def test_an_older_webhook_that_comes_late_changes_nothing_that_is_newer(world):
    newer = samples.order(payment="refunded", updated_at=NOON + MINUTE)
    _says(world, "orders/updated", newer)

    _says(world, "orders/create", samples.order(payment="paid", closed_at=None))

    assert _known(world).payment == "refunded"


def test_of_two_words_of_one_second_the_one_further_along_counts(world):
    for topics in (("orders/create", "orders/paid"), ("orders/paid", "orders/create")):
        world.forget_everything()
        world.open_shop()
        for topic in topics:
            payment = "paid" if topic == "orders/paid" else "pending"
            _says(world, topic, samples.order(payment=payment))

        assert _known(world).payment == "paid"


def test_a_timeline_is_in_the_order_of_things_and_marks_what_came_late(world):
    _says(world, "orders/create", samples.order())
    scans = {hours: samples.scan("in_transit", id=hours) for hours in (1, 2)}
    for hours in (2, 1):
        at = NOON + timedelta(hours=hours)
        scan = scans[hours] | {"happened_at": at.isoformat()}
        world.now += MINUTE
        _says(world, "fulfillment_events/create", scan)
    world.now += MINUTE
    cancelled_at = NOON + timedelta(hours=3)
    cancelled = samples.order(updated_at=cancelled_at, cancelled_at=cancelled_at)
    _says(world, "orders/cancelled", cancelled)

    entries = _past(world).timeline()

    assert [
        (type(entry.told.event).__name__, entry.told.event.happened_at, entry.is_late)
        for entry in entries
    ] == [
        ("OrderSeen", NOON, False),
        ("ParcelMoved", NOON + timedelta(hours=1), True),
        ("ParcelMoved", NOON + timedelta(hours=2), False),
        ("OrderSeen", cancelled_at, False),
    ]


def test_the_past_is_what_was_known_and_what_was_true(world):
    _says(world, "orders/create", samples.order(payment="pending"))
    paid_at = NOON + MINUTE
    world.now = NOON + 10 * MINUTE
    _says(world, "orders/paid", samples.order(updated_at=paid_at))

    past = _past(world)

    assert past.known_at(NOON - MINUTE).order is None
    assert past.known_at(NOON + 5 * MINUTE).order.payment == "pending"
    assert past.known_at(world.now).order == _known(world)
    assert past.true_at(NOON).order.payment == "pending"
    assert past.true_at(paid_at).order.payment == "paid"


def test_history_outlives_the_bodies_of_webhooks(world):
    _says(world, "orders/create", samples.order())
    world.now += timedelta(days=400)

    forget_what_is_old(services=world.services)

    assert world.rows("webhooks")[0].body is None
    assert _past(world).known_at(world.now).order == _known(world)


def test_nothing_of_a_person_lies_readable(world):
    order = samples.order(
        email="ada@example.com",
        checkout_token="c0ffee-token",
        cart_token="c4f7-token",
        shipping_address={"country_code": "DE", "city": "Berlin"},
        note_attributes=[{"name": "_wa_ref", "value": "conversation-7"}],
    )

    _says(world, "orders/create", order)

    [known], [kept] = world.rows("orders"), world.rows("history")
    readable = " ".join(str(each) for row in (known, kept) for each in row)
    for secret in (
        *("Ada", "ada@example.com", "c0ffee-token", "c4f7-token", "Berlin"),
        *("conversation-7", "key=secret", "4915112345678"),
    ):
        assert secret not in readable
    assert _known(world).marks == {"_wa_ref": "conversation-7"}
    assert _known(world).place == {"city": "Berlin"}


def test_a_deleted_order_is_forgotten_with_its_history_and_stays_so(world):
    _says(world, "orders/create", samples.order())
    _says(world, "fulfillments/create", samples.fulfillment())

    _says(world, "orders/delete", {"id": samples.ORDER_ID})
    _says(world, "orders/paid", samples.order(updated_at=NOON + MINUTE))
    _says(world, "fulfillment_events/create", samples.scan("in_transit"))

    for table in ("orders", "parcels", "history"):
        assert world.rows(table) == []


def test_that_something_was_forgotten_is_forgotten_when_nothing_can_bring_it_back(
    world,
):
    _says(world, "orders/delete", {"id": samples.ORDER_ID})
    assert [row.thing for row in world.rows("forgotten")] == [
        f"order {samples.ORDER_ID}"
    ]
    world.now += timedelta(days=89)
    forget_what_is_old(services=world.services)
    assert len(world.rows("forgotten")) == 1

    world.now += timedelta(days=2)
    forget_what_is_old(services=world.services)

    assert world.rows("forgotten") == []


def test_history_goes_with_its_shop(world):
    _says(world, "orders/create", samples.order())

    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(text("DELETE FROM shops"))

    assert world.rows("history") == []


def test_history_can_be_added_to_and_not_rewritten(world):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        world.services.transactions.across(Crossing.OPERATING) as tx,
    ):
        tx.connection.execute(text("UPDATE history SET read_at = now()"))
