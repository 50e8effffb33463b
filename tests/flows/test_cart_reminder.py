"""Something was left at the checkout: whoever agreed is reminded, once, unless they
have bought."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.lanes import LANES, Lane
from core.values import Act, Scope
from notifications import reading, sending
from sandbox.meta.accounts import DEFAULT_NUMBER_ID
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import NOON, PHONE, SHOP

SECOND, MINUTE, HOUR = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours")
)
REMINDER = "sosik_cart_reminder_1"
TOKEN, CART = "c0ffee", "c4f7"
OTHER_PHONE = "+4915199999999"
OF_NO_PRODUCT = {"title": "Engraving", "quantity": 1, "variant_id": None}
MORE_THAN_FIT = [
    {"title": "Tea", "quantity": 1, "variant_id": n + 1} for n in range(51)
]
OF_SOMEBODY_ELSE = {
    "phone": OTHER_PHONE,
    "email": "bea@example.com",
    "customer": {"id": 9, "first_name": "Bea", "phone": OTHER_PHONE},
    "shipping_address": None,
}


@pytest.fixture
def world(world):
    world.open_shop(automations=["cart_reminder"])
    world.agree(scope=Scope.MARKETING, act=Act.CONFIRMED)
    return world


def _leave(world, topic="checkouts/create", *, at=None, **changes):
    """Somebody stands at the checkout and has changed it just now."""
    body = example(topic, phone=PHONE, updated_at=(at or world.now).isoformat())
    assert world.shopify_says(topic, {**body, **changes}) == 200
    world.work()


def _buy(world, *, read=True, **changes):
    at = changes.pop("at", world.now)
    order = samples.order(placed_at=at, **changes)
    assert world.shopify_says("orders/create", order) == 200
    if read:
        world.work()


def _reminders(world):
    return [each for each in world.accepted if each["template"] == REMINDER]


def _send_without_reading(world):
    """As a worker would that sends while another one reads."""
    lanes = [Lane(lane) for lane in range(LANES)]
    sending.send_messages(lanes, services=world.services)
    world.wait_for_the_office()


def _why(world, message):
    asked = ["why", SHOP, "--message", message.id]
    done = world.app.test_cli_runner().invoke(args=asked)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


# When


def test_who_agreed_is_reminded_an_hour_after_they_left(world):
    _leave(world)

    world.pass_time(HOUR - SECOND)
    assert _reminders(world) == []
    world.pass_time(SECOND)

    [reminder] = _reminders(world)
    assert (reminder["to"], reminder["language"]) == (PHONE[1:], "pt_BR")


def test_it_says_what_was_left_and_leads_back_to_it(world):
    tea = example("checkouts/create")["line_items"][0]
    _leave(world, customer_locale="en", line_items=[tea, {**tea, "title": "Cup"}, tea])
    world.pass_time(HOUR)

    said = _why(world, world.message)

    assert "Ada's Things: your cart" in said
    assert "You have left something with us: Tea and 2 more." in said
    assert f"go on where you stopped: {world.settings.app_url}/l/" in said


def test_a_store_sets_how_long_after(world):
    world.set_up("cart_reminder", after_minutes=30, holdout=0, offer_percent=0)
    _leave(world)

    world.pass_time(30 * MINUTE)

    assert len(_reminders(world)) == 1


@pytest.mark.parametrize("minutes", [0, 29, 72 * 60 + 1])
def test_no_store_is_let_remind_too_early_or_much_too_late(world, minutes):
    asked = ["automation", "set", SHOP, "cart_reminder", "--config"]
    given = f'{{"after_minutes": {minutes}}}'

    done = world.app.test_cli_runner().invoke(args=[*asked, given])

    assert done.exit_code != 0
    assert "after_minutes must be a whole number from 30 to 4320" in done.output


def test_each_change_begins_the_wait_anew(world):
    _leave(world)
    for _ in range(5):
        world.pass_time(40 * MINUTE)
        _leave(world, "checkouts/update")
    assert _reminders(world) == []
    assert world.message.reason == "cart_still_changing"

    world.pass_time(HOUR - SECOND)
    assert _reminders(world) == []
    world.pass_time(SECOND)

    assert len(_reminders(world)) == 1


def test_who_comes_back_after_days_and_leaves_again_is_reminded_then(world):
    """Its news grows old from the last change on."""
    _leave(world)
    world.now += 50 * MINUTE
    for _ in range(60):
        _leave(world, "checkouts/update")
        world.pass_time(50 * MINUTE)

    world.pass_time(10 * MINUTE)

    assert len(_reminders(world)) == 1


def test_a_checkout_is_told_once_whatever_is_told_of_it_later(world):
    _leave(world)
    world.pass_time(HOUR)

    for _ in range(3):
        _leave(world, "checkouts/update")
        world.pass_time(2 * HOUR)

    assert len(_reminders(world)) == 1


def test_what_was_held_up_for_a_day_is_left(world):
    _leave(world)

    world.pass_time(25 * HOUR + MINUTE)

    assert _reminders(world) == []
    assert world.message.reason == "too_late"


# To whom


@pytest.mark.parametrize(
    ("act", "because"),
    [(None, "no_consent"), (Act.REVOKED, "consent_revoked")],
)
def test_who_did_not_agree_to_offers_is_not_reminded(world, act, because):
    """Not by a yes to news, nor by Shopify's boxes for mails and for SMS."""
    world.agree(OTHER_PHONE, scope=Scope.TRANSACTIONAL)
    if act is not None:
        world.agree(OTHER_PHONE, scope=Scope.MARKETING)
        world.now += SECOND
        world.agree(OTHER_PHONE, scope=Scope.MARKETING, act=act)
    boxes = {"buyer_accepts_marketing": True, "buyer_accepts_sms_marketing": True}
    attributes = [{"name": "_whatsapp_opt_in", "value": "true"}]
    _leave(world, phone=OTHER_PHONE, note_attributes=attributes, **boxes)

    world.pass_time(HOUR)

    assert _reminders(world) == []
    assert world.message.reason == because


