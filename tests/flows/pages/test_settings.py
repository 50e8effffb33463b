"""An owner sets the store by forms, says who may do what, and sees who changed what."""

import csv
import io
import re
from pathlib import Path

import pytest

from notifications import changes_said, configuring, setting_automations, staff
from notifications.configuring import languages_offered
from notifications.roles import Role
from notifications.setting_automations import Wanted
from notifications.unfit import Unfit
from storage.changes import By
from tests.flows.pages.desk import version_in, words_in
from tests.world import SHOP
from webapp.pages.settings_fields import BY_NAME, SECTIONS

FORMS = {
    "languages": {"first_language": "ko", "language": ["en", "ko"]},
    "clock": {"timezone": "Asia/Seoul"},
    "consent": {
        "transactional_consent": "purchase",
        "purchase_wording": "주문하면 소식을 받습니다.",
    },
    "sending": {"throughput": "7", "product_answers": "off"},
    "offers": {
        "default-most": "1",
        "default-days": "7",
        "frequent-most": "2",
        "frequent-days": "7",
        "churn_risk-most": "1",
        "churn_risk-days": "14",
        "quiet_hours-0-from": "20:00",
        "quiet_hours-0-to": "09:00",
        "send_window-0-from": "10:00",
        "send_window-0-to": "12:00",
        "send_window-0-day": ["thu", "tue"],
        "send_window-1-from": "18:00",
        "send_window-1-to": "20:00",
        "send_window-2-from": "",
        "send_window-2-to": "",
        "news_quiet_hours-0-from": "",
        "news_quiet_hours-0-to": "",
        "holdout": "10",
        "double_opt_in": "ch,it",
    },
    "retention": {"webhook_days": "7", "message_days": ""},
}
KEPT = {
    **FORMS,
    "offers": {
        "default": "1/7",
        "frequent": "2/7",
        "churn_risk": "1/14",
        "quiet_hours": "20:00-09:00",
        "send_window": "tue 10:00-12:00, thu 10:00-12:00, 18:00-20:00",
        "news_quiet_hours": "none",
        "holdout": "10",
        "double_opt_in": "ch,it",
    },
}
"""As it is kept, whatever the fields of a form are called."""
BAD = {
    "languages": ({"first_language": "xx", "language": ["en"]}, "cannot hold"),
    "clock": ({"timezone": "Mars/Base"}, "Must be a time zone"),
    "consent": ({"transactional_consent": "always"}, "Must be one of"),
    "sending": ({"throughput": "0"}, "Must be a whole number from 1 to 1000"),
    "offers": ({"default-most": "9"}, "Must be at most 3"),
    "retention": ({"webhook_days": "31"}, "Must be a whole number of days"),
}


def saves(desk, section, said):
    path = f"/settings/{section}"
    version = version_in(desk.gets("/settings"), path)
    return desk.sends(path, {**FORMS[section], **said, "version": version})


def kept(desk):
    shop_id = desk.world.shop_ids[SHOP]
    return configuring.settings_of(shop_id, services=desk.world.services)


def shop_id(desk):
    return desk.world.shop_ids[SHOP]


@pytest.mark.parametrize("section", FORMS)
def test_each_section_is_saved_by_its_form_and_written_down(desk, section):
    answer = saves(desk, section, {})

    assert answer.headers["Location"].endswith("/app/settings?said=saved")
    found = {**kept(desk), **kept(desk)["offers"]}
    for name, said in KEPT[section].items():
        if name in found:
            assert str(found[name] if found[name] is not None else "") == said, name
    if section == "languages":
        assert found["languages"] == ["ko", "en"]
    [change] = desk.world.rows("changes")
    assert (change.door, change.actor) == ("page", "4711")
    assert change.before.keys() == change.after.keys()


def test_there_is_a_form_for_each_section_and_every_setting_is_in_one(desk):
    assert FORMS.keys() == BAD.keys() == BY_NAME.keys()
    in_forms = {field.name for section in SECTIONS for field in section.fields}
    assert in_forms == (kept(desk).keys() - {"offers"}) | kept(desk)["offers"].keys()


