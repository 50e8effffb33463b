"""Offers: to whom, how many and when, whatever the automation that makes them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.errors import NotPossible
from core.values import Act, Scope
from notifications import setting_automations
from notifications.offer_settings import WEEKDAYS
from notifications.setting_automations import Wanted
from storage import shops
from storage.changes import By
from tests import samples
from tests.repo.waiting import eventually
from tests.waiting import someone_waits
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SHOP

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BRAZILIAN, KOREAN, AMERICAN = "+5511987654321", "+821012345678", "+14155550123"
REMINDER = "sosik_cart_reminder_1"


@pytest.fixture
def world(world):
    world.open_shop(automations=["cart_reminder"])
    return world


def leave(world, phone, *, token="c0ffee", country=None, **changes):
    """Somebody leaves a cart."""
    address = None if country is None else {"country_code": country, "city": "X"}
    body = {
        **example("checkouts/create", phone=phone, updated_at=world.now.isoformat()),
        "token": token,
        "cart_token": f"cart of {token}",
        "email": None,
        "customer": None,
        "shipping_address": address,
        "billing_address": None,
        **changes,
    }
    assert world.shopify_says("checkouts/create", body) == 200
    world.work()


def offers(world):
    return [each for each in world.accepted if each["template"] == REMINDER]


def reasons(world):
    return [each.reason for each in world.messages]


def at(world, hour):
    """Go to this hour of the day in UTC."""
    now = world.now.replace(hour=hour, minute=0, second=0, microsecond=0)
    world.now = now if now >= world.now else now + DAY


def test_a_yes_from_germany_counts_once_it_is_confirmed(world):
    world.agree(PHONE, scope=Scope.MARKETING)
    leave(world, PHONE)
    world.pass_time(HOUR)
    assert reasons(world) == ["not_confirmed"]

    world.agree(PHONE, scope=Scope.MARKETING, act=Act.CONFIRMED)
    leave(world, PHONE, token="another")
    world.pass_time(HOUR)

    assert len(offers(world)) == 1


def test_a_no_ends_the_confirmation_too(world):
    for act in (Act.CONFIRMED, Act.REVOKED, Act.GRANTED):
        world.now += timedelta(minutes=1)
        world.agree(PHONE, scope=Scope.MARKETING, act=act)
    leave(world, PHONE)
    world.pass_time(HOUR)

    assert reasons(world) == ["not_confirmed"]


def test_elsewhere_one_yes_will_do_unless_the_store_wants_two(world, terminal):
    world.agree(BRAZILIAN, scope=Scope.MARKETING)
    leave(world, BRAZILIAN)
    world.pass_time(HOUR)
    assert len(offers(world)) == 1

    terminal.run("caps", "set", SHOP, "double_opt_in=CH,BR")
    leave(world, BRAZILIAN, token="another")
    world.pass_time(HOUR)

    assert reasons(world)[-1] == "not_confirmed"


def test_a_korean_yes_ends_after_two_years_unless_it_is_given_again(world):
    world.agree(KOREAN, scope=Scope.MARKETING)
    world.now += 2 * 365 * DAY
    at(world, 1)
    leave(world, KOREAN)
    world.pass_time(HOUR)
    assert reasons(world) == ["consent_expired"]

    world.agree(KOREAN, scope=Scope.MARKETING)
    leave(world, KOREAN, token="another")
    world.pass_time(HOUR)

    [offer] = offers(world)
    assert offer["to"] == KOREAN[1:]


def test_a_korean_reads_first_that_it_is_an_advertisement(world, terminal):
    at(world, 1)
    for phone, token in ((KOREAN, "a"), (BRAZILIAN, "b")):
        world.agree(phone, scope=Scope.MARKETING)
        leave(world, phone, token=token, customer_locale="en")
    at(world, 14)
    world.work()
    world.pass_time(timedelta(hours=12))

    labelled = {}
    for message in world.messages:
        said = terminal.run("why", SHOP, "--message", message.id)
        labelled[message.contact_id] = "(광고)" in said
    assert sorted(labelled.values()) == [False, True]


def test_a_number_of_the_united_states_gets_no_offers(world):
    world.agree(AMERICAN, scope=Scope.MARKETING)
    leave(world, AMERICAN)
    world.pass_time(HOUR)

    assert reasons(world) == ["no_offers_there"]


def test_nobody_is_woken_and_the_offer_comes_in_the_morning(world):
    world.agree(KOREAN, scope=Scope.MARKETING)
    at(world, 13)  # 22:00 in Seoul
    leave(world, KOREAN)
    world.pass_time(HOUR)
    assert reasons(world) == ["quiet_hours"]

    world.pass_time(8 * HOUR)
    assert offers(world) == []
    world.pass_time(HOUR)

    assert len(offers(world)) == 1


def test_who_agreed_to_nights_apart_is_written_to_at_night(world):
    world.agree(KOREAN, scope=Scope.MARKETING)
    world.agree(KOREAN, scope=Scope.MARKETING, topic="night")
    at(world, 13)
    leave(world, KOREAN)
    world.pass_time(HOUR)

    assert len(offers(world)) == 1


def test_news_comes_at_night_unless_the_store_wants_quiet(world, terminal):
    world.switch("order_confirmation", enabled=True)
    at(world, 23)
    world.shopify_says("orders/create", samples.order(order_id=1, name="#1"))
    world.work()
    assert len(world.accepted) == 1

    terminal.run("caps", "set", SHOP, "news_quiet_hours=22:00-08:00")
    world.shopify_says("orders/create", samples.order(order_id=2, name="#2"))
    world.work()

    assert len(world.accepted) == 1
    assert reasons(world)[-1] == "quiet_hours"


def _confirms(world, terminal, window):
    """An order is confirmed within these hours alone."""
    terminal.run(
        *("automation", "set", SHOP, "order_confirmation", "--enabled"),
        *("--send-window", window),
    )


def _order(world, number=1, **changes):
    body = samples.order(order_id=number, name=f"#{number}", **changes)
    world.shopify_says("orders/create", body)
    world.work()


def test_an_automation_is_sent_at_its_own_hours_alone(world, terminal):
    """Ten in the evening in Berlin."""
    _confirms(world, terminal, "09:00-18:00")
    at(world, 21)
    _order(world)
    assert reasons(world) == ["outside_its_hours"]

    world.pass_time(11 * HOUR - timedelta(minutes=1))
    assert world.accepted == []
    world.pass_time(timedelta(minutes=1))

    assert len(world.accepted) == 1
    assert world.now.hour == 8


def test_its_hours_are_those_where_its_reader_is(world, terminal):
    """Noon in Berlin is the evening in Seoul."""
    _confirms(world, terminal, "09:00-18:00")
    at(world, 11)
    seoul = {**samples.order()["shipping_address"], "country_code": "KR"}
    _order(world, 1)
    _order(world, 2, phone=KOREAN, shipping_address=seoul)

    assert [each["to"] for each in world.accepted] == [PHONE.removeprefix("+")]
    assert sorted(filter(None, reasons(world))) == ["outside_its_hours"]


def test_the_stores_quiet_hours_count_beside_its_own(world, terminal):
    """Its own begin at nine in Berlin, and the store is quiet until noon."""
    _confirms(world, terminal, "09:00-18:00")
    terminal.run("caps", "set", SHOP, "news_quiet_hours=22:00-12:00")
    at(world, 6)
    _order(world)

    assert reasons(world) == ["quiet_hours"]
    world.pass_time(5 * HOUR - timedelta(minutes=1))
    assert world.accepted == []
    world.pass_time(timedelta(minutes=1))
    assert len(world.accepted) == 1


def test_what_is_too_old_once_its_day_comes_is_not_sent(world, terminal):
    day = WEEKDAYS[(world.now + 4 * DAY).weekday()]
    _confirms(world, terminal, f"{day} 09:00-18:00")
    _order(world)
    assert reasons(world) == ["outside_its_hours"]

    world.pass_time(4 * DAY)

    assert reasons(world) == ["too_late"]
    assert world.accepted == []


def test_what_waits_for_its_hours_goes_out_once_they_are_set_wider(world, terminal):
    _confirms(world, terminal, "09:00-18:00")
    at(world, 21)
    _order(world)

    _confirms(world, terminal, "none")
    world.pass_time(timedelta(0))

    assert len(world.accepted) == 1


def test_a_flows_hours_hold_for_each_of_its_steps_and_for_the_law(world, terminal):
    """Nine in the evening in Brazil, where offers may come until then."""
    terminal.run(
        *("automation", "set", SHOP, "cart_reminder", "--send-window", "19:00-23:00")
    )
    world.agree(BRAZILIAN, scope=Scope.MARKETING)
    at(world, 23)
    leave(world, BRAZILIAN)
    world.pass_time(HOUR)
    assert reasons(world) == ["outside_its_hours"]

    world.pass_time(22 * HOUR)

    assert len(offers(world)) == 1
    assert world.now.hour == 22  # 19:00 there


def test_why_tells_of_an_automations_own_hours(world, terminal):
    _confirms(world, terminal, "mon 9:00-18:00, fri 9:00-18:00")
    at(world, 21)
    _order(world)

    said = terminal.run("why", SHOP, "--order", "#1")

    assert "It is sent at hours of its own" in said
    assert "sent at Mon, Fri 09:00-18:00 alone" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--send-window", "10-20"], "send_window must have a beginning and an end"),
        (["--send-window", "10:00-10:00"], "send_window leaves no hour at all"),
        (["--send-window", "22:00-23:00"], "send_window leaves no hour beside"),
        (["--languages", "ko,xx"], "languages cannot hold 'xx'"),
        ([], "nothing to set: give --enabled"),
    ],
)
def test_hours_and_languages_that_cannot_be_are_refused(world, terminal, options, said):
    terminal.run("caps", "set", SHOP, "news_quiet_hours=21:00-08:00")

    refused = terminal.refused(
        "automation", "set", SHOP, "order_confirmation", *options
    )

    assert said in refused
    assert [row.name for row in world.rows("automations")] == ["cart_reminder"]


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("order_confirmation", "news_quiet_hours=08:00-22:00"),
        ("cart_reminder", "quiet_hours=08:00-22:00"),
        ("cart_reminder", "send_window=06:00-07:00"),
    ],
)
def test_a_stores_hours_leave_each_automation_some_of_its_own(
    world, terminal, name, setting
):
    """Else all that it tells would be skipped from then on."""
    terminal.run("automation", "set", SHOP, name, "--send-window", "9:00-18:00")

    refused = terminal.refused("caps", "set", SHOP, setting)

    assert f"leaves no hour to {name}, which has hours of its own" in refused
    [shop] = world.rows("shops")
    assert shop.offers is None
    terminal.run("automation", "set", SHOP, name, "--send-window", "none")
    terminal.run("caps", "set", SHOP, setting)


def test_two_who_set_hours_at_once_do_not_leave_none_between_them(world):
    """One those of the store, and the other those of an automation."""
    shop_id, services = world.shop_ids[SHOP], world.services
    quiet, by = {"news_quiet_hours": "08:00-22:00"}, By("page", "4711")

    def narrows():
        setting_automations.change_automation(
            shop_id,
            "order_confirmation",
            Wanted(send_window="09:00-18:00"),
            by=by,
            services=services,
        )

    with ThreadPoolExecutor(max_workers=1) as other:
        with services.transactions.for_shop(shop_id) as tx:
            shops.settings(tx, shop_id, to_change=True)
            shops.change(tx, shop_id, {"offers": quiet})
            second = other.submit(narrows)
            assert eventually(lambda: someone_waits(world) or second.done())
        with pytest.raises(NotPossible, match="leaves no hour beside"):
            second.result()


def test_hours_are_kept_in_one_form_however_they_are_written(world, terminal):
    name = ("automation", "set", SHOP, "order_confirmation", "--send-window")
    for written in (
        "9:00-12:00, fri 18:00-20:00, mon 18:00-20:00",
        "09:00-12:00, Mon 18:00-20:00, fri 18:00-20:00",
        "tue 9:00-12:00, 09:00-12:00, mon 18:00-20:00, fri 18:00-20:00",
    ):
        terminal.run(*name, written)
    for written in ("21:00-8:00", "21:00-08:00"):
        terminal.run("caps", "set", SHOP, f"quiet_hours={written}")

    of_automation, of_store = world.rows("changes")  # one for each, and no more
    kept = "09:00-12:00, mon 18:00-20:00, fri 18:00-20:00"
    assert of_automation.after == {"send_window": kept}
    assert of_store.after == {"quiet_hours": "21:00-08:00"}


def test_hours_and_languages_are_listed_and_stay_when_something_else_is_set(
    world, terminal
):
    name = ("automation", "set", SHOP, "order_confirmation")
    said = terminal.run(
        *(*name, "--send-window", "Sat 9:00-18:00", "--languages", "ko, en")
    )
    terminal.run(*name, "--enabled", "--config", "{}")

    [listed] = [
        row
        for row in terminal.lines("automation", "list", SHOP, "--json")
        if row["name"] == "order_confirmation"
    ]
    assert "sent at sat 09:00-18:00, where its reader is" in said
    assert "written in ko, en" in said
    assert listed["send_window"] == "sat 09:00-18:00"
    assert listed["languages"] == ["ko", "en"]
    assert "sat 09:00-18:00" in terminal.run("automation", "list", SHOP)
    terminal.run(*name, "--send-window", "none", "--languages", "none")
    [row] = [r for r in world.rows("automations") if r.name == "order_confirmation"]
    assert (row.enabled, row.send_window, row.languages) == (True, None, [])


def test_a_cap_counts_whatever_went_to_the_person(world):
    world.agree(BRAZILIAN, scope=Scope.MARKETING)
    for number in range(3):
        leave(world, BRAZILIAN, token=f"t{number}")
        world.pass_time(HOUR)

    assert len(offers(world)) == 2
    assert reasons(world)[-1] == "cap_reached"


def test_a_cap_counts_those_of_one_batch_too(world):
    world.agree(BRAZILIAN, scope=Scope.MARKETING)
    for number in range(5):
        leave(world, BRAZILIAN, token=f"t{number}")
    world.pass_time(HOUR)
    world.pass_time(HOUR)

    assert len(offers(world)) == 2


def test_what_did_not_arrive_is_not_counted(world):
    world.agree(BRAZILIAN, scope=Scope.MARKETING)
    leave(world, BRAZILIAN)
    world.pass_time(HOUR)
    world.meta_reports(
        {
            "id": world.message.provider_id,
            "status": "failed",
            "errors": [{"code": 131049, "title": "not delivered"}],
        }
    )
    world.work()
    for number in range(2):
        leave(world, BRAZILIAN, token=f"t{number}")
        world.pass_time(HOUR)

    assert len(offers(world)) == 3


def test_who_bought_often_may_get_one_more(world):
    world.agree(BRAZILIAN, scope=Scope.MARKETING, act=Act.CONFIRMED)
    for number in range(3):
        order = samples.order(
            order_id=number + 1,
            name=f"#{number}",
            phone=BRAZILIAN,
            placed_at=world.now - 10 * DAY,
        )
        world.shopify_says("orders/create", order)
    world.work()
    for number in range(4):
        leave(world, BRAZILIAN, token=f"t{number}")
        world.pass_time(HOUR)

    assert len(offers(world)) == 3, reasons(world)


def test_whom_nothing_was_heard_from_gets_one_in_ten_days(world):
    world.agree(BRAZILIAN, scope=Scope.MARKETING)
    world.now += 31 * DAY
    for number in range(2):
        leave(world, BRAZILIAN, token=f"t{number}")
        world.pass_time(HOUR)

    assert len(offers(world)) == 1
    assert reasons(world)[-1] == "cap_reached"


def test_who_is_not_on_whatsapp_is_left_alone_until_something_reaches_them(world):
    world.switch("order_confirmation", enabled=True)
    world.agree(BRAZILIAN, scope=Scope.MARKETING, act=Act.CONFIRMED)
    leave(world, BRAZILIAN)
    world.pass_time(HOUR)
    error = {"code": 131026, "title": "Message undeliverable"}
    failed = {"id": world.message.provider_id, "status": "failed", "errors": [error]}
    world.meta_reports(failed)
    world.work()
    leave(world, BRAZILIAN, token="another")
    world.pass_time(HOUR)
    assert reasons(world)[-1] == "not_on_whatsapp"

    world.shopify_says("orders/create", samples.order(phone=BRAZILIAN))
    world.work()
    news = next(each for each in world.messages if each.order_id is not None)
    world.meta_reports({"id": news.provider_id, "status": "delivered"})
    world.work()
    world.now += 2 * HOUR
    leave(world, BRAZILIAN, token="a third")
    world.pass_time(HOUR)

    assert len(offers(world)) == 2, reasons(world)


def test_the_control_group_gets_no_offers(world, terminal):
    terminal.run("caps", "set", SHOP, "holdout=50")
    phones = [f"+55119876543{number:02}" for number in range(20)]
    for number, phone in enumerate(phones):
        world.agree(phone, scope=Scope.MARKETING)
        leave(world, phone, token=f"t{number}")
    world.pass_time(HOUR)

    found = reasons(world)
    assert 3 <= found.count("control_group") <= 17
    assert len(offers(world)) == 20 - found.count("control_group")


def test_the_caps_are_shown_and_changed_and_taken_back(world, terminal):
    assert terminal.json("caps", "show", SHOP)["default"] == "2/7"

    changed = ("default=1/7", "send_window=Tue 10:00-12:00")
    after = terminal.json("caps", "set", SHOP, *changed)
    assert (after["default"], after["send_window"]) == ("1/7", "tue 10:00-12:00")

    after = terminal.json("caps", "set", SHOP, "default=2/7", "send_window=none")
    assert (after["default"], after["send_window"]) == ("2/7", "none")


def test_the_caps_are_shown_in_the_language_that_is_asked_for(world, terminal):
    said = terminal.run("caps", "show", SHOP, "--language", "ko")

    assert "offers" not in said
    assert "설정" in said


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("default=4/7", "default must be at most 3"),
        ("default=2/32", "default must be over 1 to 31 days"),
        ("default=many", "default must be so many in so many days"),
        ("quiet_hours=25:00-08:00", "quiet_hours has an hour that no clock shows"),
        ("send_window=someday 10:00-12:00", "send_window has a day other than"),
        ("send_window=10:00-10:00", "send_window leaves no hour at all"),
        ("holdout=51", "holdout must be a percentage from 0 to 50"),
        ("double_opt_in=Germany", "double_opt_in must be countries"),
        ("cap=2/7", "cap is not a setting"),
        ("default", "'default' is not KEY=VALUE"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_the_reason(
    world, terminal, setting, said
):
    assert said in terminal.refused("caps", "set", SHOP, "holdout=1", setting)
    assert terminal.json("caps", "show", SHOP)["holdout"] == "0"


def test_an_owner_who_allows_more_wakes_what_waits_for_it(world, terminal):
    world.agree(BRAZILIAN, scope=Scope.MARKETING)
    at(world, 13)
    terminal.run("caps", "set", SHOP, "send_window=18:00-20:00")
    leave(world, BRAZILIAN)
    world.pass_time(HOUR)
    assert reasons(world) == ["quiet_hours"]

    terminal.run("caps", "set", SHOP, "send_window=none")
    world.pass_time(timedelta(0))

    assert len(offers(world)) == 1


def test_a_topic_is_refused_and_agreed_to_alone(world, terminal):
    about = (SHOP, BRAZILIAN, "--scope", "marketing")
    said = ("--source", "desk", "--wording", "Offers?")
    terminal.run("consent", "grant", *about, *said)
    world.now += timedelta(minutes=1)
    after = terminal.json("consent", "revoke", *about, "--topic", "carts")
    assert after["now"]["marketing"] == "granted"
    leave(world, BRAZILIAN)
    world.pass_time(HOUR)
    assert reasons(world) == ["consent_revoked"]

    terminal.run("consent", "grant", *about, *said, "--topic", "carts")
    leave(world, BRAZILIAN, token="another")
    world.pass_time(HOUR)

    assert len(offers(world)) == 1


def test_who_agreed_to_nothing_but_a_topic_gets_that_alone(world, terminal):
    said = ("--source", "desk", "--wording", "Reminders?", "--topic", "carts")
    terminal.run("consent", "grant", SHOP, PHONE, "--scope", "marketing", *said)
    leave(world, PHONE)
    world.pass_time(HOUR)
    assert reasons(world) == ["not_confirmed"]

    terminal.run(
        "consent", "grant", SHOP, PHONE, "--scope", "marketing", *said, "--confirmed"
    )
    leave(world, PHONE, token="another")
    world.pass_time(HOUR)

    assert len(offers(world)) == 1


def test_a_topic_that_is_no_word_is_refused(world, terminal):
    said = ("--source", "desk", "--wording", "?", "--topic", "Not A Topic")

    refused = terminal.refused(
        "consent", "grant", SHOP, PHONE, "--scope", "marketing", *said
    )

    assert "topic must be" in refused


# Asking twice

CONFIRM = "sosik_confirm_offers_1"


def _subscribes(world, phone, *, level="SINGLE_OPT_IN"):
    body = {
        "customer_id": 6100,
        "phone_number": phone,
        "whats_app_marketing_consent": {
            "state": "SUBSCRIBED",
            "opt_in_level": level,
            "updated_at": world.now.isoformat(),
            "collected_from": "SHOPIFY",
        },
    }
    topic = "customers_whats_app_marketing_consent/update"
    assert world.shopify_says(topic, body) == 200
    world.work()


def _asked(world):
    return [each for each in world.accepted if each["template"] == CONFIRM]


@pytest.fixture
def asking(world):
    world.switch("confirm_offers", enabled=True)
    return world


def test_whose_yes_has_to_be_confirmed_is_asked_and_gets_offers_once_it_is(asking):
    _subscribes(asking, PHONE)
    [question] = _asked(asking)
    assert question["to"] == PHONE[1:]
    leave(asking, PHONE)
    asking.pass_time(HOUR)
    assert reasons(asking)[-1] == "not_confirmed"

    button = {"payload": "Ja, bitte Angebote", "text": "Ja, bitte Angebote"}
    asking.person_says({"type": "button", "button": button})
    asking.work()
    leave(asking, PHONE, token="another")
    asking.pass_time(HOUR)

    assert len(offers(asking)) == 1


def test_who_signs_up_in_whatsapp_itself_is_asked_too(asking):
    asking.person_prefers("signup")
    asking.person_prefers("signup", phone=BRAZILIAN)
    asking.work()

    assert [each["to"] for each in _asked(asking)] == [PHONE[1:]]


@pytest.mark.parametrize(("before", "times"), [(Act.GRANTED, 1), (Act.CONFIRMED, 0)])
def test_who_turns_offers_on_again_in_whatsapp_is_asked_unless_they_had_confirmed(
    asking, before, times
):
    asking.agree(PHONE, scope=Scope.MARKETING, act=before)
    for preference in ("stop", "resume"):
        asking.now += timedelta(minutes=1)
        asking.person_prefers(preference)
        asking.work()

    assert len(_asked(asking)) == times
    asking.now += timedelta(minutes=1)
    leave(asking, PHONE)
    asking.pass_time(HOUR)
    assert len(offers(asking)) == 1 - times


def test_nobody_is_asked_where_one_yes_will_do_or_two_were_given(asking):
    _subscribes(asking, BRAZILIAN)
    _subscribes(asking, PHONE, level="CONFIRMED_OPT_IN")

    assert _asked(asking) == []


def test_nobody_is_asked_more_than_once_a_day_and_three_times_a_year(asking):
    for _ in range(6):
        for _ in range(2):
            asking.now += timedelta(minutes=1)
            _subscribes(asking, PHONE)
        asking.now += DAY

    assert len(_asked(asking)) == 3


def test_to_be_asked_counts_under_no_cap(asking):
    _subscribes(asking, PHONE)
    asking.now += timedelta(minutes=1)
    asking.agree(PHONE, scope=Scope.MARKETING, act=Act.CONFIRMED)
    for number in range(2):
        leave(asking, PHONE, token=f"t{number}")
        asking.pass_time(HOUR)

    assert len(offers(asking)) == 2


def test_where_the_store_does_not_ask_nobody_is_asked(world):
    _subscribes(world, PHONE)

    assert _asked(world) == []


# Two who turn out to be one

OTHER_BRAZILIAN = "+5511987650000"


@pytest.mark.parametrize("topic", [None, "carts"])
def test_a_yes_on_one_number_is_none_to_offers_on_another(world, terminal, topic):
    """Of all offers or of a part of them."""
    world.agree(OTHER_BRAZILIAN, scope=Scope.MARKETING, topic=topic)
    world.agree(BRAZILIAN)

    terminal.run("contact", "merge", SHOP, BRAZILIAN, OTHER_BRAZILIAN)
    leave(world, BRAZILIAN)
    world.pass_time(HOUR)

    assert offers(world) == []
