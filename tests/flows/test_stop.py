"""STOP and START in the chat are obeyed, and answered once."""

from datetime import timedelta

import pytest

from core.values import Act, Scope
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID, sandbox_token
from storage import numbers
from storage.numbers import NewNumber
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import NOON, PHONE, SANDBOX_SECRET

MINUTE = timedelta(minutes=1)
BRAZILIAN = "+5511987654321"
MARKETING, TRANSACTIONAL = "marketing", "transactional"


def acts(world):
    """What the ledger holds, oldest first."""
    return [
        (row.scope, row.act, row.source)
        for row in sorted(world.rows("consents"), key=lambda row: row.number)
        if row.source not in ("test", "order_attribute")
    ]


def read_on(world):
    """What became of every answer, and in which language."""
    return [
        (row.told["says"], row.state, row.language)
        for row in world.messages
        if row.automation == "reply"
    ]


def open_window(world, phone=PHONE):
    """As the simulated Meta does when it tells of somebody's message by itself."""
    world.meta.post("inbound", {"from": phone, "text": "hi"})


OTHER_NUMBER = "3002"


@pytest.fixture
def add_number(world):
    def add(number, *, countries):
        [shop] = world.shop_ids.values()
        with world.services.transactions.for_shop(shop) as tx:
            new = NewNumber(
                account_id=DEFAULT_WABA_ID,
                phone_number_id=number,
                token=sandbox_token(SANDBOX_SECRET),
                catalog_id=None,
                display_phone=None,
                countries=countries,
            )
            sealer = world.services.sealer
            numbers.add_number(tx, shop, new, sealer=sealer, now=world.now)

    return add


@pytest.fixture(autouse=True)
def _window(world):
    open_window(world)
    open_window(world, BRAZILIAN)


def test_stop_ends_offers_and_is_answered_once_in_words_of_our_own(world):
    world.open_shop()
    world.agree(scope=Scope.MARKETING)

    world.person_says("STOP")
    world.work()

    assert acts(world) == [(MARKETING, "revoked", "chat_keyword")]
    assert read_on(world) == [("stopped", "sent", "de")]
    [entry] = world.accepted
    assert (entry["type"], entry["template"]) == ("text", None)


def test_what_was_said_twice_or_told_twice_is_answered_once(world):
    world.open_shop()

    for _ in "123":
        world.person_says("STOP", message_id="wamid.1")
        world.person_says(
            {"type": "text", "text": {"body": "STOP", "x": _}}, message_id="wamid.1"
        )
    world.work()

    assert len(world.accepted) == 1
    assert len(acts(world)) == 1


def test_whoever_says_stop_all_day_is_answered_once_a_day(world):
    world.open_shop()

    for hour in range(30):
        world.now = NOON + timedelta(hours=hour)
        world.person_says("STOP")
        open_window(world)
        world.work()

    assert [state for _, state, _ in read_on(world)].count("sent") == 2
    [reason] = {row.reason for row in world.messages if row.state == "skipped"}
    assert reason == "already_answered"
    assert len(acts(world)) == 30


def test_many_stops_in_one_moment_have_one_answer(world):
    world.open_shop()

    for number in range(5):
        world.person_says("STOP", message_id=f"wamid.{number}")
    world.work()
    world.pass_time(timedelta(seconds=2))
    world.pass_time(timedelta(seconds=2))

    assert len(world.accepted) == 1


def test_stop_all_ends_news_too_and_start_brings_both_back(world):
    world.open_shop()
    world.agree(BRAZILIAN, scope=Scope.MARKETING)
    world.agree(BRAZILIAN)

    world.person_says("stop all", phone=BRAZILIAN)
    world.work()
    world.now += MINUTE
    world.person_says("START", phone=BRAZILIAN)
    world.work()

    assert acts(world) == [
        (MARKETING, "revoked", "chat_keyword"),
        (TRANSACTIONAL, "revoked", "chat_keyword"),
        (MARKETING, "granted", "chat_keyword"),
        (TRANSACTIONAL, "granted", "chat_keyword"),
    ]
    assert read_on(world) == [
        ("stopped_all", "sent", "pt_BR"),
        ("started", "sent", "pt_BR"),
    ]


