"""The page of messages: what was sent or not, live, and why."""

import csv
import io
import re
from datetime import timedelta

import pytest

from core.sealing import CannotOpen
from notifications.roles import Role
from tests import samples
from tests.asked import counted
from tests.flows.pages.desk import words_in
from tests.world import PHONE, SHOP

BOB = "bob.myshopify.com"
SHY = "+4915155555555"
MINUTE = timedelta(minutes=1)


def order(desk, number=0, **more):
    """An order of its own, and what is made of it."""
    known = {"order_id": 7_000 + number, "name": f"#{1001 + number}", **more}
    desk.world.shopify_says("orders/create", samples.order(**known))
    desk.world.work()
    desk.world.now += MINUTE


def failed(desk, number=0):
    desk.world.meta.post("settings", {"recipients": {PHONE: {"refuse": 131026}}})
    try:
        order(desk, number)
    finally:
        desk.world.meta.post("settings", {"recipients": {}})


def unsure(desk):
    faults = [{"kind": "reset_after", "next": 1}]
    desk.world.meta.post("settings", {"faults": faults})
    try:
        order(desk)
    finally:
        desk.world.meta.post("settings", {"faults": []})
    [message] = desk.world.messages
    assert message.state == "unsure"
    return message.id


def newest(desk):
    return max(row.id for row in desk.world.messages)


def live_in(page):
    """The address by which a page asks for what is new."""
    return re.search(r'hx-get="/app([^"]+live=[^"]+)"', page)[1].replace("&amp;", "&")


def test_what_was_sent_and_what_was_not_stand_side_by_side_with_the_reason(desk):
    order(desk)
    order(desk, 1, agreed=False, phone=SHY)

    said = desk.reads("/messages")

    assert "#1001 +…78 sent" in said
    assert (
        "#1002 +…55 skipped The buyer has not agreed to this kind of message." in said
    )
    assert said.index("#1002") < said.index("#1001")


def test_before_the_first_message_it_says_what_to_do(desk):
    assert "No message yet" in desk.reads("/messages")
    assert "No message is like that" in desk.reads("/messages?state=failed")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=skipped", ["#1002"]),
        ("state=sent", ["#1003", "#1001"]),
        ("automation=order_confirmation", ["#1003", "#1002", "#1001"]),
        ("automation=parcel_on_its_way", []),
        ("order=1001", ["#1001"]),
        ("state=sent&order=%231003", ["#1003"]),
        ("from=2026-11-20&to=2026-11-20", ["#1003", "#1002", "#1001"]),
        ("from=2026-11-21", []),
        ("to=2026-11-19", []),
    ],
)
def test_it_is_narrowed_by_state_kind_order_and_day(desk, query, names):
    order(desk)
    order(desk, 1, agreed=False, phone=SHY)
    order(desk, 2)

    page = desk.gets(f"/messages?{query}").get_data(as_text=True)

    assert re.findall(r">(#10\d\d)</a>", page) == names


@pytest.mark.parametrize(
    "query",
    [
        *("state=gone", "contact=x", "contact=99999999999999999999", "from=yesterday"),
        *("automation=%3Cscript%3E", "order=" + "x" * 99, "to=9999-12-31"),
    ],
)
def test_what_nobody_can_read_in_an_address_is_left_out(desk, query):
    order(desk)

    assert "#1001" in desk.reads(f"/messages?{query}")


@pytest.mark.parametrize("place", ["x", "e30", "WzEuNV0", "W10"])
def test_a_place_that_is_none_is_refused(desk, place):
    assert desk.gets(f"/messages?after={place}").status_code == 400