def test_a_no_in_the_last_second_counts(world):
    _leave(world)
    world.pass_time(HOUR - SECOND)
    world.agree(scope=Scope.MARKETING, act=Act.REVOKED)

    world.pass_time(SECOND)

    assert _reminders(world) == []
    assert world.message.reason == "consent_revoked"


def test_a_corrected_number_is_the_one_that_counts(world):
    _leave(world, phone=OTHER_PHONE)
    world.now += MINUTE
    _leave(world, "checkouts/update")

    world.pass_time(HOUR)

    assert [each["to"] for each in _reminders(world)] == [PHONE[1:]]


@pytest.mark.parametrize(
    ("left", "because"),
    [
        ({"phone": None, "shipping_address": None}, "no_phone"),
        ({"line_items": []}, "cart_empty"),
        (
            {"abandoned_checkout_url": None, "line_items": [OF_NO_PRODUCT]},
            "no_cart_link",
        ),
        (
            {"abandoned_checkout_url": None, "line_items": MORE_THAN_FIT},
            "no_cart_link",
        ),
    ],
)
def test_what_nobody_could_be_reminded_of_is_not_proposed(world, left, because):
    _leave(world, **left)

    assert world.messages == []
    assert world.rows("webhooks")[-1].outcome["cart_reminder"] == because


def test_a_store_that_did_not_switch_it_on_reminds_nobody(world):
    world.switch("cart_reminder", enabled=False)
    _leave(world)

    world.pass_time(HOUR)

    assert world.messages == []


# Never after a purchase


def test_an_order_a_second_before_stops_it(world):
    _leave(world)
    world.pass_time(HOUR - SECOND)
    _buy(world, checkout_token=TOKEN)

    world.pass_time(SECOND)

    assert _reminders(world) == []
    assert world.message.reason == "cart_bought"


def test_an_order_that_waits_to_be_read_is_waited_for(world):
    _leave(world)
    world.now += HOUR
    _buy(world, checkout_token=TOKEN, read=False)

    _send_without_reading(world)
    assert world.message.reason == "not_read_yet"

    world.work()
    world.pass_time(SECOND)
    assert _reminders(world) == []
    assert world.message.reason == "cart_bought"