def test_after_a_stop_the_parcel_is_still_told_of_and_after_stop_all_it_is_not(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.person_says("STOP", at=NOON + MINUTE)
    world.now = NOON + 2 * MINUTE
    world.work()

    world.shopify_says("fulfillments/create", samples.fulfillment(created_at=world.now))
    world.work()
    world.pass_time(2 * MINUTE)
    told = [e["template"] for e in world.accepted if e["template"]]
    assert told == ["sosik_order_confirmation_1", "sosik_parcel_on_its_way_1"]

    world.person_says("stop all")
    world.work()
    another = samples.fulfillment(
        fulfillment_id=2, numbers=("JD1",), created_at=world.now
    )
    world.shopify_says("fulfillments/create", another)
    world.work()
    world.pass_time(2 * MINUTE)

    assert [e["template"] for e in world.accepted if e["template"]] == told
    [skipped] = [row for row in world.messages if row.state == "skipped"]
    assert skipped.reason == "consent_revoked"


def test_a_stop_that_comes_late_does_not_undo_a_later_yes(world):
    world.open_shop()
    world.now = NOON + 10 * MINUTE
    world.agree(BRAZILIAN, scope=Scope.MARKETING)

    world.person_says("STOP", phone=BRAZILIAN, at=NOON)
    world.work()

    assert latest(world, BRAZILIAN) is Act.GRANTED


def latest(world, phone=PHONE, scope=Scope.MARKETING):
    from core.values import Phone
    from notifications.consenting import standing

    [shop] = world.shop_ids.values()
    stand = standing(shop, Phone(phone), services=world.services)
    return stand.now[scope].act if scope in stand.now else None


def test_in_germany_a_start_counts_once_it_was_confirmed(world):
    world.open_shop()
    world.person_says("STOP")
    world.work()
    world.now += MINUTE

    world.person_says("START")
    world.work()
    assert latest(world) is Act.GRANTED
    assert read_on(world)[-1] == ("to_confirm", "sent", "de")
    [*_, asked] = world.accepted
    assert asked["type"] == "interactive"

    world.now += MINUTE
    world.person_says(pressing("wish_confirm", "Ja, bitte Angebote"))
    world.work()

    assert latest(world) is Act.CONFIRMED
    assert read_on(world)[-1] == ("started", "sent", "de")
    [confirmed] = [row for row in world.rows("consents") if row.act == "confirmed"]
    assert "Ada's Things" in confirmed.wording
    assert (confirmed.wording_language, confirmed.wording_version) == (
        "de",
        "replies_1",
    )


def pressing(name, title, **more):
    answer = {"type": "button_reply", "button_reply": {"id": name, "title": title}}
    return {"type": "interactive", "interactive": answer, **more}


def test_cancel_of_somebody_with_an_open_order_is_asked_about(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    world.person_says("cancel")
    world.work()

    assert acts(world) == []
    assert read_on(world) == [("what_is_meant", "sent", "en")]

    world.now += MINUTE
    world.person_says(pressing("wish_stop_offers", "Stop offers"))
    world.work()

    assert acts(world) == [(MARKETING, "revoked", "chat_button")]
    assert read_on(world)[-1] == ("stopped", "sent", "en")


def test_who_wants_an_order_cancelled_is_told_how_and_that_it_is_not(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    world.person_says(pressing("wish_cancel_order", "Cancel my order"))
    world.work()

    [*_, message] = world.messages
    assert (message.automation, message.order_id) == ("reply", samples.ORDER_ID)
    assert acts(world) == []


def test_cancel_of_somebody_without_an_open_order_is_a_stop(world):
    world.open_shop()
    sent = samples.order(fulfillment_status="fulfilled")
    world.shopify_says("orders/create", sent)
    world.work()

    world.person_says("cancel")
    world.work()

    assert acts(world) == [(MARKETING, "revoked", "chat_keyword")]


def test_nothing_is_done_and_said_about_nothing(world):
    world.open_shop()

    world.person_says(pressing("wish_nothing", "Nothing"))
    world.person_says("when does the stop sale end?")
    world.person_says({"type": "image", "image": {"caption": "STOP"}})
    world.work()

    assert (acts(world), world.accepted) == ([], [])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["stop"], [("revoked", "whatsapp_preference")]),
        (
            ["stop", "resume"],
            [
                ("revoked", "whatsapp_preference"),
                ("granted", "whatsapp_preference"),
            ],
        ),
        (["signup"], [("granted", "whatsapp_signup")]),
    ],
)
def test_what_somebody_sets_in_whatsapp_counts_and_is_not_answered(
    world, said, expected
):
    world.open_shop()
    world.agree(scope=Scope.MARKETING)

    for minute, preference in enumerate(said, 1):
        world.now = NOON + minute * MINUTE
        world.person_prefers(preference)
        world.work()

    assert acts(world) == [(MARKETING, *each) for each in expected]
    assert world.accepted == []


