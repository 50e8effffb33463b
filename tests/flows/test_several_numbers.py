"""A store with several WhatsApp numbers: each is for its own buyers, and on its own."""

from collections import Counter
from datetime import timedelta

import pytest

from notifications import overview
from notifications.reviewing import look_after_templates
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from storage import numbers
from tests import samples
from tests.flows.numbered import (
    BESIDE,
    BRAZILIAN,
    CONFIRMATION,
    ELSEWHERE,
    GERMAN,
    PORTUGUESE,
    numbered,
)
from tests.flows.terminal import META_TOKEN
from tests.world import SHOP
from wiring.doctor import findings_with
from wiring.outside import account_at


@pytest.fixture
def store(world, terminal):
    return numbered(world, terminal)


# Who hears from which


def test_each_buyer_hears_from_the_number_that_is_for_their_country(store):
    store.add(BESIDE, countries="BR,PT")

    for phone in (GERMAN, BRAZILIAN, PORTUGUESE):
        store.order(phone)

    assert store.left() == {
        GERMAN: DEFAULT_NUMBER_ID,
        BRAZILIAN: BESIDE,
        PORTUGUESE: BESIDE,
    }
    assert {row.phone_number_id: row.attempt for row in store.world.messages} == {
        DEFAULT_NUMBER_ID: 1,
        BESIDE: 1,
    }


def test_of_countries_that_share_a_prefix_the_digits_behind_it_decide(store):
    store.add(BESIDE, countries="CA")

    for phone in ("+12125550123", "+16135550123"):
        store.order(phone)

    assert store.left() == {
        "+12125550123": DEFAULT_NUMBER_ID,
        "+16135550123": BESIDE,
    }


def test_a_corrected_phone_is_written_to_from_its_own_number(store):
    """Its number is chosen when the message leaves, not when it is proposed."""
    store.add(BESIDE)
    store.world.review(CONFIRMATION, "PAUSED")
    store.order(GERMAN)
    assert store.stands() == [("waiting", "template_not_ready")]

    corrected = samples.order(
        order_id=1,
        name="#1",
        phone=BRAZILIAN,
        updated_at=store.world.now + timedelta(seconds=1),
    )
    store.world.shopify_says("orders/updated", corrected)
    store.world.work()
    store.world.review(CONFIRMATION, "APPROVED")
    store.world.look()

    assert store.left() == {BRAZILIAN: BESIDE}


def test_why_says_through_which_number_it_left(store):
    store.add(BESIDE)
    store.order(BRAZILIAN)

    [told] = store.terminal.json("why", SHOP, "--order", "1")["messages"]
    assert told["through"] == "+55 11 5550-0102"
    assert "through: +55 11 5550-0102" in store.terminal.run(
        "why", SHOP, "--order", "1", "--language", "en"
    )


# Each on its own


def test_a_dead_token_holds_up_only_what_would_leave_through_it(store):
    store.add_elsewhere()
    store.world.pass_time(timedelta(minutes=1))
    changed = ELSEWHERE | {"token": "EAANanother"}
    store.world.meta.post("accounts", changed)

    for phone in (BRAZILIAN, "+5511987654322", GERMAN):
        store.order(phone)
        store.world.pass_time(timedelta(seconds=2))

    assert store.stands() == [
        ("waiting", "meta_190"),
        ("waiting", "parked"),
        ("sent", None),
    ]
    held = {
        each["phone_number_id"]: each["parked_because"]
        for each in store.terminal.json("shop", "show", SHOP)["numbers"]
    }
    assert held == {DEFAULT_NUMBER_ID: None, ELSEWHERE["phone_number_id"]: "meta_190"}

    store.connect(
        ELSEWHERE["phone_number_id"],
        *("--also", "--countries", "BR"),
        waba_id=ELSEWHERE["waba_id"],
        token="EAANanother",
    )
    store.world.pass_time(timedelta(seconds=2))

    assert {state for state, _ in store.stands()} == {"sent"}


def test_a_template_must_be_approved_in_the_account_of_the_number(store):
    store.add_elsewhere()
    account = ELSEWHERE["waba_id"]
    store.world.review(CONFIRMATION, "PAUSED", account=account)

    store.order(BRAZILIAN)
    store.order(GERMAN)
    assert store.stands() == [("waiting", "template_not_ready"), ("sent", None)]

    store.world.review(CONFIRMATION, "APPROVED", account=account)
    store.world.look()
    assert store.stands() == [("sent", None), ("sent", None)]


