"""A store's owner sets a flow by a form, tries it on the past, and sees what it did."""

import csv
import re
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import insert

from notifications import playing_flows
from notifications.roles import Role
from storage import flow_replays, tables
from storage.tenancy import Crossing
from tests.asked import counted
from tests.flows.left import leave, phone
from tests.flows.owner import APP_URL
from tests.flows.pages.desk import version_in, words_in
from webapp.pages import flow_forms

PATH = "/flows/cart_reminder"
STEP = {"key": "first", "message": "cart_reminder", "after_minutes": 60}
LATER = {
    "key": "later",
    "message": "cart_offer",
    "after_minutes": 1440,
    "when": {"value_at_least": {"EUR": "80.00"}, "languages": ["de", "ko"]},
    "offer": {"percent": 15, "valid_hours": 12},
    "otherwise": "stop",
}
FLOW = {"steps": [STEP, LATER], "holdout": 10}
HOSTILE = "<script>alert(1)</script>"


def _sent(desk, flow=FLOW, *, do="save", path=PATH, **changes):
    """The form with these steps, sent by one of its buttons."""
    found = flow_forms.shown(flow, is_held_out="holdout" in flow)
    said = {"version": version_in(desk.gets(path), path), "do": do}
    for number, step in enumerate(found.steps):
        for field, value in asdict(step).items():
            sent = list(value) if isinstance(value, tuple) else value
            said[flow_forms.name_of(number, field)] = sent
    if found.holdout is not None:
        said["holdout"] = found.holdout
    return desk.sends(path, said | changes)


def _kept(desk, name="cart_reminder"):
    rows = [row for row in desk.world.rows("automations") if row.name == name]
    return rows[0].flow if rows else None


# Setting it


def test_every_flow_is_listed_with_whether_it_is_on(desk):
    desk.world.switch("cart_reminder", enabled=True)

    page = desk.reads("/flows")

    assert "Cart reminder on 2 steps" in page
    assert "Payment awaited off" in page


def test_what_is_saved_is_kept_and_shown_and_written_down_with_who_did_it(desk):
    answer = _sent(desk)

    assert answer.status_code == 303
    kept = _kept(desk)
    assert [step["key"] for step in kept["steps"]] == ["first", "later"]
    assert kept["steps"][1]["when"] == LATER["when"]
    assert kept["steps"][1]["offer"]["percent"] == 15
    page = desk.reads(PATH)
    assert "80.00 EUR" in page
    assert _sent(desk).status_code == 303
    [change] = desk.world.rows("changes")  # saved again, nothing is another
    assert (change.what, change.subject, change.actor) == (
        *("flow_set", "cart_reminder", desk.staff),
    )
    assert (change.before, change.after) == ({"flow": None}, {"flow": kept})


def test_steps_are_kept_in_the_order_of_their_times(desk):
    _sent(desk, {"steps": [LATER, STEP], "holdout": 0}, **{"steps-0-otherwise": ""})

    assert [step["key"] for step in _kept(desk)["steps"]] == ["first", "later"]


def test_a_mistake_is_told_beside_its_field_and_nothing_is_saved(desk):
    answer = _sent(
        desk,
        **{"steps-0-after": "1", "steps-0-unit": "minutes", "steps-1-percent": "200"},
    )

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert re.search(r'name="steps-1-percent" value="200"[^>]*error="Must be', page)
    assert "Nothing was saved" in words_in(answer)
    assert _kept(desk) is None