def test_a_button_of_metas_under_an_offer_is_a_stop(world):
    world.open_shop()

    title = "Stop promotions"
    world.person_says({"type": "button", "button": {"payload": title, "text": title}})
    world.work()

    assert acts(world) == [(MARKETING, "revoked", "chat_button")]


def test_the_yes_is_proven_by_the_sentence_that_told_of_start(world):
    world.open_shop()
    world.person_says("STOP", phone=BRAZILIAN)
    world.work()
    world.now += MINUTE

    world.person_says("START", phone=BRAZILIAN)
    world.work()

    [granted] = [row for row in world.rows("consents") if row.act == "granted"]
    assert "START" in granted.wording
    assert granted.wording_language == "pt_BR"


def test_without_such_a_sentence_their_own_words_are_the_proof(world):
    world.open_shop()

    world.person_says("start please", phone=BRAZILIAN)
    world.work()

    [granted] = [row for row in world.rows("consents") if row.act == "granted"]
    assert (granted.wording, granted.wording_language) == ("start please", None)


def test_an_answer_that_waited_for_more_than_a_day_is_not_sent(world):
    world.open_shop(number=None)
    with_number = world.open_shop("bob.myshopify.com", number=DEFAULT_NUMBER_ID)
    world.person_says("STOP")
    world.read_everything_now()
    world.now = NOON + timedelta(hours=24)
    world.look()

    [message] = world.messages
    assert (message.shop_id, message.state, message.reason) == (
        with_number,
        "skipped",
        "window_closed",
    )
    assert world.accepted == []


def test_a_stop_at_one_store_changes_nothing_at_the_other(world):
    ada = world.open_shop("ada.myshopify.com", number="3001")
    bob = world.open_shop("bob.myshopify.com")
    for domain in ("ada.myshopify.com", "bob.myshopify.com"):
        world.agree(scope=Scope.MARKETING, domain=domain)

    world.person_says("STOP")
    world.work()

    said = {(row.shop_id, row.act) for row in world.rows("consents")}
    assert said == {(ada, "granted"), (bob, "granted"), (bob, "revoked")}
    assert {row.shop_id for row in world.messages} == {bob}


@pytest.mark.parametrize("told_in", ["a report", "the answer"])
def test_meta_that_refuses_for_somebody_has_turned_offers_off_is_believed(
    world, told_in
):
    """Their number in the simulated Meta is one that such things happen to."""
    world.open_shop()
    error = {"code": 131050, "title": "User has stopped marketing"}
    world.shopify_says("orders/create", samples.order())
    if told_in == "the answer":
        fault = {"kind": "refusal", "code": 131050, "http": 400, "next": 1}
        world.meta.post("settings", {"faults": [fault]})
    world.work()
    if told_in == "a report":
        about = {"biz_opaque_callback_data": f"{world.message.id}:1"}
        world.meta_reports({"status": "failed", "errors": [error], **about})
        world.meta_reports({"status": "failed", "errors": [error], **about, "x": 2})
    world.work()

    assert world.message.state == "failed" or told_in == "a report"
    assert acts(world) == [(MARKETING, "revoked", "meta_131050")]