def test_a_busy_number_holds_up_no_other_and_is_not_looked_at_in_vain(store):
    """Its messages stand in line: each is decided about twice, not with every look."""
    store.add(BESIDE, countries="BR")
    store.terminal.run("shop", "set", SHOP, "throughput=10")
    for number in range(60):
        store.order(f"+55119876{number:05}", works=False)
    store.world.pass_time(timedelta(seconds=1))

    store.order(GERMAN)

    assert store.left()[GERMAN] == DEFAULT_NUMBER_ID
    through = Counter(store.left().values())
    assert through[BESIDE] < 20
    waits = Counter(row.reason for row in store.world.messages if row.reason)
    assert waits == {"number_busy": 60 - through[BESIDE]}

    for _ in range(10):
        store.world.pass_time(timedelta(seconds=1))

    assert Counter(store.left().values()) == {BESIDE: 60, DEFAULT_NUMBER_ID: 1}
    looks = Counter(
        sum(entry["what"] in ("waiting", "taken") for entry in row.story)
        for row in store.world.messages
    )
    assert max(looks) == 2


def test_reports_count_through_the_number_that_the_message_left_through(store):
    store.add(BESIDE)
    store.order(BRAZILIAN)
    report = {
        "status": "read",
        "biz_opaque_callback_data": f"{store.world.message.id}:1",
    }

    store.world.meta_reports(report, number=DEFAULT_NUMBER_ID)
    store.world.work()
    assert store.world.message.state == "sent"

    store.world.meta_reports(report, number=BESIDE)
    store.world.work()
    assert store.world.message.state == "read"


def test_another_numbers_reports_prove_nothing_about_a_message_in_doubt(store):
    """Its control group is what left through the same number."""
    store.add(BESIDE)
    fault = {"kind": "error_before", "code": 131000, "next": 1}
    store.world.meta.post("settings", {"faults": [fault]})
    store.order(BRAZILIAN)
    for number in range(4):
        store.order(f"+4915112000{number:03}")
        store.order(f"+55119870000{number:02}")

    _report(store, DEFAULT_NUMBER_ID)
    for _ in range(5):
        store.world.pass_time(timedelta(seconds=20))
    assert [m.resends for m in store.world.messages if m.state == "unsure"] == [0]

    _report(store, BESIDE)
    for _ in range(5):
        store.world.pass_time(timedelta(seconds=20))
    assert [m.state for m in store.world.messages if m.resends] == ["sent"]


def _report(store, number):
    """Meta reports on all that it has taken through a number."""
    statuses = [
        {
            "id": row.provider_id,
            "status": "delivered",
            "biz_opaque_callback_data": f"{row.id}:{row.attempt}",
        }
        for row in store.world.messages
        if row.phone_number_id == number and row.provider_id
    ]
    store.world.meta_reports(*statuses, number=number)
    store.world.work()


# Connecting and removing


def test_a_default_number_takes_the_place_of_the_one_before(store):
    store.add(BESIDE, countries="BR")

    store.connect(
        ELSEWHERE["phone_number_id"],
        waba_id=ELSEWHERE["waba_id"],
        token=ELSEWHERE["token"],
    )

    assert store.numbers() == [
        (ELSEWHERE["phone_number_id"], True, []),
        (BESIDE, False, ["BR"]),
    ]
    accounts = {row.account_id for row in store.world.rows("templates")}
    assert accounts == {DEFAULT_WABA_ID, ELSEWHERE["waba_id"]}


def test_a_number_beside_it_may_become_the_default_one(store):
    store.add(BESIDE, countries="BR")

    store.connect(BESIDE)

    assert store.numbers() == [(BESIDE, True, [])]


def test_connecting_a_number_again_changes_what_it_is_for(store):
    store.add(BESIDE, countries="BR,PT")

    store.add(BESIDE, countries="br , ao")

    assert store.numbers()[1] == (BESIDE, False, ["AO", "BR"])
    assert len(store.world.rows("numbers")) == 2


def test_what_waited_for_a_number_leaves_through_the_default_one_once_it_is_removed(
    store,
):
    store.add_elsewhere()
    store.world.review(CONFIRMATION, "PAUSED", account=ELSEWHERE["waba_id"])
    store.order(BRAZILIAN)
    assert store.stands() == [("waiting", "template_not_ready")]

    store.remove(ELSEWHERE["phone_number_id"])
    store.world.look()

    assert store.left() == {BRAZILIAN: DEFAULT_NUMBER_ID}
    accounts = {row.account_id for row in store.world.rows("templates")}
    assert accounts == {DEFAULT_WABA_ID}


def test_what_left_through_a_removed_number_is_still_reported_on(store):
    store.add(BESIDE)
    store.order(BRAZILIAN)
    store.remove(BESIDE)

    _report(store, BESIDE)

    assert store.world.message.state == "delivered"