def test_the_hours_of_a_step_are_typed_as_times_with_their_weekdays(desk):
    hours = {"steps-0-window-0-from": "10:00", "steps-0-window-0-to": "12:00"}
    days = {"steps-0-window-0-day": ["tue", "sat"]}

    half = _sent(desk, **{**hours, "steps-0-window-0-to": ""})
    none = _sent(desk, **{**hours, "steps-0-window-0-to": "10:00"})
    whole = _sent(desk, **hours, **days)

    assert (half.status_code, none.status_code, whole.status_code) == (422, 422, 303)
    for answer, why in (
        (half, "Must have a beginning and an end"),
        (none, "Leaves no hour at all"),
    ):
        group = answer.get_data(as_text=True).split('id="field-steps-0-window"')[1]
        assert why in group.split("</fieldset>")[0]
    assert _kept(desk)["steps"][0]["window"] == "tue 10:00-12:00, sat 10:00-12:00"
    page = desk.gets(PATH).get_data(as_text=True)
    assert 'name="steps-0-window-0-from" type="time" value="10:00"' in page
    assert page.count('name="steps-0-window-0-day" value="tue" checked') == 1


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_mistake_is_told_without_the_frame_too(desk, language):
    desk.signs_in()
    page = desk.owner.gets(f"/app{PATH}").get_data(as_text=True)
    version = re.search(r'name="version" value="([^"]+)"', page)[1]
    answer = desk.owner.browser.post(
        f"/app{PATH}",
        data={"version": version, "steps-0-key": "A B", "holdout": "99"},
        base_url=APP_URL,
        headers={"Sec-Fetch-Site": "same-origin", "Accept-Language": language},
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="error-steps-0-key"' in page
    assert 'aria-describedby=" error-holdout"' in page.replace("about-holdout", "")
    said = "a-z, 0-9, -, _만 써서" if language == "ko" else "Must be 1 to 20 of a-z"
    assert said in page


def test_a_step_is_added_and_taken_out_by_buttons_and_saved_by_another(desk):
    added = _sent(desk, do="add")
    removed = _sent(desk, do="remove-0")

    assert (added.status_code, removed.status_code) == (200, 200)
    assert 'name="steps-2-key"' in added.get_data(as_text=True)
    page = removed.get_data(as_text=True)
    assert 'name="steps-0-key" value="later"' in page
    assert 'name="steps-1-key"' not in page
    assert _kept(desk) is None


def test_a_step_that_was_added_can_be_saved_with_what_the_form_was_made_of(desk):
    added = _sent(desk, do="add")

    version = version_in(added, PATH)
    answer = _sent(desk, {**FLOW, "steps": [STEP]}, version=version)

    assert answer.status_code == 303


@pytest.mark.parametrize("do", ["remove-9", "remove-x", "remove--1", "hack", ""])
def test_a_button_that_is_not_there_breaks_nothing(desk, do):
    assert _sent(desk, do=do).status_code in (200, 303)


def test_of_two_who_change_it_at_once_the_second_is_told(desk):
    version = version_in(desk.gets(PATH), PATH)
    _sent(desk)

    answer = _sent(desk, {"steps": [STEP], "holdout": 0}, version=version)

    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile" in words_in(answer)
    assert len(_kept(desk)["steps"]) == 2


def test_the_store_s_own_steps_are_dropped_again(desk):
    _sent(desk)

    answer = _sent(desk, do="default")

    assert answer.status_code == 303
    assert _kept(desk) is None
    assert "Take these again" not in desk.reads(PATH)


def test_news_have_no_share_held_out_and_no_codes(desk):
    path = "/flows/payment_pending"
    step = {"key": "a", "message": "payment_pending", "after_minutes": 0}

    page = desk.reads(path)
    answer = _sent(desk, {"steps": [step]}, path=path, holdout="20")

    assert "held out" not in page
    assert "Percent off" not in page
    assert "How long after the order was placed" in page
    assert answer.status_code == 303
    assert _kept(desk, "payment_pending") == {"steps": [step]}


def test_hostile_words_stay_words(desk):
    answer = _sent(desk, **{"steps-0-key": HOSTILE, "steps-0-products": f'"{HOSTILE}'})

    assert HOSTILE not in answer.get_data(as_text=True)
    assert answer.status_code == 422


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_who_is_no_owner_looks_and_changes_nothing(desk, role):
    desk.has_role(role)

    page = desk.gets(PATH).get_data(as_text=True)
    answer = desk.sends(PATH, {"do": "save"})

    assert answer.status_code == 403
    assert 'value="add"' not in page
    assert re.search(r'<fieldset class="card" id="step-0" disabled>', page)


def test_a_flow_that_there_is_not_is_told_as_such(desk):
    for path in ("/flows/nothing", "/flows/nothing/play", "/flows/nothing/results"):
        assert desk.gets(path).status_code == 422
    assert desk.sends("/flows/nothing", {"do": "save"}).status_code == 422


# On the past


def _plays(desk):
    return playing_flows.play_what_is_asked(services=desk.world.services)


def test_what_is_in_the_form_is_played_before_it_is_saved(desk):
    leave(desk.world, 3)

    waiting = _sent(desk, {"steps": [STEP], "holdout": 0}, do="play", days="7")
    _plays(desk)
    page = desk.reads(PATH)

    assert waiting.status_code == 200
    assert 'hx-get="/app/flows/cart_reminder/play"' in waiting.get_data(as_text=True)
    assert "It begins in a moment." in words_in(waiting)
    assert "on 7 days" in page
    assert "3 people, 3 messages sent." in page
    assert "first sent 3" in page
    assert "Other steps were played than are saved now." in page
    assert _kept(desk) is None
    assert [row.state for row in desk.world.messages] == []


def test_the_page_asks_for_the_part_that_is_played_until_it_is_done(desk):
    leave(desk.world, 3)
    _sent(desk, do="play")

    during = desk.gets(f"{PATH}/play").get_data(as_text=True)
    _plays(desk)
    after = desk.gets(f"{PATH}/play").get_data(as_text=True)

    assert "<html" not in during
    assert "hx-trigger" in during
    assert "hx-trigger" not in after


def test_reasons_stand_there_in_plain_words(desk):
    desk.language = "ko"
    leave(desk.world, 3, stopping=[phone(0), phone(1)])
    _sent(desk, {**FLOW, "holdout": 0}, do="play")
    _plays(desk)

    page = desk.reads(f"{PATH}/play")

    assert "first 건너뜀" in page
    assert "consent" not in page


def test_what_cannot_be_played_offers_no_button_for_it(desk):
    assert "Try it on the past" in desk.reads(PATH)
    assert "Try it on the past" not in desk.reads("/flows/payment_pending")


def test_what_was_given_up_says_what_to_do(desk):
    _sent(desk, do="play")
    for _ in range(3):
        _taken_and_left(desk.world)
    _plays(desk)

    assert "Report it to whoever looks after" in desk.reads(f"{PATH}/play")


def _taken_and_left(world):
    lease = timedelta(minutes=2)
    with world.services.transactions.across(Crossing.LOOKING) as tx:
        flow_replays.take_due(tx, now=world.now, until=world.now + lease)
    world.now += lease


# What it has brought


def _done(world, *, sent=40, held_out=40):
    """Messages of a month, and an order of every second person who was written to."""
    shop_id = world.shop_ids["ada.myshopify.com"]
    with world.services.transactions.for_shop(shop_id) as tx:
        for number in range(sent + held_out):
            [contact] = tx.connection.execute(
                insert(tables.contacts).returning(tables.contacts.c.id),
                {
                    "shop_id": shop_id,
                    "phone_key": number.to_bytes(2, "big"),
                    "created_at": world.now,
                },
            ).scalars()
            is_sent = number < sent
            at = world.now - timedelta(days=8, minutes=number)
            tx.connection.execute(
                insert(tables.messages),
                {
                    "id": f"msg_{number:06}",
                    "shop_id": shop_id,
                    "occasion": f"cart:{number}",
                    "automation": "cart_reminder",
                    "scope": "marketing",
                    "priority": 1,
                    "checkout_key": number.to_bytes(2, "big"),
                    "told": {"step": "1"},
                    "contact_id": contact,
                    "state": "read" if is_sent else "skipped",
                    "reason": None if is_sent else "control_group",
                    "wanted_at": at,
                    "due_at": at,
                    "asked_at": at if is_sent else None,
                    "story": [],
                    "created_at": at,
                },
            )
            if is_sent and number % 2:
                tx.connection.execute(
                    insert(tables.orders),
                    {
                        "shop_id": shop_id,
                        "order_id": number,
                        "placed_at": at + timedelta(hours=1),
                        "contact_id": contact,
                        "total": 50,
                        "currency": "EUR",
                        "worth": 50,
                        "worth_currency": "EUR",
                    },
                )


def test_what_it_has_brought_is_drawn_with_its_interval_and_told(desk):
    _done(desk.world)

    answer = desk.gets(f"{PATH}/results")
    page = words_in(answer)

    assert "50.0 % bought within 5 days, of 40 held out 0.0 %: +50.0 points" in page
    assert "Lift: +50.0 (" in page
    assert "Step 1: how far its messages came" in page
    assert "20: €1,000.00" in page
    assert answer.get_data(as_text=True).count('role="img"') == 4


def test_each_step_has_its_own_lift_with_those_who_are_compared_beside(desk):
    _done(desk.world)

    page = desk.reads(f"{PATH}/results")

    assert "had bought nothing when its time came" in page
    assert "1 +50.0 (+32.8 to +64.8)" in page
    assert "1 40 20 (50.0 %) 40 0 (0.0 %) +50.0 (+32.8 to +64.8)" in page


def test_of_few_people_a_step_says_so_instead_of_a_figure(desk):
    _done(desk.world, held_out=29)

    page = desk.reads(f"{PATH}/results")
    desk.language = "ko"
    in_korean = desk.reads(f"{PATH}/results")

    said = "too few people: 40 written to, 29 held out"
    assert page.count(said) == 4  # in the chart and its label, in both tables
    assert in_korean.count("사람이 너무 적음: 받음 40명, 제외 29명") == 4
    _, line = _file(desk)
    assert line[-7:] == ["40", "20", "29", "0", "", "", ""]


def test_where_nobody_is_ever_held_out_no_step_has_a_lift(desk):
    page = desk.reads("/flows/payment_pending/results")

    assert "lift" not in page.lower()


def _file(desk):
    answer = desk.gets(f"{PATH}/results?format=csv&days=30")
    assert answer.mimetype == "text/csv"
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.reader(text.splitlines()))


