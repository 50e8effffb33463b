"""``/app/automations``: cards, switches, settings, previews, and tests to one's own
phone."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import text

from notifications import configuring, headings, setting_texts
from notifications.automations import Choice, discover
from notifications.roles import Role
from storage import numbers
from storage.changes import By
from tests import samples
from tests.asked import counted
from tests.flows.pages.desk import Desk, version_in, words_in
from tests.world import SHOP

PAGE = "/automations"
ONE = f"{PAGE}/parcel_stale"
MINE = "+49 151 23456789"


def _switched(desk, name, is_on, *, page=PAGE, **more):
    action = f"{PAGE}/{name}/switch"
    version = version_in(desk.gets(page), action)
    said = {"enabled": "1" if is_on else "0", "version": version, **more}
    return desk.sends(action, said)


def _is_on(desk, name):
    [row] = [r for r in desk.world.rows("automations") if r.name == name] or [None]
    return row is not None and row.enabled


def _set(desk, name, **values):
    action = f"{PAGE}/{name}"
    version = version_in(desk.gets(action), action)
    return desk.sends(action, {"version": version, **values})


def _config(desk, name):
    [row] = [row for row in desk.world.rows("automations") if row.name == name]
    return row.config


def _tests(desk, name="parcel_delivered", **changes):
    page = desk.gets(f"{PAGE}/{name}").get_data(as_text=True)
    [press] = re.findall(r'name="press" value="([^"]+)"', page)
    usual = {"press": press, "phone": MINE, "is_mine": "1", "language": "en"}
    said = {k: v for k, v in {**usual, **changes}.items() if v is not None}
    answer = desk.sends(f"{PAGE}/{name}/test", said)
    desk.world.work()
    return answer


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_automation_has_a_card_in_one_of_the_groups(desk, language):
    desk.language = language

    page = desk.gets(PAGE).get_data(as_text=True)

    named = re.findall(r'<article class="card" id="(\w+)"', page)
    owners = {name for name, each in discover().items() if each.step_of is None}
    assert sorted(named) == sorted(owners)


def test_every_automation_has_a_heading_and_each_heading_an_automation():
    named = [name for group in headings.GROUPS for name in group.automations]
    assert sorted(named) == sorted(discover())


def test_every_setting_has_a_label_and_every_word_of_a_choice_a_meaning():
    for name, automation in discover().items():
        for setting in automation.settings:
            text = setting_texts.text_of(name, setting.name)
            assert text is not None, (name, setting.name)
            if isinstance(setting, Choice):
                assert set(text.words) == set(setting.words), setting.name
            else:
                assert text.unit, (name, setting.name)


def test_no_text_is_of_a_setting_that_there_is_not():
    known = {(n, s.name) for n, each in discover().items() for s in each.settings}
    assert setting_texts.OF_ONE.keys() <= known
    assert setting_texts.USUALLY.keys() <= {name for _, name in known}


def test_what_holds_up_every_message_is_told_once(desk):
    held = "The store has no WhatsApp number connected."
    assert held not in desk.reads(PAGE)

    with desk.world.services.transactions.for_shop(desk.world.shop_ids[SHOP]) as tx:
        tx.connection.execute(text("DELETE FROM numbers"))

    assert desk.reads(PAGE).count(held) == 1
    assert held in desk.reads(f"{PAGE}/refund_issued")


def test_it_is_switched_on_and_off_and_that_is_on_record(desk):
    answer = _switched(desk, "refund_issued", is_on=True)

    assert answer.status_code == 303
    assert _is_on(desk, "refund_issued")
    assert "Switched on" in words_in(desk.gets(f"{PAGE}?said=switched_on"))

    _switched(desk, "refund_issued", is_on=True)
    _switched(desk, "refund_issued", is_on=False, page=f"{PAGE}/refund_issued", back=1)
    assert not _is_on(desk, "refund_issued")
    changes = desk.world.rows("changes")
    assert [(c.what, c.subject, c.actor, c.after) for c in changes] == [
        ("automation_set", "refund_issued", "4711", {"enabled": True}),
        ("automation_set", "refund_issued", "4711", {"enabled": False}),
    ]
    assert changes[1].before == {"enabled": True}


def test_two_who_switch_at_once_do_not_undo_each_other_unseen(desk):
    action = f"{PAGE}/refund_issued/switch"
    version = version_in(desk.gets(PAGE), action)
    _switched(desk, "refund_issued", is_on=True)

    answer = desk.sends(action, {"enabled": "0", "version": version})

    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile" in words_in(answer)
    assert _is_on(desk, "refund_issued")


def test_a_card_tells_what_came_of_it_lately(desk):
    world = desk.world
    world.shopify_says("orders/create", samples.order())
    world.work()
    told = {"id": world.message.provider_id, "status": "delivered"}
    world.meta_reports({**told, "pricing": {"category": "utility", "type": "regular"}})
    world.work()

    page = desk.gets(PAGE).get_data(as_text=True)
    card = page[page.index('id="order_confirmation"') :]
    card = card[: card.index("</article>")]
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", card)[:3] == [
        *(("Sent", "1"), ("Delivered", "1"), ("Read", "0")),
    ]
    assert "1 message charged as utility" in card


def test_the_cards_ask_as_much_whatever_was_sent(desk, monkeypatch):
    def asked():
        with counted(monkeypatch) as found:
            desk.reads(PAGE)
        return len(found)

    asked()  # what is asked once is out of the way
    few = asked()
    for number in range(1, 9):
        body = samples.order(order_id=number, phone=f"+491511234567{number}")
        desk.world.shopify_says("orders/create", body)
    desk.world.work()

    assert len(desk.world.accepted) == 8
    assert asked() == few


def test_all_of_it_can_be_had_as_a_file(desk):
    desk.world.shopify_says("orders/create", samples.order())
    desk.world.work()

    answer = desk.gets(f"{PAGE}?format=csv")

    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    owners = {name for name, each in discover().items() if each.step_of is None}
    assert len(rows) == len(owners)
    assert [r["Sent"] for r in rows if r["Message"] == "Order confirmation"] == ["1"]


def test_the_languages_that_buyers_read_come_first(desk):
    desk.world.shopify_says("orders/create", samples.order(locale="ar-EG"))
    desk.world.work()

    page = desk.gets(f"{PAGE}/order_confirmation").get_data(as_text=True)

    shown = re.findall(r'<figure class="phone" lang="([\w-]+)"', page)
    assert shown[:3] == ["en", "ar", "de"]


def test_without_a_number_it_says_so_and_leads_to_where_one_is_connected(world, owner):
    world.open_shop(number=None)
    desk = Desk(owner)

    answer = desk.gets(f"{PAGE}/order_confirmation")

    assert "on, but held up" in words_in(answer)
    assert 'href="/app/whatsapp"' in answer.get_data(as_text=True)


def test_a_number_that_meta_has_stopped_is_told_of_in_plain_words(desk):
    world = desk.world
    [number] = [row.phone_number_id for row in world.rows("numbers")]
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        until = world.now + timedelta(days=1)
        shop_id = world.shop_ids[SHOP]
        numbers.park(tx, shop_id, number, until=until, because="meta_131031")

    told = desk.reads(f"{PAGE}/order_confirmation")

    assert "Meta has locked your account." in told
    assert "Look at the number" in told


@pytest.mark.parametrize(
    ("state", "category", "because"),
    [
        ("REJECTED", None, "Meta has not approved the template"),
        (None, "MARKETING", "marketing"),
    ],
)
def test_what_meta_decided_about_a_template_is_told(desk, state, category, because):
    desk.world.review("sosik_order_confirmation_1", state, category=category)

    told = desk.reads(f"{PAGE}/order_confirmation")

    assert because in told
    assert "Look at the templates" in told


def test_whoever_switches_it_on_is_told_which_languages_are_missing(desk):
    world = desk.world
    world.shopify_says("orders/create", samples.order(locale="de-DE"))
    world.work()
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        tx.connection.exec_driver_sql(
            "DELETE FROM templates WHERE name = 'sosik_refund_issued_1'"
            " AND language = 'de'"
        )

    answer = desk.gets(f"{PAGE}/refund_issued")

    assert "Not approved by Meta yet: German." in words_in(answer)
    assert "data-asks=" in answer.get_data(as_text=True)
    assert "Not approved by Meta yet" not in desk.reads(f"{PAGE}/order_cancelled")


def test_settings_are_changed_by_a_form(desk):
    answer = _set(desk, "parcel_stale", days="12")

    assert answer.status_code == 303
    assert _config(desk, "parcel_stale") == {"days": 12}
    assert 'value="12"' in desk.gets(ONE).get_data(as_text=True)


def test_what_is_as_by_default_is_not_kept_so_that_it_follows_ours(desk):
    _set(desk, "parcel_stale", days="12")
    _set(desk, "parcel_stale", days="7")

    assert _config(desk, "parcel_stale") == {}


@pytest.mark.parametrize("typed", ["2", "31", "", "x", "7.5", "-7", "9" * 40, "７"])
def test_a_setting_out_of_range_is_refused_beside_its_field(desk, typed):
    before = desk.world.rows("automations")

    answer = _set(desk, "parcel_stale", days=typed)

    assert answer.status_code == 422
    assert "This must be a whole number from 3 to 30." in words_in(answer)
    assert desk.world.rows("automations") == before


def test_a_choice_that_there_is_not_is_refused(desk):
    usual = {"wait_minutes": 5, "ask_again_hours": 6, "silent_after_hours": 18}

    answer = _set(desk, "cod_confirmation", **usual, on_silence="pray", on_cancel="tag")

    assert answer.status_code == 422
    assert "Choose one of these." in words_in(answer)


WINDOW = {
    "send_window-0-from": "09:00",
    "send_window-0-to": "18:00",
    "send_window-0-day": ["mon", "fri"],
}
KEPT = "mon 09:00-18:00, fri 09:00-18:00"


def _limits(desk, name="parcel_stale"):
    [row] = [row for row in desk.world.rows("automations") if row.name == name]
    return row.send_window, row.languages


def test_hours_days_and_languages_are_set_by_the_form_and_shown_again(desk):
    answer = _set(desk, "parcel_stale", days="7", languages=["ko", "en"], **WINDOW)

    assert answer.status_code == 303
    assert _limits(desk) == (KEPT, ["ko", "en"])
    page = desk.gets(ONE).get_data(as_text=True)
    assert 'name="send_window-0-from" type="time" value="09:00"' in page
    assert 'name="send_window-0-to" type="time" value="18:00"' in page
    ticked = re.findall(r'value="(\w+)" checked', page)
    assert sorted(ticked) == ["en", "fri", "ko", "mon"]
    [change] = desk.world.rows("changes")
    assert change.before == {"send_window": None, "languages": []}
    assert change.after == {"send_window": KEPT, "languages": ["ko", "en"]}


def test_an_empty_form_is_at_any_hour_and_in_every_language_of_the_store(desk):
    _set(desk, "parcel_stale", days="7", languages=["ko"], **WINDOW)

    _set(desk, "parcel_stale", days="7")

    assert _limits(desk) == (None, [])


@pytest.mark.parametrize(
    ("wrong", "at", "because"),
    [
        ({"send_window-0-from": "9h"}, "send_window", "Must have a beginning and"),
        ({"send_window-0-to": "25:00"}, "send_window", "Has an hour that no clock"),
        ({"send_window-0-from": ""}, "send_window", "Must have a beginning and"),
        ({"send_window-0-from": "18:00"}, "send_window", "Leaves no hour at all"),
        ({"send_window-0-day": ["someday"]}, "send_window", "Has a day other than"),
        (
            {"send_window-0-from": "22:00", "send_window-0-to": "23:00"},
            "send_window",
            "Leaves no hour beside the hours that the store has set",
        ),
        ({"languages": ["ko", "xx"]}, "languages", "Cannot hold 'xx'"),
    ],
)
def test_hours_and_languages_that_cannot_be_are_refused_beside_their_field(
    desk, wrong, at, because
):
    shop_id, by = desk.world.shop_ids[SHOP], By("page", "4711")
    quiet = {"news_quiet_hours": "21:00-08:00"}
    services = desk.world.services
    configuring.change_offers(shop_id, quiet, by=by, services=services)
    before = desk.world.rows("automations")

    answer = _set(desk, "parcel_stale", **{"days": "12", **WINDOW, **wrong})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    group = page.split(f'<fieldset id="field-{at}"')[1].split("</fieldset>")[0]
    assert f'id="error-{at}">{because}' in unescape(group)
    assert desk.world.rows("automations") == before
    # What was typed stands there to be put right.
    assert 'value="12"' in page


def test_who_looks_alone_reads_the_hours_and_the_languages(desk):
    _set(desk, "parcel_stale", days="7", languages=["ko"], **WINDOW)
    desk.has_role(Role.VIEWER)

    told = desk.reads(ONE)

    assert "Sent only at these hours Mon, Fri 09:00-18:00" in told
    assert "Only in these languages Korean" in told


def test_two_who_set_hours_and_languages_at_once_do_not_undo_each_other(desk):
    version = version_in(desk.gets(ONE), ONE)
    _set(desk, "parcel_stale", days="7", languages=["ko"], **WINDOW)

    answer = desk.sends(ONE, {"version": version, "days": "7", "languages": "en"})

    assert answer.status_code == 409
    assert 'type="time" value="09:00"' in answer.get_data(as_text=True)
    assert _limits(desk) == (KEPT, ["ko"])


def test_a_language_that_was_not_chosen_is_missed_by_nobody(desk):
    """Else the card would tell of what Meta has not approved and nobody is to get."""
    world = desk.world
    world.shopify_says("orders/create", samples.order(locale="de-DE"))
    world.work()
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        tx.connection.exec_driver_sql(
            "DELETE FROM templates WHERE name = 'sosik_refund_issued_1'"
            " AND language = 'de'"
        )
    _set(desk, "refund_issued", languages=["en"])

    assert "Not approved by Meta yet" not in desk.reads(f"{PAGE}/refund_issued")


def test_an_older_form_changes_nothing_and_shows_what_it_says_now(desk):
    version = version_in(desk.gets(ONE), ONE)
    _set(desk, "parcel_stale", days="12")

    answer = desk.sends(ONE, {"version": version, "days": "5"})

    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile" in words_in(answer)
    assert 'value="12"' in answer.get_data(as_text=True)
    assert _config(desk, "parcel_stale") == {"days": 12}


def test_a_preview_shows_the_newest_order_of_the_store_in_every_language(desk):
    world = desk.world
    world.shopify_says("orders/create", samples.order(first_name="Grace"))
    world.work()

    page = desk.gets(f"{PAGE}/order_confirmation").get_data(as_text=True)

    phones = re.findall(r'<figure class="phone" lang="([\w-]+)" dir="(\w+)"', page)
    assert len(phones) == 10
    assert [lang for lang, direction in phones if direction == "rtl"] == ["ar"]
    assert "With your order #1001." in page
    assert page.count("Grace") >= 8
    looks = [row for row in world.rows("access_log") if row.door == "page"]
    assert [(row.actor, row.doing, row.subject) for row in looks] == [
        ("4711", "page preview order_confirmation", f"order {samples.order()['id']}"),
    ]


def test_a_preview_is_of_a_made_up_order_where_there_is_none_and_says_so(desk):
    told = desk.reads(f"{PAGE}/parcel_delivered")

    assert "With a made-up order" in told
    assert "JD014600003333" in told
    assert desk.world.rows("access_log") == []


def test_an_order_that_nobody_can_open_does_not_hide_the_page(desk):
    world = desk.world
    world.shopify_says("orders/create", samples.order(first_name="Grace"))
    world.work()
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        tx.connection.exec_driver_sql("UPDATE orders SET first_name = 'lost'")

    assert "With a made-up order" in desk.reads(f"{PAGE}/order_confirmation")


@pytest.mark.parametrize("name", sorted(discover()))
def test_every_message_can_be_looked_at(desk, name):
    world = desk.world
    world.shopify_says("orders/create", samples.order())
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    automation = discover()[name]

    page = desk.gets(f"{PAGE}/{automation.owner}")

    assert page.status_code == 200
    assert f'id="preview-{name}"' in page.get_data(as_text=True)
    assert "{{" not in page.get_data(as_text=True)


def test_a_hostile_order_stays_inert(desk):
    evil = '"><script>alert(1)</script>'
    desk.world.shopify_says(
        "orders/create", samples.order(first_name=evil, name=f"#{evil}")
    )
    desk.world.work()

    page = desk.gets(f"{PAGE}/order_confirmation").get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_test_comes_to_ones_own_phone_and_is_followed(desk):
    answer = _tests(desk, language="ko")

    assert answer.status_code == 303
    [sent] = desk.world.accepted
    assert (sent["to"], sent["language"]) == ("4915123456789", "ko")
    path = answer.headers["Location"].removeprefix("/app")
    page = desk.gets(path).get_data(as_text=True)
    [looked] = re.findall(r'hx-get="/app([^"]+)"', page)
    became = desk.gets(looked)
    assert "Your test: Delivered, Korean" in words_in(became)
    assert 'hx-trigger="every 2s"' in became.get_data(as_text=True)

    told = {"id": desk.world.message.provider_id, "status": "read"}
    desk.world.meta_reports(told)
    desk.world.work()
    became = desk.gets(looked)
    assert "read" in words_in(became)
    assert "hx-trigger" not in became.get_data(as_text=True)


def test_the_number_is_there_the_next_time_for_whoever_typed_it(desk):
    _tests(desk)

    assert "+4915123456789" in desk.reads(f"{PAGE}/parcel_delivered")
    desk.staff = "4712"
    desk.has_role(Role.AGENT)
    assert "Your WhatsApp number" in desk.reads(f"{PAGE}/parcel_delivered")
    assert "+4915123456789" not in desk.reads(f"{PAGE}/parcel_delivered")


def test_a_number_of_the_stores_country_may_be_typed_as_at_home(desk):
    _tests(desk, phone="0151 23456789")

    [sent] = desk.world.accepted
    assert sent["to"] == "4915123456789"


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"phone": "what?"}, "Type a number with its country"),
        ({"phone": ""}, "Type a number with its country"),
        ({"is_mine": None}, "Confirm that this is your own number."),
        ({"language": "xx"}, "There is no text in this language."),
    ],
)
def test_a_test_that_cannot_be_sent_says_why_and_sends_nothing(desk, changes, because):
    answer = _tests(desk, **changes)

    assert answer.status_code == 422
    assert because in words_in(answer)
    assert desk.world.accepted == []


def test_a_step_of_a_flow_is_looked_at_and_tried_with_it(desk):
    assert "Offer for a cart" in desk.reads(f"{PAGE}/cart_reminder")

    _tests(desk, "cart_reminder", message="cart_offer")

    assert [s["template"] for s in desk.world.accepted] == ["sosik_cart_offer_1"]
    assert desk.gets(f"{PAGE}/cart_offer").status_code == 422


def test_the_eleventh_test_of_an_hour_is_told_to_wait(desk):
    for _ in range(10):
        assert _tests(desk).status_code == 303

    answer = _tests(desk)

    assert "A store may send 10 tests an hour" in words_in(answer)
    assert len(desk.world.messages) == 10


def test_an_agent_may_send_a_test_and_set_nothing(desk):
    desk.has_role(Role.AGENT)
    told = desk.gets(ONE).get_data(as_text=True)

    assert 'action="/app/automations/parcel_stale/test"' in told
    assert 'action="/app/automations/parcel_stale"' not in told
    assert 'action="/app/automations/parcel_stale/switch"' not in told
    assert desk.sends(ONE, {"days": "12"}).status_code == 403
    assert desk.sends(f"{ONE}/switch", {"enabled": "1"}).status_code == 403
    assert _tests(desk).status_code == 303


def test_a_viewer_looks(desk):
    desk.has_role(Role.VIEWER)

    told = desk.gets(ONE).get_data(as_text=True)

    assert "<form" not in told.replace('action="/app/language"', "")
    assert "7" in told
    assert desk.sends(f"{ONE}/test", {}).status_code == 403


def test_what_there_is_not_is_said_to_be_none(desk):
    for path in (f"{PAGE}/nothing", f"{ONE}/test/press_1"):
        assert desk.gets(path).status_code == 422


def test_the_command_line_is_on_record_as_well(desk):
    desk.world.set_up("parcel_stale", days=9)

    [change] = desk.world.rows("changes")
    assert (change.door, change.after) == ("command", {"config": {"days": 9}})
    assert json.dumps(change.before) == '{"config": {}}'


@pytest.mark.parametrize(
    "named", ["../../../l/abc", "press_1/..", "//evil.example", "x"]
)
def test_an_address_has_the_page_ask_for_nothing_but_a_test(desk, named):
    page = desk.gets(ONE, query_string={"test": named}).get_data(as_text=True)
    ours = desk.gets(f"{ONE}?test=press_1").get_data(as_text=True)

    assert 'id="outcome"' not in page
    assert f'hx-get="/app{ONE}/test/press_1"' in ours
