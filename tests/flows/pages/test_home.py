"""The first page: what happened today, what needs a hand, what is set up."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update

from storage import tables, tallies
from storage.tallies import Step, What
from storage.tenancy import Crossing
from tests import samples
from tests.asked import counted
from tests.flows.pages.desk import words_in
from tests.rules.test_account_health import told
from tests.world import SHOP

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def shop_id(desk):
    return desk.world.shop_ids[SHOP]


def _write(desk, shop_id, *statements):
    with desk.world.services.transactions.for_shop(shop_id) as tx:
        for statement in statements:
            tx.connection.execute(statement)


def _message(shop_id, world, number, **more):
    at = world.now - timedelta(minutes=number)
    return insert(tables.messages).values(
        id=world.services.new_id("msg"),
        shop_id=shop_id,
        occasion=f"made:{number}",
        automation=more.pop("automation", "order_confirmation"),
        scope="transactional",
        priority=0,
        wanted_at=at,
        due_at=at,
        story=[],
        created_at=at,
        **more,
    )


def _webhook(world, number, *, domain=SHOP, state="stuck"):
    row = insert(tables.webhooks).values(
        source="shopify",
        dedupe_id=f"w{number}",
        topic="orders/create",
        shop_domain=domain,
        lane=number % 16,
        happened_at=world.now,
        arrived_at=world.now,
        next_attempt_at=world.now,
        attempts=9,
        state=state,
        reason="unreadable",
    )
    with world.services.transactions.across(Crossing.SERVING) as tx:
        tx.connection.execute(row)


def _done_today(desk, shop_id, *, days_ago=0, **counts):
    at = desk.world.now - timedelta(days=days_ago)
    steps = [
        Step(shop_id, "Europe/Berlin", "order_confirmation", What(what))
        for what, count in counts.items()
        for _ in range(count)
    ]
    with desk.world.services.transactions.for_shop(shop_id) as tx:
        tallies.count(tx, steps, now=at)


def test_what_happened_today_is_counted_by_the_day_of_the_shop(desk, shop_id):
    _done_today(desk, shop_id, sent=3, delivered=2, read=1, failed=1)
    _done_today(desk, shop_id, days_ago=1, sent=40)

    page = desk.reads("/")

    assert "Sent 3 Delivered 2 Read 1 Failed 1 Orders heard of 0" in page
    assert "Sent: 43 in all, 40 on one day at most." in page


def test_a_test_to_one_s_own_phone_is_not_counted(desk, shop_id):
    step = Step(shop_id, "Europe/Berlin", "test", What.SENT)
    with desk.world.services.transactions.for_shop(shop_id) as tx:
        tallies.count(tx, [step], now=desk.world.now)

    assert "Sent 0" in desk.reads("/")


def test_an_order_that_was_heard_of_is_counted(desk):
    desk.world.shopify_says("orders/create", samples.order())
    desk.world.work()

    assert "Orders heard of 1" in desk.reads("/")


def test_before_anything_was_sent_it_says_what_to_do(desk):
    page = desk.reads("/")

    assert "No message has been sent in the last two weeks." in page
    assert "Once an automation is on" in page
    assert "What needs a hand" not in page


def test_what_needs_a_hand_is_named_with_the_way_there(desk, shop_id):
    world = desk.world
    day = timedelta(days=1)
    _write(
        desk,
        shop_id,
        _message(shop_id, world, 1, state="unsure", reason="never_confirmed"),
        _message(shop_id, world, 2, state="unsure", reason=None),
        _message(shop_id, world, 3, state="failed", reason="meta_131026"),
        insert(tables.order_answers).values(
            shop_id=shop_id, order_id=1, question="m", due_at=world.now - day
        ),
        insert(tables.privacy_requests).values(
            shop_id=shop_id,
            shop_domain=SHOP,
            kind="erase_person",
            source="owner",
            key=b"k",
            asked_at=world.now - day,
            state="waiting",
        ),
        update(tables.templates)
        .where(tables.templates.c.name == "sosik_order_confirmation_1")
        .where(tables.templates.c.language == "de")
        .values(state="REJECTED"),
        update(tables.numbers).values(parked_because="meta_131031"),
        update(tables.shops).values(access_lost="shopify_401"),
    )
    _webhook(world, 1)
    _webhook(world, 2)

    answer = desk.gets("/")
    page = words_in(answer)

    for said in (
        "1 message may have arrived or not: somebody has to say.",
        "1 message has failed since yesterday.",
        "1 text is not let out by Meta.",
        "2 pieces of news from the store could not be read.",
        "The store has not been told what the buyer of 1 order answered.",
        "1 request about somebody's data has not been done for an hour.",
        "No message leaves through +1 555-013-0100.",
    ):
        assert said in page
    links = answer.get_data(as_text=True)
    for path in (
        *("/messages?state=unsure", "/templates?state=stopped"),
        *("/operations", "/whatsapp"),
    ):
        assert f'href="/app{path}"' in links
    stopped = desk.reads("/templates?state=stopped")
    assert stopped.count("Order confirmation") == 1


@pytest.mark.parametrize(
    ("quality", "light", "says"),
    [
        ("GREEN", "All is well", ""),
        (
            "YELLOW",
            "Needs attention",
            "quality is medium. Next step: Send fewer offers",
        ),
        ("RED", "Stopped", "quality is low. Stop offers for a week"),
    ],
)
def test_the_light_of_a_number_is_shown_with_its_next_step_and_the_way_there(
    desk, shop_id, quality, light, says
):
    facts = told(number={"quality": quality})
    [number] = desk.world.rows("numbers")
    at = desk.world.now
    whose = {"phone_number_id": number.phone_number_id}
    taken = {**whose, "state": "sent", "accepted_at": at}
    sent = _message(shop_id, desk.world, 1, **taken)
    looked = {"told": facts.told.as_json(), "read_at": at}
    health = insert(tables.number_health).values(
        shop_id=shop_id, **whose, **looked, due_at=at + timedelta(hours=1)
    )
    _write(desk, shop_id, sent, health)

    answer = desk.gets("/")
    page = words_in(answer)

    assert f"The store's WhatsApp number {light} +1 555-013-0100" in page
    assert says in page
    below = page.split("The store's WhatsApp number")[1]
    assert ("quality is" in below) == (quality == "YELLOW"), "it is told once"
    link = f'href="/app/whatsapp/{number.phone_number_id}"'
    assert link in answer.get_data(as_text=True)
    assert ("What needs a hand" in page) == (quality == "RED")


def test_nothing_of_another_store_needs_a_hand_here(desk):
    other = desk.world.open_shop("bob.myshopify.com", number=None)
    _write(
        desk,
        other,
        _message(other, desk.world, 1, state="unsure", reason="never_confirmed"),
        _message(other, desk.world, 2, state="failed", reason="x"),
    )
    _webhook(desk.world, 1, domain="bob.myshopify.com")
    _done_today(desk, other, sent=9)

    page = desk.reads("/")

    assert "What needs a hand" not in page
    assert "Sent 0" in page


def test_each_step_of_setting_up_tells_how_far_it_is(desk, shop_id):
    before = desk.reads("/")
    _write(
        desk,
        shop_id,
        _message(shop_id, desk.world, 1, state="sent", accepted_at=desk.world.now),
        _message(
            *(shop_id, desk.world, 2),
            automation="test",
            state="sent",
            accepted_at=desk.world.now,
        ),
    )

    after = desk.reads("/")

    assert "A test to do Send yourself one from the page of an automation" in before
    assert "The first message to do It leaves by itself" in before
    cards = desk.gets("/automations").get_data(as_text=True).count("<article")
    assert f" of {cards} are switched on" in before
    assert "A test done A test has come to a phone of yours" in after
    assert "The first message done It has left for a buyer" in after


def test_no_more_are_switched_on_than_there_are(desk, shop_id):
    for name in desk.world.services.automations:
        desk.world.switch(name, enabled=True)

    cards = desk.gets("/automations").get_data(as_text=True).count("<article")

    assert f"{cards} of {cards} are switched on" in desk.reads("/")


def test_once_all_is_done_the_checklist_is_folded(desk, shop_id):
    desk.world.switch("order_confirmation", enabled=True)
    _write(
        desk,
        shop_id,
        text("UPDATE shops SET scopes = NULL"),
        *(
            _message(
                *(shop_id, desk.world, number),
                automation=name,
                state="sent",
                accepted_at=desk.world.now,
            )
            for number, name in enumerate(("test", "order_confirmation"))
        ),
    )

    assert "Everything is set up" in desk.reads("/")


def test_it_is_there_in_korean(desk, shop_id):
    desk.language = "ko"
    _done_today(desk, shop_id, sent=2)

    page = desk.reads("/")

    assert "오늘" in page
    assert "Sent" not in page


def test_a_hostile_name_stays_words(desk, shop_id):
    _write(
        desk,
        shop_id,
        update(tables.shops).values(name=HOSTILE, access_lost=HOSTILE),
        update(tables.numbers).values(display_phone=HOSTILE, parked_because=HOSTILE),
    )

    answer = desk.gets("/")

    assert HOSTILE not in answer.get_data(as_text=True)


def test_it_asks_a_fixed_number_of_queries(desk, shop_id, monkeypatch):
    def asked():
        with counted(monkeypatch) as sent:
            assert desk.gets("/").status_code == 200
        return len(sent)

    desk.gets("/")  # the first look makes them known
    before = asked()
    _write(
        desk,
        shop_id,
        *(
            _message(shop_id, desk.world, number, state="unsure")
            for number in range(20)
        ),
    )
    for number in range(20):
        _webhook(desk.world, number, state="pending")
        _done_today(desk, shop_id, days_ago=number, sent=number)

    assert asked() == before