def test_an_order_that_is_being_read_at_that_moment_stops_it(world):
    """Whoever decides sees the order's webhook as unread until all of it is there."""
    _leave(world)
    world.now += HOUR
    _buy(world, checkout_token=TOKEN, read=False)

    def read_webhook(*asked):
        _send_without_reading(world)
        return world.services.read_webhook(*asked)

    slow = replace(world.services, read_webhook=read_webhook)
    for lane in range(LANES):
        reading.read_webhooks(Lane(lane), services=slow)
    assert world.message.reason == "not_read_yet"
    world.pass_time(SECOND)

    assert _reminders(world) == []
    assert world.message.reason == "cart_bought"


def test_an_order_after_it_leads_to_no_second_one(world):
    _leave(world)
    world.pass_time(HOUR)
    _buy(world, checkout_token=TOKEN)
    _leave(world, "checkouts/update", completed_at=world.now.isoformat())

    world.pass_time(3 * HOUR)

    assert len(_reminders(world)) == 1


def test_a_busy_store_is_not_waited_for_for_ever(world):
    """Something is always unread there; what came in long ago no more."""
    _leave(world)
    world.now += HOUR
    for note in range(17):
        world.shopify_says("customers/update", example("customers/create", note=note))
        _send_without_reading(world)
        assert world.message.reason == "not_read_yet"
        world.read_everything_now()
        world.now += 7 * SECOND

    world.now += SECOND
    world.shopify_says("customers/update", example("customers/create", note="last"))
    _send_without_reading(world)
    world.look_at_carts()
    _send_without_reading(world)

    assert len(_reminders(world)) == 1


@pytest.mark.parametrize(
    "order",
    [
        {"checkout_token": TOKEN, **OF_SOMEBODY_ELSE},
        {"cart_token": CART, **OF_SOMEBODY_ELSE},
        {**OF_SOMEBODY_ELSE, "phone": PHONE},
        {**OF_SOMEBODY_ELSE, "customer": {"id": 6100, "phone": None}},
        {**OF_SOMEBODY_ELSE, "email": "ADA@Example.com"},
        {"payment": "pending", "gateway": "bank_transfer", "checkout_token": TOKEN},
        {"checkout_token": TOKEN, "cancelled_at": NOON + 30 * MINUTE},
    ],
    ids=["checkout", "cart", "phone", "customer", "mail", "unpaid", "cancelled"],
)
def test_whoever_has_bought_is_not_reminded_however_they_did(world, order):
    _leave(world)
    world.now += 20 * MINUTE
    _buy(world, **order)

    world.pass_time(HOUR)

    assert _reminders(world) == []
    assert world.message.reason == "cart_bought"


def test_a_guest_who_buys_with_an_account_that_has_their_number_has_bought(world):
    _leave(world, customer=None, email=None)
    world.shopify_says("customers/create", example("customers/create", id=77))
    world.now += 20 * MINUTE
    account = {**OF_SOMEBODY_ELSE, "customer": {"id": 77, "phone": None}}
    _buy(world, **account)

    world.pass_time(HOUR)

    assert _reminders(world) == []
    assert world.message.reason == "cart_bought"


def test_a_customer_who_was_merged_into_another_has_bought_as_that_one(world):
    _leave(world, customer={"id": 6101, "first_name": "Ada", "phone": None})
    world.shopify_says("customers/merge", example("customers/merge"))
    world.now += 20 * MINUTE
    _buy(world, **{**OF_SOMEBODY_ELSE, "customer": {"id": 6100, "phone": None}})

    world.pass_time(HOUR)

    assert _reminders(world) == []


def test_a_completed_checkout_is_bought_though_its_order_has_not_come(world):
    _leave(world)
    world.now += 20 * MINUTE
    _leave(world, "checkouts/update", completed_at=world.now.isoformat())

    world.pass_time(HOUR)

    assert _reminders(world) == []
    assert world.message.reason == "cart_bought"


def test_another_checkout_of_theirs_that_was_completed_counts(world):
    _leave(world)
    world.now += 20 * MINUTE
    done = world.now.isoformat()
    _leave(world, token="another", cart_token="other", completed_at=done, email=None)

    world.pass_time(HOUR)

    assert _reminders(world) == []