@pytest.mark.parametrize("section", BAD)
def test_what_is_refused_is_said_beside_the_field_and_what_was_typed_stays(
    desk, section
):
    before = kept(desk)
    said, why = BAD[section]

    answer = saves(desk, section, said)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert why.casefold() in words_in(answer).casefold()
    typed = next(iter(said.values()))
    assert section == "languages" or section == "consent" or f'"{typed}"' in page
    assert kept(desk) == before
    assert desk.world.rows("changes") == []


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("frequent-days", "0", "Must be over 1 to 31 days"),
        ("churn_risk-most", "", "Must be so many in so many days"),
        ("quiet_hours-0-to", "", "Must have a beginning and an end"),
        ("send_window-0-from", "25:00", "Has an hour that no clock shows"),
        ("send_window-2-day", ["sun"], "Must have a beginning and an end"),
        ("send_window-1-day", ["someday"], "Has a day other than"),
    ],
)
def test_what_is_wrong_with_hours_or_caps_is_said_in_their_group(
    desk, name, typed, why
):
    answer = saves(desk, "offers", {name: typed})

    page = answer.get_data(as_text=True)
    group = page.split(f'id="field-{name.split("-")[0]}"')[1].split("</fieldset>")[0]
    assert answer.status_code == 422
    assert why in group
    assert page.count('class="error"') == 1
    assert 'value="20:00"' in page, "what was typed stays"
    assert kept(desk)["offers"]["send_window"] == "none"


def test_hours_that_were_saved_are_shown_as_they_were_typed(desk):
    saves(desk, "offers", {})

    page = desk.gets("/settings").get_data(as_text=True)
    again = saves(desk, "offers", {})
    told = desk.reads("/settings/changes")

    assert "Offers at most: 2 in 7 days" in told
    assert "To who has neither ordered nor written for 30 days: 1 in 14 days" in told
    assert "No offers between: - " in told
    assert "No offers between: 20:00-09:00" in told
    assert "Offers only between: Tue, Thu 10:00-12:00; 18:00-20:00" in told
    group = page.split('id="field-send_window"')[1].split("</fieldset>")[0]
    ticked = re.findall(r'name="([^"]+)" value="(...)" checked', group)
    assert ticked[:2] == [("send_window-0-day", "tue"), ("send_window-0-day", "thu")]
    assert {name for name, _ in ticked[2:]} == {"send_window-1-day"}
    assert len(ticked) == 2 + 7
    assert re.findall(r'type="time" value="([^"]*)"', group) == [
        *("10:00", "12:00", "18:00", "20:00", "", "")
    ]
    assert again.status_code == 303
    assert len(desk.world.rows("changes")) == 1, "saved again, nothing is another"


def test_a_refusal_is_said_in_korean(desk):
    desk.language = "ko"

    answer = saves(desk, "sending", {"throughput": "0"})

    assert "1부터 1000까지의 정수여야 합니다" in words_in(answer)


def test_two_owners_never_overwrite_each_other_silently(desk):
    version = version_in(desk.gets("/settings"), "/settings/clock")
    first = {"timezone": "Asia/Seoul", "version": version}
    second = {"timezone": "Europe/Paris", "version": version}

    one = desk.sends("/settings/clock", first)
    two = desk.sends("/settings/clock", second)

    assert (one.status_code, two.status_code) == (303, 409)
    assert "Somebody else has changed this meanwhile" in words_in(two)
    assert kept(desk)["timezone"] == "Asia/Seoul"


def test_no_language_ticked_is_every_language_there_is(desk):
    saves(desk, "languages", {})

    saves(desk, "languages", {"language": []})

    assert kept(desk)["languages"] == []


def test_who_only_looks_has_no_button(desk):
    desk.has_role(Role.VIEWER)

    page = desk.reads("/settings")

    assert "Only an owner of the store can change these." in page
    assert "Save" not in page
    assert desk.sends("/settings/clock", FORMS["clock"]).status_code == 403


def test_a_section_that_is_none_is_not_found(desk):
    assert desk.sends("/settings/nothing", {}).status_code == 404


def test_what_an_unfit_value_is_told_by_stands_behind_its_name():
    why = Unfit("must be at most %(most)s", most=3)

    assert str(why) == "must be at most 3"


def test_all_languages_are_offered(desk):
    page = desk.gets("/settings").get_data(as_text=True)

    for code in languages_offered(desk.world.services):
        assert f'value="{code}"' in page


# Staff