def test_pages_lead_through_all_of_them_and_back(desk, monkeypatch):
    monkeypatch.setattr("webapp.pages.listing.PAGE", 2)
    for number in range(5):
        order(desk, number, phone=f"+49151123450{number:02}")

    def follow(page, rel):
        found = re.search(rf'rel="{rel}" href="/app([^"]+)"', page)
        return found and found[1].replace("&amp;", "&")

    seen, path = [], "/messages?state=sent"
    while path:
        page = desk.gets(path).get_data(as_text=True)
        seen += re.findall(r">(#10\d\d)</a>", page)
        path = follow(page, "next")
    back = desk.gets(follow(page, "prev")).get_data(as_text=True)

    assert seen == ["#1005", "#1004", "#1003", "#1002", "#1001"]
    assert re.findall(r">(#10\d\d)</a>", back) == ["#1003", "#1002"]
    assert "data-live" not in page


def test_a_person_is_found_by_their_phone_which_stands_in_no_address(desk):
    order(desk)
    order(desk, 1, agreed=False, phone=SHY)

    found = desk.sends("/messages/person", {"person": "0151 555 555 55"})
    said = words_in(desk.gets(found.headers["Location"].removeprefix("/app")))

    assert found.status_code == 303
    assert "555" not in found.headers["Location"]
    assert "#1002" in said
    assert "#1001" not in said
    [look] = desk.world.rows("access_log")
    assert (look.door, look.actor, look.kinds) == ("page", "4711", ["numbers"])


def test_a_person_is_found_by_their_first_name_and_chosen_where_there_are_two(desk):
    order(desk, first_name="Ada")
    order(desk, 1, phone=SHY, first_name="Ａdam")
    order(desk, 2, phone="+4915166666666", first_name="<b>Bo</b>")

    one = desk.sends("/messages/person", {"person": "adam"})
    two = desk.sends("/messages/person", {"person": " ADA "})
    odd = desk.sends("/messages/person", {"person": "<b>"})
    none = desk.sends("/messages/person", {"person": "nobody"})
    empty = desk.sends("/messages/person", {"person": "  "})

    assert (one.status_code, odd.status_code) == (303, 303)
    assert "Ａdam +…55 #1002" in words_in(two)
    assert "Ada +…78 #1001" in words_in(two)
    assert "Nobody was found" in words_in(none)
    assert "Nobody was found" in words_in(empty)


def test_a_poll_is_one_cheap_query_and_says_nothing_where_nothing_is_new(
    desk, monkeypatch
):
    order(desk)
    address = live_in(desk.gets("/messages").get_data(as_text=True))

    with counted(monkeypatch) as polled:
        same = desk.gets(address)
    order(desk, 1)
    new = desk.gets(address)

    assert (same.status_code, same.data) == (204, b"")
    of_list = [each for each in polled if "FROM messages" in each]
    assert len(of_list) == 1
    assert len(polled) <= 8  # with those that find out who asks
    assert new.status_code == 200
    assert "#1002" in words_in(new)
    assert "<html" not in new.get_data(as_text=True)
    assert "live=" in live_in(new.get_data(as_text=True))


def test_a_poll_tells_that_a_message_has_come_further(desk):
    order(desk)
    address = live_in(desk.gets("/messages").get_data(as_text=True))

    about = {"biz_opaque_callback_data": f"{newest(desk)}:1"}
    desk.world.meta_reports({"status": "delivered", **about})
    desk.world.work()

    assert "delivered" in words_in(desk.gets(address))


def test_the_list_asks_as_often_for_many_as_for_few(desk, monkeypatch):
    asked = []
    for some in (range(1), range(1, 12)):
        for number in some:
            order(desk, number)
        desk.gets("/messages")  # who they are is known from now on
        with counted(monkeypatch) as statements:
            desk.gets("/messages")
        asked.append(len(statements))

    assert asked[0] == asked[1]