def test_the_last_number_may_be_removed_and_messages_wait_for_another(store):
    store.remove(DEFAULT_NUMBER_ID)
    store.order(GERMAN)
    assert store.stands() == [("waiting", "not_connected")]

    store.connect(BESIDE)
    store.world.look()

    assert store.left() == {GERMAN: BESIDE}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((BESIDE, "--also"), "buyers of which countries"),
        ((BESIDE, "--countries", "BR"), "together with --also"),
        ((BESIDE, "--also", "--countries", "BR,Brazil"), "BRAZIL is no country"),
        ((DEFAULT_NUMBER_ID, "--also", "--countries", "BR"), "default number"),
        ((BESIDE, "--also", "--countries", "PT,AR"), "891 is for PT already"),
        ((BESIDE, "--remove"), "--phone-number-id alone"),
    ],
)
def test_a_number_that_does_not_fit_beside_the_others_is_refused(store, words, says):
    store.connect(
        ELSEWHERE["phone_number_id"],
        *("--also", "--countries", "BO,PT"),
        waba_id=ELSEWHERE["waba_id"],
        token=ELSEWHERE["token"],
    )
    before = store.numbers()
    words = store.words(*words, DEFAULT_WABA_ID, META_TOKEN)

    assert says in store.terminal.refused(*words)
    assert store.numbers() == before


def test_the_default_number_stays_while_there_are_others(store):
    store.add(BESIDE)
    remove = ("shop", "whatsapp", SHOP, "--remove", "--phone-number-id")

    assert "default number" in store.terminal.refused(*remove, DEFAULT_NUMBER_ID)
    assert "has no number 77" in store.terminal.refused(*remove, "77")
    assert len(store.numbers()) == 2


def test_the_first_number_of_a_store_is_its_default_one(world, terminal):
    world.open_shop(number=None)
    words = ("shop", "whatsapp", SHOP, "--waba-id", DEFAULT_WABA_ID)
    words += ("--phone-number-id", DEFAULT_NUMBER_ID, "--token", META_TOKEN)

    said = terminal.refused(*words, "--also", "--countries", "BR")

    assert "connect the store's default number first" in said
    assert world.rows("numbers") == []


@pytest.mark.parametrize("also", [(), ("--also", "--countries", "BR")])
def test_a_number_of_another_store_is_not_given_to_a_second(store, also):
    store.add(BESIDE)
    other = "other.myshopify.com"
    store.world.open_shop(other, number=ELSEWHERE["phone_number_id"])
    before = store.world.rows("numbers")
    words = ("shop", "whatsapp", other, "--waba-id", DEFAULT_WABA_ID)
    words += ("--phone-number-id", BESIDE, "--token", META_TOKEN, *also)

    said = store.terminal.refused(*words)

    assert "connected to another store" in said
    assert store.world.rows("numbers") == before


# Everything else that knows of numbers


def test_an_accounts_templates_are_read_once_however_many_numbers_it_has(store):
    store.add(BESIDE, countries="PT")
    store.add_elsewhere()
    store.world.now += timedelta(hours=2)

    reviewer = account_at(store.terminal.settings)
    assert look_after_templates(reviewer, services=store.world.services) == 2
    assert look_after_templates(reviewer, services=store.world.services) == 0


def test_a_store_that_moves_takes_its_templates_and_stories_along(store, tmp_path):
    """The numbers are connected anew; what left through them says through which."""
    store.add_elsewhere()
    store.order(BRAZILIAN)
    before = {
        (row.account_id, row.name, row.language)
        for row in store.world.rows("templates")
    }
    file = tmp_path / "ada.jsonl"
    store.terminal.run("shop", "export", SHOP, str(file))
    store.terminal.run("shop", "erase", SHOP, "--yes")

    store.terminal.run("shop", "import", str(file))

    after = {
        (row.account_id, row.name, row.language)
        for row in store.world.rows("templates")
    }
    assert after == before
    assert store.world.message.phone_number_id == ELSEWHERE["phone_number_id"]


def test_doctor_and_the_owner_are_told_of_the_number_that_is_held_back(store):
    store.add(BESIDE)
    shop_id = store.world.shop_ids[SHOP]
    assert overview.of_shop(shop_id, store.world.services).numbers == [
        overview.Number("+1 555-013-0100", None),
        overview.Number("+55 11 5550-0102", None),
    ]

    with store.world.services.transactions.for_shop(shop_id) as tx:
        until = store.world.now + timedelta(hours=1)
        numbers.park(tx, shop_id, BESIDE, until=until, because="meta_190")

    assert [
        each.held for each in overview.of_shop(shop_id, store.world.services).numbers
    ] == [None, "meta_190"]
    found = findings_with(store.terminal.settings, "test", now=store.world.now)
    [whatsapp] = [one for one in found if one.part == "WhatsApp"]
    assert whatsapp.says == "0 of 1 shops with numbers that may all send"