@pytest.mark.parametrize(
    "order",
    [OF_SOMEBODY_ELSE, {"at": NOON - MINUTE}],
    ids=["of somebody else", "of before"],
)
def test_other_orders_do_not_keep_it_back(world, order):
    _leave(world)
    _buy(world, **order)

    world.pass_time(HOUR)

    assert len(_reminders(world)) == 1


# What is left of it


@pytest.mark.parametrize(
    "gone",
    [{"closed_at": NOON.isoformat()}, {"line_items": []}],
    ids=["closed", "emptied"],
)
def test_what_is_no_cart_any_more_is_not_told(world, gone):
    _leave(world)
    world.now += MINUTE
    _leave(world, "checkouts/update", **gone)

    world.pass_time(HOUR)

    assert _reminders(world) == []
    assert world.message.reason == "cart_gone"


def test_a_deleted_checkout_is_not_told(world):
    _leave(world)
    world.shopify_says(
        "checkouts/delete", example("checkouts/delete", token=TOKEN, cart_token=None)
    )
    world.work()

    world.pass_time(HOUR)

    assert _reminders(world) == []
    assert world.message.reason == "cart_gone"


# What it is kept as


def test_nothing_about_it_names_the_checkout_to_a_reader(world):
    _leave(world)
    world.pass_time(HOUR)

    readable = " ".join(map(str, [*world.message, *world.rows("webhooks")]))
    for secret in (TOKEN, "recover", "Tea", PHONE[1:]):
        assert secret not in readable


def test_its_story_says_what_was_looked_at(world):
    _leave(world)
    world.pass_time(40 * MINUTE)
    _leave(world, "checkouts/update")
    world.pass_time(20 * MINUTE)
    world.pass_time(40 * MINUTE)

    said = _why(world, world.message)

    assert "The cart was changed since, and the wait has begun anew." in said
    assert "nothing bought since? yes · cart still there? yes" in said
    assert "left alone for long enough? yes, last changed at" in said
    assert "order known?" not in said


def test_whoever_is_erased_is_not_reminded(world):
    _leave(world)
    done = world.app.test_cli_runner().invoke(args=["contact", "erase", SHOP, PHONE])
    assert done.exit_code == 0, done.output

    world.pass_time(HOUR)

    assert _reminders(world) == []
    assert world.message.checkout_key is None
    assert world.message.occasion.startswith("erased")


def test_news_goes_before_offers(world):
    world.switch("order_confirmation", enabled=True)
    _leave(world)
    world.now += HOUR
    order = samples.order(**OF_SOMEBODY_ELSE)
    world.shopify_says("orders/create", {**order, "phone": PHONE, "id": 7})
    world.read_everything_now()

    assert [m.priority for m in world.messages] in ([0, 1], [1, 0])
    world.look()
    assert world.accepted[0]["template"] == "sosik_order_confirmation_1"


def test_an_offer_in_doubt_is_never_sent_again(world):
    """Its neighbours were all reported on, which would do for news."""
    world.meta.post("settings", {"faults": [{"kind": "reset_after", "share": 1.0}]})
    _leave(world)
    world.pass_time(HOUR)
    assert world.message.state == "unsure"
    world.meta.post("settings", {"faults": []})
    for n in range(4):
        phone = f"+49151123456{n:02}"
        world.agree(phone, scope=Scope.MARKETING, act=Act.CONFIRMED)
        _leave(world, token=f"t{n}", cart_token=f"k{n}", phone=phone, at=NOON,
               email=None, customer=None)  # fmt: skip
    world.look()
    others = [m for m in world.messages if m.state == "sent"]
    assert len(others) == 4
    world.meta_reports(
        *({"id": m.provider_id, "status": "delivered"} for m in others),
        number=DEFAULT_NUMBER_ID,
    )
    world.work()

    for _ in range(30):
        world.pass_time(HOUR)

    [doubtful] = [m for m in world.messages if m.state == "unsure"]
    assert doubtful.resends == 0
    assert doubtful.reason == "never_confirmed"
    assert len(_reminders(world)) == 5