def test_as_a_file_it_has_all_rows_and_no_formula(desk, monkeypatch):
    monkeypatch.setattr("webapp.pages.messages._IN_FILE", 2)
    for number in range(5):
        order(desk, number)
    order(desk, 5, name="=1+1", agreed=False)

    answer = desk.gets("/messages?format=csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))

    assert answer.content_type.startswith("text/csv")
    assert len(rows) == 7
    assert rows[1][2] == "'=1+1"
    assert rows[1][4:7] == [
        "skipped",
        "The buyer has not agreed to this kind of message.",
        "no_consent",
    ]
    assert rows[-1][2:5] == ["#1001", "'+…78", "sent"]


def test_in_korean_it_is_korean(desk):
    desk.language = "ko"
    order(desk, agreed=False)

    said = desk.reads("/messages")

    assert "메시지" in said
    assert "건너뜀" in said
    assert not re.search(r"\b(State|Show all|Until day)\b", said)


# Why


def test_a_message_tells_all_of_its_way_with_the_text_on_a_phone(desk):
    order(desk)
    about = {"biz_opaque_callback_data": f"{newest(desk)}:1"}
    desk.world.meta_reports({"status": "delivered", **about})
    desk.world.work()

    said = desk.reads(f"/messages/{newest(desk)}")

    steps = [
        "The store told of it: an order was placed.",
        "The automation Order confirmation proposed this message.",
        "Nothing stood against it: it left for WhatsApp.",
        "Meta accepted it.",
        "Meta reports: delivered to the phone.",
        "Hello Ada, thank you",
    ]
    places = [said.index(step) for step in steps]
    assert places == sorted(places)
    assert "20 Nov 2026" in said or "Nov 20, 2026" in said
    assert "13:00:00" in said  # in Berlin
    assert PHONE not in said


def test_a_question_is_shown_with_the_buttons_that_the_buyer_had(desk):
    desk.world.switch("cod_confirmation", enabled=True)
    order(desk, payment="pending", gateway="Cash on Delivery (COD)")
    desk.world.pass_time(10 * MINUTE)
    asked = min(
        row.id for row in desk.world.messages if row.automation == "cod_confirmation"
    )

    page = desk.gets(f"/messages/{asked}").get_data(as_text=True)

    assert re.findall(r'<div class="choice">([^<]+)<', page) == [
        "Yes, send it",
        "Cancel my order",
    ]


def test_it_leads_to_its_order_and_to_whom_it_is_for(desk):
    order(desk)

    page = desk.gets(f"/messages/{newest(desk)}").get_data(as_text=True)
    [person] = re.findall(r'href="/app(/customers/\d+)"', page)

    assert desk.reads(person).startswith("Ada ")
    assert 'href="/app/orders/7000"' in page


def test_what_was_not_sent_says_why_and_what_can_be_done(desk):
    order(desk, agreed=False)

    said = desk.reads(f"/messages/{newest(desk)}")

    assert "The buyer has not agreed to this kind of message." in said
    assert "Offer the consent at checkout or in the cart." in said
    assert "Nothing was written: it did not leave." in said


def test_who_looks_is_written_down(desk):
    order(desk)

    desk.reads(f"/messages/{newest(desk)}")

    [look] = desk.world.rows("access_log")
    assert (look.door, look.actor, look.doing) == ("page", "4711", "page message")
    assert look.subject == f"message {newest(desk)}"
    assert look.kinds == ["orders", "texts"]


def test_payloads_to_the_byte_are_for_those_who_act_and_are_noted(desk):
    order(desk)
    path = f"/messages/{newest(desk)}"

    shown = desk.gets(f"{path}/raw").get_data(as_text=True)
    desk.has_role(Role.VIEWER)
    refused = desk.gets(f"{path}/raw")
    looked = desk.gets(path).get_data(as_text=True)

    assert "order_status_url" in shown
    assert PHONE in shown
    assert refused.status_code == 403
    assert PHONE not in refused.get_data(as_text=True)
    assert f"{path}/raw" not in looked
    doings = [look.doing for look in desk.world.rows("access_log")]
    assert doings == ["page message raw", "page message"]


def test_an_unsure_message_is_decided_once_and_it_is_on_record_by_whom(desk):
    message_id = unsure(desk)
    assert "Did it arrive?" in desk.reads(f"/messages/{message_id}")

    first = desk.sends(f"/messages/{message_id}/decide", {"decision": "arrived"})
    second = desk.sends(f"/messages/{message_id}/decide", {"decision": "drop"})
    odd = desk.sends(f"/messages/{message_id}/decide", {"decision": "delete"})

    assert (first.status_code, second.status_code, odd.status_code) == (303, 422, 422)
    assert "has decided it meanwhile" in words_in(second)
    assert desk.world.message.state == "sent"
    [change] = desk.world.rows("changes")
    assert (change.actor, change.what) == ("4711", "message_decided")
    assert (change.subject, change.after) == (
        f"message {message_id}",
        {"state": "sent"},
    )


def test_an_unsure_message_that_is_to_go_again_goes_at_once(desk):
    message_id = unsure(desk)

    desk.sends(f"/messages/{message_id}/decide", {"decision": "send_again"})
    desk.world.work()

    assert desk.world.message.state == "sent"
    assert len(desk.world.accepted) == 2


def test_what_failed_is_sent_again_once(desk):
    failed(desk)
    path = f"/messages/{newest(desk)}"
    assert "Send it again" in desk.reads(path)

    first = desk.sends(f"{path}/again")
    second = desk.sends(f"{path}/again")
    desk.world.work()

    assert first.headers["Location"] == second.headers["Location"]
    assert sorted(row.state for row in desk.world.messages) == ["failed", "sent"]
    assert "It was sent again: to that message" in desk.reads(path)
    [change] = desk.world.rows("changes")
    assert change.what == "message_sent_again"
    assert "A message sent again" in desk.reads("/settings/changes")


def test_what_is_too_old_says_so_instead_of_a_button(desk):
    failed(desk)
    desk.world.now += timedelta(days=2)

    page = desk.gets(f"/messages/{newest(desk)}").get_data(as_text=True)

    assert "It is too old to be news." in page
    assert "/again" not in page


def test_who_only_looks_is_offered_nothing(desk):
    failed(desk)
    desk.has_role(Role.VIEWER)

    page = desk.gets(f"/messages/{newest(desk)}").get_data(as_text=True)

    assert "/again" not in page
    assert desk.sends(f"/messages/{newest(desk)}/again").status_code == 403


def test_another_stores_message_is_not_there(desk):
    desk.world.open_shop(BOB, number=None)
    desk.world.shopify_says("orders/create", samples.order(agreed=False), domain=BOB)
    desk.world.work()
    assert desk.world.shop_ids.keys() == {SHOP, BOB}
    [message] = desk.world.messages or [None]

    for path in ("", "/raw"):
        answer = desk.gets(f"/messages/{message.id}{path}")
        assert answer.status_code == 422
    assert desk.sends(f"/messages/{message.id}/again").status_code == 422
    sent = desk.sends(f"/messages/{message.id}/decide", {"decision": "drop"})
    assert sent.status_code == 422
    assert "#1001" not in desk.reads("/messages")


@pytest.mark.parametrize(
    "name",
    [
        '"><script>alert(1)</script>',
        "{{ 7*7 }}{% raise %}",
        "' onmouseover=alert(1) x='",
        "\u202egnp.exe \ufeff",
        "<s-button onclick=x>",
    ],
)
def test_names_are_text_whatever_they_say(desk, name):
    order(desk, name=name, first_name=name)

    for path in ("/messages", f"/messages/{newest(desk)}", "/orders", "/orders/7000"):
        page = desk.gets(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<s-button onclick" not in page
        assert not re.search(r"<[^>]+\s(on\w+)=", page), path
        assert "49" not in re.findall(r">(\d+)<", page)


def test_a_message_whose_key_is_gone_still_stands_in_the_list(desk, monkeypatch):
    order(desk)

    def lost(*_given, **_named):
        raise CannotOpen

    monkeypatch.setattr(type(desk.world.services.book), "opened", lost)

    assert "#1001 no number sent" in desk.reads("/messages")