def test_an_answer_of_which_nobody_knows_the_fate_is_not_given_again(world):
    world.open_shop()
    fault = {"kind": "error_after", "next": 1}
    world.meta.post("settings", {"faults": [fault]})

    world.person_says("STOP")
    world.work()
    for _ in range(20):
        world.pass_time(MINUTE)

    assert world.message.state == "unsure"
    assert len(world.accepted) == 1


def test_an_answer_outside_of_the_window_is_refused_by_meta_and_fails(world):
    """Our clock and Meta's may differ."""
    world.open_shop()
    world.meta.post("settings", {})

    world.person_says("STOP", phone="+4915100000000")
    world.work()

    assert (world.message.state, world.message.reason) == ("failed", "meta_131047")
    assert acts(world) == [(MARKETING, "revoked", "chat_keyword")]


def test_answers_of_one_shop_do_not_wait_for_its_templates(world):
    world.open_shop()
    for template in ("sosik_order_confirmation_1", "sosik_parcel_on_its_way_1"):
        world.review(template, "PAUSED")

    world.person_says("STOP")
    world.work()

    assert world.message.state == "sent"


def test_why_shows_what_was_said_what_it_did_and_the_answer(world):
    world.open_shop(languages=["en"])
    world.agree(scope=Scope.MARKETING)
    world.person_says("stop", message_id="wamid.of_their_stop")
    world.work()

    asked = ["why", "ada.myshopify.com", "--phone", PHONE]
    done = world.app.test_cli_runner().invoke(args=asked)
    told = " ".join(done.output.split())

    assert done.exit_code == 0, done.output
    assert "taken back" in told
    assert "in the chat" in told
    assert "They wrote, and this is the answer." in told
    assert "within a day after they wrote? yes" in told
    assert "START" in told


def test_a_number_of_two_that_a_person_writes_from_is_theirs_alone(world):
    world.open_shop()
    world.agree(scope=Scope.MARKETING)
    world.agree(BRAZILIAN, scope=Scope.MARKETING)

    world.person_says("STOP")
    world.work()

    assert latest(world) is Act.REVOKED
    assert latest(world, BRAZILIAN) is Act.GRANTED


def test_the_answer_leaves_through_the_number_that_was_written_to(world, add_number):
    world.open_shop()
    add_number(OTHER_NUMBER, countries=["DE"])

    world.person_says("STOP")
    world.work()

    assert world.message.phone_number_id == DEFAULT_NUMBER_ID
    assert world.message.state == "sent"


def test_a_stop_to_a_number_that_the_shop_has_left_counts_and_is_not_answered(
    world, add_number
):
    shop = world.open_shop(number=OTHER_NUMBER)
    world.agree(scope=Scope.MARKETING)
    with world.services.transactions.for_shop(shop) as tx:
        numbers.remove_number(tx, shop, OTHER_NUMBER)

    world.person_says("STOP", number=OTHER_NUMBER)
    world.work()

    assert latest(world) is Act.REVOKED
    assert world.messages == []


@pytest.mark.parametrize("confirms", [True, False])
def test_a_german_start_brings_offers_once_it_was_confirmed(world, confirms):
    world.open_shop(automations=["cart_reminder"])
    world.person_says("START")
    world.work()
    if confirms:
        world.now += MINUTE
        world.person_says(pressing("wish_confirm", "Ja, bitte Angebote"))
        world.work()

    left = example("checkouts/create", phone=PHONE, updated_at=world.now.isoformat())
    world.shopify_says("checkouts/create", left)
    world.work()
    world.pass_time(timedelta(hours=2))

    [reminder] = [row for row in world.messages if row.automation == "cart_reminder"]
    assert (reminder.state, reminder.reason) == (
        ("sent", None) if confirms else ("skipped", "not_confirmed")
    )


def test_where_a_store_wants_a_second_yes_it_is_asked_for(world):
    world.open_shop()
    world.open_shop("bob.myshopify.com", number="3002", offers={"double_opt_in": "br"})

    world.person_says("START", phone=BRAZILIAN)
    world.person_says("START", phone=BRAZILIAN, number="3002")
    world.work()

    assert {row.told["says"] for row in world.messages} == {"started", "to_confirm"}