def test_an_owner_says_what_others_may_do(desk):
    desk.reads("/settings/staff")
    desk.staff = "4712"
    assert "Member of staff 4712" in desk.reads("/settings/staff")
    refused = desk.sends("/settings/staff/4711", {"role": "viewer"})
    desk.staff = "4711"

    done = desk.sends("/settings/staff/4712", {"role": "agent"})

    assert (refused.status_code, done.status_code) == (403, 303)
    found = staff.everybody(shop_id(desk), services=desk.world.services)
    assert {each.user: each.role for each in found} == {
        "4711": Role.OWNER,
        "4712": Role.AGENT,
    }


@pytest.mark.parametrize("role", ["none", "viewer"])
def test_the_last_owner_is_told_why_they_stay_one(desk, role):
    desk.reads("/settings/staff")

    answer = desk.sends("/settings/staff/4711", {"role": role})

    assert answer.status_code == 422
    assert "a store has an owner" in words_in(answer)


@pytest.mark.parametrize("role", ["", "king", "OWNER"])
def test_a_role_that_is_none_changes_nothing(desk, role):
    desk.reads("/settings/staff")

    assert desk.sends("/settings/staff/4711", {"role": role}).status_code == 422
    assert desk.world.rows("changes") == []


def test_a_name_that_is_code_is_shown_as_text(desk):
    member = staff.Member("4712", "<script>alert(1)</script>")
    desk.reads("/settings/staff")
    staff.welcome(shop_id(desk), member, services=desk.world.services)

    page = desk.gets("/settings/staff").get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# Changes


def test_before_anything_was_changed_the_page_says_what_will_be_here(desk):
    assert "Nothing has been changed yet" in desk.reads("/settings/changes")


def test_every_change_is_told_with_who_did_it(desk):
    saves(desk, "sending", {})
    staff.make_owner(
        shop_id(desk), "4712", by=By("command", "ada"), services=desk.world.services
    )

    page = desk.reads("/settings/changes")

    assert "Messages a second from one number: 80" in page
    assert "Messages a second from one number: 7 Questions for a product" in page
    assert "Questions for a product are answered: never" in page
    assert "Role: viewer Role: owner" in page
    assert "Member of staff 4711" in page
    assert "ada, by the command line A role staff 4712" in page


def test_a_change_of_an_automation_is_told_in_the_words_of_its_page(desk):
    setting_automations.change_automation(
        shop_id(desk),
        "parcel_on_its_way",
        Wanted(
            enabled=False,
            config={"wait_for_tracking_minutes": 5},
            send_window="mon 9:00-18:00, fri 9:00-18:00",
            languages=["ko", "en"],
        ),
        by=By("page", "4711"),
        services=desk.world.services,
    )

    page = desk.reads("/settings/changes")

    assert "Parcel on its way on Sent only at these hours: - Only in these" in page
    assert "off Wait for the tracking number (minutes): 5" in page
    assert "Sent only at these hours: Mon, Fri 09:00-18:00" in page
    assert "Only in these languages: Korean, English" in page
    assert not re.search("enabled|config|parcel_on", page)


def test_the_record_is_walked_by_pages_and_saved_whole(desk):
    by = By("page", "4711")
    for number in range(120):
        configuring.change_shop(
            shop_id(desk),
            {"throughput": str(number + 100)},
            by=by,
            services=desk.world.services,
        )

    first = desk.gets("/settings/changes").get_data(as_text=True)
    older = first.split('rel="next" href="/app')[1].split('"')[0]
    second = desk.gets(older).get_data(as_text=True)
    file = desk.gets("/settings/changes?format=csv").get_data(as_text=True)

    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    assert (first.count('<td class="when">'), second.count('<td class="when">')) == (
        50,
        50,
    )
    assert "Messages a second from one number: 219" in first
    assert "Messages a second from one number: 219" not in second
    assert len(rows) == 121
    assert rows[1][-1] == "Messages a second from one number: 219"


def test_whatever_is_written_down_has_a_name():
    """Where the code that does it says it in so many words."""
    said = re.compile(r'\bwhat="([a-z_]+)"')
    rooms = [Path(room) for room in ("notifications", "webapp", "storage")]
    written = {
        code
        for room in rooms
        for file in room.rglob("*.py")
        for code in said.findall(file.read_text(encoding="utf-8"))
    }

    assert len(written) > 20
    assert written <= changes_said.NAMES.keys()


@pytest.mark.parametrize("place", ["WyJ4Il0", "WzEsMl0", "Wy0xXQ"])
def test_a_place_that_is_no_number_is_refused(desk, place):
    assert desk.gets(f"/settings/changes?after={place}").status_code == 400
