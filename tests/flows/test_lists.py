"""Lists of messages and orders: page by page everything comes once, whatever is asked
for, and a page costs the same however long the history is."""

from datetime import timedelta
from typing import Any

import pytest

from core.values import Phone
from storage import message_lists, order_lists, people
from storage.message_lists import Wanted
from storage.order_lists import OrderState
from storage.order_lists import Wanted as WantedOrders
from tests import samples
from tests.asked import counted
from tests.world import NOON, SHOP

SECOND = timedelta(seconds=1)
SHY = "+4915155555555"


@pytest.fixture
def shop_id(world, moments):
    return moments.at("two dozen orders", world, lambda: _with_orders(world))


def _with_orders(world):
    """Two dozen orders, of which every third buyer has agreed to nothing."""
    shop_id = world.open_shop(automations=["order_confirmation", "order_cancelled"])
    for number in range(24):
        is_shy = number % 3 == 0
        known: dict[str, Any] = {
            "order_id": 7_000 + number,
            "name": f"#{1001 + number}",
            "agreed": not is_shy,
            "phone": SHY if is_shy else f"+4915112345{number:03d}",
            "placed_at": world.now,
            "payment": "pending" if number == 7 else "paid",
            "fulfillment_status": "fulfilled" if number % 4 == 1 else None,
        }
        world.shopify_says("orders/create", samples.order(**known))
        world.work()
        if number == 5:
            gone = samples.order(**known, cancelled_at=world.now + SECOND / 2)
            world.shopify_says("orders/cancelled", gone)
            world.work()
        world.now += SECOND
    return shop_id


def pages(world, shop_id, lists, wanted, *, limit=5):
    """All pages, from the newest on, and then back again."""
    forth, back, place = [], [], None
    with world.services.transactions.for_shop(shop_id) as tx:
        while True:
            found = lists.page(tx, shop_id, wanted, place, limit=limit)
            forth.append(found)
            if found.older is None:
                break
            place = found.older
        place = forth[-1].newer
        while place is not None:
            found = lists.page(tx, shop_id, wanted, place, limit=limit)
            back.append(found)
            place = found.newer
    return forth, back


def ids_on(found, key="id"):
    return [row[key] for page in found for row in page.rows]


def ids(world, shop_id, wanted, **how):
    return ids_on(pages(world, shop_id, message_lists, wanted, **how)[0])


def of_messages(world, **values):
    """Ids of messages with these values in their columns, the newest first."""
    return sorted(
        (
            row.id
            for row in world.messages
            if all(getattr(row, name) == value for name, value in values.items())
        ),
        reverse=True,
    )


def test_pages_lead_through_every_message_once_and_back_again(world, shop_id):
    forth, back = pages(world, shop_id, message_lists, Wanted())

    assert ids_on(forth) == of_messages(world)
    assert ids_on(reversed(back)) == ids_on(forth[:-1])
    assert [len(page.rows) for page in forth[:-1]] == [5] * (len(forth) - 1)


@pytest.mark.parametrize("state", ["sent", "skipped", "failed", "waiting"])
def test_a_state_is_found_whether_it_was_sent_or_not(world, shop_id, state):
    assert ids(world, shop_id, Wanted(state=state)) == of_messages(world, state=state)


def test_what_was_not_sent_says_why_and_whose_it_is(world, shop_id):
    with world.services.transactions.for_shop(shop_id) as tx:
        found = message_lists.page(tx, shop_id, Wanted(state="skipped"), None, limit=50)

    newest = found.rows[0]
    assert len(found.rows) == 8
    assert (newest["order_name"], newest["reason"]) == ("#1022", "no_consent")
    assert world.services.book.opened(shop_id, newest["phone"]).e164 == SHY


def test_an_automation_is_found_with_and_without_a_state(world, shop_id):
    cancelled = Wanted(automation="order_cancelled")
    both = Wanted(automation="order_confirmation", state="skipped")

    [about_one] = of_messages(world, automation="order_cancelled")
    assert ids(world, shop_id, cancelled) == [about_one]
    assert ids(world, shop_id, both) == of_messages(
        world, automation="order_confirmation", state="skipped"
    )