def test_without_anybody_held_out_it_says_that_nothing_can_be_told(desk):
    _done(desk.world, held_out=0)

    page = desk.reads(f"{PATH}/results?days=90")

    assert "Nobody was held out" in page
    assert "Lift" not in page


def test_the_results_come_as_a_file(desk):
    _done(desk.world)

    head, line = _file(desk)

    assert head[:2] == ["step", "proposed"]
    assert line[:5] == ["1", "80", "0", "40", "40"]
    assert head[-3:] == ["lift", "lift at least", "lift at most"]
    assert line[-7:] == ["40", "20", "40", "0", "50.0", "32.8", "64.8"]


def test_all_flows_and_what_was_played_come_as_files(desk):
    leave(desk.world, 3)
    _sent(desk, do="play")
    _plays(desk)

    flows, played = (
        list(csv.DictReader(desk.gets(path).text.removeprefix("\ufeff").splitlines()))
        for path in ("/flows?format=csv", f"{PATH}/play?format=csv")
    )

    [reminder] = [each for each in flows if each["Flow"] == "Cart reminder"]
    assert (reminder["State"], reminder["Whose steps"]) == ("off", "as it comes")
    assert reminder["Steps"] == "2"
    percent = {each["Percent of people who are held out"] for each in flows}
    assert percent == {"10", ""}
    assert {"first"} <= {each["Step"] for each in played}


def test_before_anything_was_sent_it_says_what_to_do(desk):
    for days in ("30", "x", "", "9" * 50):
        page = desk.reads(f"{PATH}/results?days={days}")
        assert "Nothing was proposed in that time." in page


def test_pages_ask_a_fixed_number_of_queries(desk, monkeypatch):
    def asked_by(path):
        with counted(monkeypatch) as asked:
            assert desk.gets(path).status_code == 200
        return len(asked)

    paths = ("/flows", PATH, f"{PATH}/play", f"{PATH}/results")
    desk.gets("/flows")  # the first look makes them known
    before = [asked_by(path) for path in paths]
    _done(desk.world)
    _sent(desk, do="play")
    _plays(desk)

    assert [asked_by(path) for path in paths] == before
