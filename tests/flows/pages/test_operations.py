"""What waits, fails and comes next at a store, for whoever minds it."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from notifications.roles import Role
from storage import backfills, comparisons, tables
from storage.tenancy import Crossing
from tests import samples
from tests.asked import counted
from tests.flows.pages.desk import words_in
from tests.flows.pages.test_home import HOSTILE, _message, _webhook, _write
from tests.world import SHOP
from webapp.pages import operations

PATH = "/operations"
AGAIN = f"{PATH}/read-again"
BOB = "bob.myshopify.com"


@pytest.fixture
def shop_id(desk):
    return desk.world.shop_ids[SHOP]


def _stuck_order(desk):
    """An order that could not be read once, and can by now; its number."""
    world = desk.world
    world.shopify_says("orders/create", samples.order())
    with world.services.transactions.across(Crossing.SERVING) as tx:
        stuck = update(tables.webhooks).values(state="stuck", reason="unreadable")
        tx.connection.execute(stuck)
    [row] = world.rows("webhooks")
    return row.id


def test_it_says_that_all_is_well(desk):
    page = desk.reads(PATH)

    assert "News from the store, not read yet 0" in page
    assert "None has failed." in page
    assert "could not be read" not in page


def test_what_waits_is_counted_with_the_oldest(desk, shop_id):
    world = desk.world
    _write(
        desk,
        shop_id,
        _message(shop_id, world, 90, state="waiting"),
        _message(shop_id, world, 5, state="waiting"),
        _message(shop_id, world, -60, state="waiting"),
        _message(shop_id, world, 1, state="sending"),
        _message(shop_id, world, 2, state="unsure"),
    )
    for number in range(3):
        _webhook(world, number, state="pending")

    page = desk.reads(PATH)

    assert "News from the store, not read yet 3" in page
    assert "Orders, products and people that they are about 3" in page
    assert "Messages that are due 2" in page
    oldest = world.now - timedelta(minutes=90) + timedelta(hours=1)  # in Berlin
    assert f"The oldest of them was due Nov 20, 2026, {oldest:%H:%M}" in page
    assert "Messages that wait for their time 1" in page
    assert "Messages on their way to Meta 1 Messages that may have" in page


def test_failures_of_the_last_day_are_told_in_plain_words(desk, shop_id):
    world = desk.world
    reasons = ["meta_131026"] * 2 + ["meta_131049"]
    _write(
        desk,
        shop_id,
        *(
            _message(shop_id, world, number, state="failed", reason=reason)
            for number, reason in enumerate(reasons)
        ),
    )

    page = desk.reads(PATH)

    assert "Because What helps 2 " in page
    assert "meta_131026" not in page
    assert page.count("Why messages of the last day failed") > 0


def test_why_they_failed_comes_as_a_file_with_all_there_is(desk, shop_id):
    world = desk.world
    reasons = ["meta_131049", *(f"meta_{number}" for number in range(900, 960))]
    failed = [
        _message(shop_id, world, number, state="failed", reason=reason)
        for number, reason in enumerate([*reasons, "meta_131049"])
    ]
    _write(desk, shop_id, *failed)
    [address] = re.findall(
        r'href="/app(/operations\?list=failures[^"]+)"', desk.gets(PATH).text
    )

    file = desk.gets(html.unescape(address)).text.removeprefix("\ufeff")
    head, first, *others = csv.reader(io.StringIO(file))

    assert head == ["Messages", "Because", "What helps", "Reason"]
    assert (first[0], first[3]) == ("2", "meta_131049")
    assert len(others) == 60


def test_a_stuck_webhook_is_read_again_and_who_asked_is_written_down(desk):
    event = _stuck_order(desk)
    before = desk.reads(PATH)

    answer = desk.sends(AGAIN, {"event": str(event)})
    desk.world.work()

    assert "News from the store that could not be read" in before
    assert answer.status_code == 303
    assert len(desk.world.rows("orders")) == 1
    [change] = [r for r in desk.world.rows("changes") if r.what == "event_retried"]
    assert (change.actor, change.subject) == (desk.staff, f"event {event}")


def test_all_of_them_are_read_again_by_one_button(desk):
    _stuck_order(desk)

    answer = desk.sends(AGAIN, {"event": "all"})
    desk.world.work()

    assert answer.status_code == 303
    assert [row.state for row in desk.world.rows("webhooks")] == ["done"]


@pytest.mark.parametrize("event", ["", "x", "0", "-1", "9" * 30, "all", "٣"])
def test_what_is_not_there_cannot_be_read_again(desk, event):
    assert desk.sends(AGAIN, {"event": event}).status_code == 422


def test_another_store_s_news_is_neither_shown_nor_read_again(desk):
    world = desk.world
    world.open_shop(BOB, number=None)
    _webhook(world, 7, domain=BOB)
    [row] = world.rows("webhooks")

    page = desk.reads(PATH)
    answers = [desk.sends(AGAIN, {"event": e}) for e in ("all", str(row.id))]

    assert "could not be read" not in page
    assert [answer.status_code for answer in answers] == [422, 422]
    assert [row.state for row in world.rows("webhooks")] == ["stuck"]


def test_all_that_is_stuck_comes_as_a_file_and_nothing_of_others(desk, monkeypatch):
    monkeypatch.setattr(operations, "_AT_ONCE", 3)
    for number in range(8):
        _webhook(desk.world, number)
    _webhook(desk.world, 99, domain=BOB)
    ids = [row.id for row in desk.world.rows("webhooks") if row.shop_domain == SHOP]

    answer = desk.gets(f"{PATH}?format=csv")

    lines = answer.get_data(as_text=True).splitlines()
    assert lines[0] == "\ufeffNumber,What,Came,Because"
    assert [int(line.partition(",")[0]) for line in lines[1:]] == sorted(ids)[::-1]


def test_what_is_kept_no_more_offers_no_button(desk):
    _webhook(desk.world, 1)

    answer = desk.gets(PATH)

    assert "Its body is kept no more." in words_in(answer)
    assert desk.sends(AGAIN, {"event": "all"}).status_code == 422


def test_a_viewer_sees_it_and_presses_nothing(desk):
    event = _stuck_order(desk)
    desk.has_role(Role.VIEWER)

    page = desk.gets(PATH).get_data(as_text=True)

    assert f'value="{event}"' not in page
    assert desk.sends(AGAIN, {"event": str(event)}).status_code == 403


def test_what_was_found_lost_and_what_comes_next_is_told(desk, shop_id):
    world = desk.world
    with world.services.transactions.for_shop(shop_id) as tx:
        soon = world.now + timedelta(minutes=5)
        comparisons.begin(tx, shop_id, now=world.now, due_at=soon)
        counts = {"orders/updated": 3, "subscriptions": 1}
        comparisons.count_found(tx, shop_id, counts, now=world.now)
        backfills.begin(tx, shop_id, now=world.now)

    page = desk.reads(PATH)

    assert "an order was changed 3" in page
    assert "what the store is to tell, asked for anew 1" in page
    assert "Orders of the last sixty days to be asked for" in page
    assert "The store is compared with what is known Nov 20, 2026" in page


def test_the_operator_s_queues_are_linked_where_there_is_one_store_alone(desk):
    desk.signs_in()
    framed = desk.gets(PATH).get_data(as_text=True)
    alone = desk.owner.gets(f"/app{PATH}").get_data(as_text=True)
    desk.world.open_shop(BOB, number=None)
    among = desk.owner.gets(f"/app{PATH}").get_data(as_text=True)

    assert ["/rq/" in page for page in (framed, alone, among)] == [False, True, False]


def test_hostile_words_stay_words_and_it_speaks_korean(desk, shop_id):
    desk.language = "ko"
    _write(
        desk,
        shop_id,
        _message(shop_id, desk.world, 1, state="failed", reason=HOSTILE),
    )
    with desk.world.services.transactions.across(Crossing.SERVING) as tx:
        tx.connection.execute(
            insert(tables.webhooks).values(
                source="shopify",
                dedupe_id="w",
                topic=HOSTILE,
                shop_domain=SHOP,
                lane=0,
                happened_at=desk.world.now,
                arrived_at=desk.world.now,
                next_attempt_at=desk.world.now,
                state="stuck",
                reason=HOSTILE,
            )
        )

    answer = desk.gets(PATH)

    assert HOSTILE not in answer.get_data(as_text=True)
    assert "기다리는 것" in words_in(answer)


def test_it_asks_a_fixed_number_of_queries(desk, shop_id, monkeypatch):
    def asked():
        with counted(monkeypatch) as sent:
            assert desk.gets(PATH).status_code == 200
        return len(sent)

    desk.gets(PATH)  # the first look makes them known
    before = asked()
    _write(
        desk,
        shop_id,
        *(
            _message(shop_id, desk.world, number, state=state, reason=f"r{number}")
            for number, state in enumerate(["waiting", "failed", "unsure"] * 9)
        ),
    )
    for number in range(40):
        _webhook(desk.world, number, state="stuck" if number % 2 else "pending")

    assert asked() == before