def test_an_order_is_found_by_its_name_with_its_mark_or_without(world, shop_id):
    named = of_messages(world, order_id=7_001)

    assert len(named) == 1
    assert ids(world, shop_id, Wanted(order_name="1002")) == named
    assert ids(world, shop_id, Wanted(order_name="#1002")) == named
    assert ids(world, shop_id, Wanted(order_name="#1002", state="skipped")) == []
    assert ids(world, shop_id, Wanted(order_name="nothing")) == []


def test_a_person_is_found_with_what_never_left_for_them(world, shop_id):
    with world.services.transactions.for_shop(shop_id) as tx:
        shy = people.contact_with(tx, shop_id, Phone(SHY), book=world.services.book)
        kind = people.contact_with(
            tx, shop_id, Phone("+4915112345001"), book=world.services.book
        )

    assert ids(world, shop_id, Wanted(contact_id=shy)) == of_messages(
        world, state="skipped"
    )
    assert ids(world, shop_id, Wanted(contact_id=kind)) == of_messages(
        world, order_id=7_001
    )


def test_a_span_of_time_has_what_was_made_in_it(world, shop_id):
    span = Wanted(since=NOON + 3 * SECOND, until=NOON + 9 * SECOND)
    made = [
        row.id for row in world.messages if span.since <= row.created_at < span.until
    ]

    assert len(made) == 6
    assert ids(world, shop_id, span) == sorted(made, reverse=True)


def test_what_no_index_tells_is_looked_for_a_part_at_a_time(
    world, shop_id, monkeypatch
):
    """A page may be empty, and yet there is an older one: nothing is passed over."""
    monkeypatch.setattr(message_lists, "MOST_LOOKED_AT", 2)
    wanted = Wanted(automation="order_confirmation", state="sent")

    forth, back = pages(world, shop_id, message_lists, wanted)

    assert ids_on(forth) == of_messages(
        world, state="sent", automation="order_confirmation"
    )
    assert sorted(ids_on(back)) == sorted(ids_on(forth[:-1]))
    assert len(forth) > 8


def test_a_page_asks_the_same_however_long_the_history_is(world, shop_id, monkeypatch):
    asked = []
    for limit in (2, 20):
        with counted(monkeypatch) as statements:  # noqa: SIM117
            with world.services.transactions.for_shop(shop_id) as tx:
                message_lists.page(tx, shop_id, Wanted(), None, limit=limit)
                order_lists.page(tx, shop_id, WantedOrders(), None, limit=limit)
        asked.append(len(statements))

    assert asked == [3, 3]  # one for each list, and the one that opens


def test_another_shop_has_nothing_of_it(world, shop_id):
    other = world.open_shop("bob.myshopify.com", number=None)

    assert ids(world, other, Wanted()) == []
    assert ids(world, other, Wanted(order_name="1002")) == []
    assert pages(world, other, order_lists, WantedOrders())[0][0].rows == []


# Orders


def test_pages_lead_through_every_order_once_and_back_again(world, shop_id):
    forth, back = pages(world, shop_id, order_lists, WantedOrders())

    assert ids_on(forth, "order_id") == list(range(7_023, 6_999, -1))
    assert ids_on(reversed(back), "order_id") == ids_on(forth[:-1], "order_id")


@pytest.mark.parametrize(
    ("state", "orders"),
    [
        (OrderState.CANCELLED, [7_005]),
        (OrderState.TO_PAY, [7_007]),
        (OrderState.SENT, [7_021, 7_017, 7_013, 7_009, 7_001]),
    ],
)
def test_orders_are_found_by_how_far_they_are(
    world, shop_id, state, orders, monkeypatch
):
    monkeypatch.setattr(order_lists, "MOST_LOOKED_AT", 4)

    forth, _ = pages(world, shop_id, order_lists, WantedOrders(state=state), limit=2)

    assert ids_on(forth, "order_id") == orders


def test_what_is_to_be_sent_is_every_other_order(world, shop_id):
    forth, _ = pages(
        world, shop_id, order_lists, WantedOrders(state=OrderState.TO_SEND)
    )

    assert len(ids_on(forth, "order_id")) == 18


def test_an_order_is_found_by_its_name(world, shop_id):
    [found] = pages(world, shop_id, order_lists, WantedOrders(name="1004"))[0]

    assert [row["name"] for row in found.rows] == ["#1004"]
    assert found.older is None
    assert SHOP in world.shop_ids
