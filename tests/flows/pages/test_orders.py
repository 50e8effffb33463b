"""The page of orders, and all of one order."""

import csv
import io
import re
from datetime import timedelta

import pytest

from tests import samples
from tests.asked import counted
from tests.world import NOON, PHONE

BOB = "bob.myshopify.com"
HOUR = timedelta(hours=1)


def order(desk, number=0, **more):
    placed = NOON + number * HOUR
    known = {"order_id": 7_000 + number, "name": f"#{1001 + number}", **more}
    body = samples.order(placed_at=placed, **known)
    desk.world.shopify_says("orders/create", body)
    desk.world.work()


def names_on(page):
    return re.findall(r'<td><a href="/app/orders/\d+">([^<]+)</a>', page)


def test_orders_stand_with_their_payment_and_how_far_their_parcels_are(desk):
    order(desk)
    parcel = samples.fulfillment(order_id=7_000)
    desk.world.shopify_says("fulfillments/create", parcel)
    scan = samples.scan("out_for_delivery", order_id=7_000)
    desk.world.shopify_says("fulfillment_events/create", scan)
    desk.world.work()

    said = desk.reads("/orders")

    assert "#1001" in said
    assert "paid €39.90 +…78 Germany out for delivery" in said
    assert PHONE not in said


def test_before_the_first_order_it_says_what_to_do(desk):
    assert "No order yet" in desk.reads("/orders")
    assert "No order is like that" in desk.reads("/orders?name=1234")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=1002", ["#1002"]),
        ("state=to_pay", ["#1002"]),
        ("state=cancelled", ["#1003"]),
        ("state=sent", ["#1004"]),
        ("state=to_send", ["#1002", "#1001"]),
        ("state=gone", ["#1004", "#1003", "#1002", "#1001"]),
        ("contact=x", ["#1004", "#1003", "#1002", "#1001"]),
    ],
)
def test_they_are_narrowed_by_name_and_by_how_far_they_are(desk, query, names):
    order(desk)
    order(desk, 1, payment="pending")
    order(desk, 2, cancelled_at=NOON + 3 * HOUR)
    order(desk, 3, fulfillment_status="fulfilled")

    page = desk.gets(f"/orders?{query}").get_data(as_text=True)

    assert names_on(page) == names


def test_pages_lead_through_all_of_them_and_back(desk, monkeypatch):
    monkeypatch.setattr("webapp.pages.listing.PAGE", 2)
    for number in range(5):
        order(desk, number)

    def follow(page, rel):
        found = re.search(rf'rel="{rel}" href="/app([^"]+)"', page)
        return found and found[1].replace("&amp;", "&")

    seen, path = [], "/orders"
    while path:
        page = desk.gets(path).get_data(as_text=True)
        seen += names_on(page)
        path = follow(page, "next")
    back = desk.gets(follow(page, "prev")).get_data(as_text=True)

    assert seen == ["#1005", "#1004", "#1003", "#1002", "#1001"]
    assert names_on(back) == ["#1003", "#1002"]


@pytest.mark.parametrize(
    "place", ["x", "WyJ4IiwxXQ", "WzFd", "WyIyMDI2LTExLTIwIiwieCJd"]
)
def test_a_place_that_is_none_is_refused(desk, place):
    assert desk.gets(f"/orders?after={place}").status_code == 400


def test_as_a_file_it_has_all_rows_and_no_formula(desk, monkeypatch):
    monkeypatch.setattr("webapp.pages.orders._IN_FILE", 2)
    for number in range(4):
        order(desk, number)
    order(desk, 4, name="@SUM(A1)")

    answer = desk.gets("/orders?format=csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))

    assert len(rows) == 6
    assert rows[1][1] == "'@SUM(A1)"
    assert rows[-1][1:4] == ["#1001", "paid", "€39.90"]


def test_one_order_shows_its_parcels_way_its_messages_and_what_comes_next(desk):
    order(desk)
    desk.world.now += HOUR
    parcel = samples.fulfillment(order_id=7_000, created_at=desk.world.now)
    desk.world.shopify_says("fulfillments/create", parcel)
    desk.world.work()
    desk.world.now += HOUR
    scan = samples.scan("in_transit", order_id=7_000, at=desk.world.now)
    desk.world.shopify_says("fulfillment_events/create", scan)
    desk.world.work()

    said = desk.reads("/orders/7000")

    way = ["parcel made", "in transit Leipzig", "out for delivery", "delivered"]
    places = [said.index(stop) for stop in way]
    assert places == sorted(places)
    assert "still to come" in said
    assert said.index("Order confirmation") < said.index("Parcel on its way")
    assert "Hello Ada, thank you" in said
    assert PHONE not in said
    [look] = desk.world.rows("access_log")
    assert (look.doing, look.subject) == ("page order", "order 7000")


def test_one_order_asks_as_often_for_much_as_for_little(desk, monkeypatch):
    order(desk)
    desk.reads("/orders")  # who they are is known from now on
    with counted(monkeypatch) as few:
        desk.reads("/orders/7000")
    for number in range(5):
        parcel = samples.fulfillment(order_id=7_000, fulfillment_id=9_000 + number)
        desk.world.shopify_says("fulfillments/create", parcel)
    desk.world.work()
    desk.reads("/orders")
    with counted(monkeypatch) as many:
        desk.reads("/orders/7000")

    assert len(many) == len(few)


def test_in_korean_it_is_korean(desk):
    desk.language = "ko"
    order(desk)

    said = desk.reads("/orders/7000")

    assert "주문 #1001" in said
    assert not re.search(r"\b(What happened|Details|Placed)\b", said)


@pytest.mark.parametrize("order_id", [1, 7_000, 2**63, 10**30])
def test_what_is_not_there_is_refused_and_another_stores_is_not_there(desk, order_id):
    desk.world.open_shop(BOB, number=None)
    body = samples.order(order_id=7_000)
    desk.world.shopify_says("orders/create", body, domain=BOB)
    desk.world.work()

    answer = desk.gets(f"/orders/{order_id}")

    assert answer.status_code == 422
    assert "#1001" not in answer.get_data(as_text=True)
