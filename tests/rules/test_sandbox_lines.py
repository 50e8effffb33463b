"""The trace tells a first webhook from a repeat, and both from a forgery."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from core.words import words_for
from notifications.replies import Says
from sandbox.page import lines
from sandbox.page.bubbles import shown
from sandbox.page.eras import Eras
from sandbox.page.lines import Seen
from sandbox.page.parcels import route
from sandbox.page.parcels import shown as orders_shown
from sandbox.shopify.people import BUYERS

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENGLISH = words_for("en")


def row(**given: Any) -> Any:
    usual = {
        "id": 7,
        "dedupe_id": "w-1",
        "topic": "orders/create",
        "lane": 3,
        "state": "done",
        "reason": None,
        "outcome": {"events": ["OrderSeen"]},
        "attempts": 0,
        "order_id": 1,
        "order_name": "#1001",
        "arrived_at": NOON,
        "happened_at": NOON,
    }
    return SimpleNamespace(**{**usual, **given})


def delivery(seconds: float = 0.01, **given: Any) -> dict[str, Any]:
    usual = {
        "webhook_id": "w-1",
        "topic": "orders/create",
        "attempt": 0,
        "status": 200,
        "at": (NOON + timedelta(seconds=seconds)).isoformat(),
        "milliseconds": 12.0,
        "order_id": 1,
        "forged": False,
        "bytes": 9_800,
    }
    return {**usual, **given}


def message(*story: dict[str, Any], **given: Any) -> Any:
    usual = {
        "id": "msg_1",
        "automation": "order_confirmation",
        "state": "sent",
        "reason": None,
        "order_id": 1,
        "order_name": "#1001",
        "due_at": NOON,
        "template": "sosik_order_confirmation_1",
        "language": "en",
        "provider_id": "wamid.x",
        "attempt": 1,
        "told": None,
        "story": list(story),
    }
    return SimpleNamespace(**{**usual, **given})


def traced(order_id: int | None = None, **given: Any) -> list[lines.Line]:
    nothing: dict[str, Any] = {
        "webhooks": [],
        "messages": [],
        "bundles": [],
        "deliveries": [],
        "replies": [],
        "notes": [],
        "names": {1: "#1001"},
    }
    return lines.trace(Seen(**{**nothing, **given}), ENGLISH, order_id=order_id)


def said(line: lines.Line) -> str:
    return f"{line.title}: {line.detail}"


def test_a_repeat_is_no_second_row():
    first, kept, repeat = traced(
        webhooks=[row()], deliveries=[delivery(0.01), delivery(2.0)]
    )

    assert "signature right · written down · 200" in first.detail
    assert kept.kind == "row"
    assert "its id is known · 200, and no second row" in repeat.detail
    assert repeat.opens == first.opens == ("webhooks", "7")


def test_a_forgery_is_told_though_nothing_is_stored():
    [line] = traced(deliveries=[delivery(status=401, webhook_id="w-9")])

    assert "401, and nothing is stored" in line.detail
    assert (line.tone, line.opens) == (lines.BAD, None)


@pytest.mark.parametrize(("status", "words"), [(None, "no answer"), (503, "503")])
def test_a_delivery_that_failed_comes_again(status, words):
    [line] = traced(deliveries=[delivery(status=status)])

    assert words in line.detail
    assert "Shopify comes again" in line.detail


def test_a_row_of_which_no_delivery_is_remembered_is_told_all_the_same():
    came, kept = traced(webhooks=[row()])

    assert (came.kind, kept.kind) == ("webhook", "row")
    assert came.title == "orders/create"


@pytest.mark.parametrize(
    ("given", "words", "tone"),
    [
        ({"state": "pending"}, "waits to be read", lines.WAITS),
        ({"state": "pending", "attempts": 2}, "tried again", lines.BAD),
        ({"state": "ignored", "reason": "not_of_interest"}, ".", lines.QUIET),
        ({"state": "stuck", "reason": "CannotOpen"}, ".", lines.BAD),
        ({}, "no news for the buyer", lines.QUIET),
        ({"outcome": {"order_confirmation": "not_paid"}}, "none (", lines.PLAIN),
        ({"outcome": {"order_confirmation": "order_confirmation:1"}},
         "what came of it: order_confirmation", lines.PLAIN),
    ],
)  # fmt: skip
def test_a_row_tells_what_reading_it_led_to(given, words, tone):
    _, kept = traced(webhooks=[row(**given)])

    assert words in kept.detail
    assert kept.tone == tone


def test_of_two_webhooks_with_one_occasion_the_second_proposes_nothing_new():
    outcome = {"order_confirmation": "order_confirmation:1"}
    newer = row(id=8, dedupe_id="w-2", outcome=outcome)

    found = traced(webhooks=[newer, row(outcome=outcome)])
    rows = {line.id: line.detail for line in found if line.kind == "row"}

    assert rows == {
        "w 7": "what came of it: order_confirmation",
        "w 8": "what came of it: order_confirmation (proposed already)",
    }


def test_a_report_of_whole_seconds_does_not_stand_before_what_it_reports_on():
    at = NOON + timedelta(milliseconds=900)
    found = traced(
        messages=[
            message(
                {"at": NOON.isoformat(), "what": "proposed"},
                {"at": at.isoformat(), "what": "accepted"},
                {"at": NOON.isoformat(), "what": "reported_sent"},
            )
        ]
    )

    assert [line.title for line in found] == [
        "order_confirmation proposes a message",
        "POST /messages: Meta took it",
        "sent ✓",
    ]
    assert found[-1].at == at


def test_a_message_that_waits_says_until_when_and_one_that_waited_does_not():
    until = NOON + timedelta(minutes=2)
    wait = {"at": NOON.isoformat(), "what": "waiting", "because": "pair_limit"}
    taken = {"at": NOON.isoformat(), "what": "taken", "language": "en"}

    [waits] = traced(messages=[message(wait, state="waiting", due_at=until)])
    waited, _ = traced(messages=[message(wait, taken, due_at=until)])

    assert (waits.until, waited.until) == (until, None)
    assert "[pair_limit]" in waits.detail


def test_every_line_of_a_story_has_words():
    for what, (kind, title, _) in lines._STEPS.items():
        [line] = traced(messages=[message({"at": NOON.isoformat(), "what": what})])

        assert line.kind == kind
        assert line.title == title % {"automation": "order_confirmation"}


def test_the_trace_of_one_order_has_nothing_of_others_and_no_hand():
    other = row(id=8, dedupe_id="w-2", order_id=2, order_name="#1002")
    note = {"at": NOON.isoformat(), "what": "forged", "about": "", "values": {}}
    everything = {
        "webhooks": [other, row()],
        "deliveries": [delivery(), delivery(webhook_id="w-2", order_id=2)],
        "notes": [note],
        "names": {1: "#1001", 2: "#1002"},
    }

    assert {line.order for line in traced(**everything)} == {"#1001", "#1002", None}
    assert {line.order for line in traced(order_id=1, **everything)} == {"#1001"}


def moved(after: float, what: str, *, offset: int, **values: Any) -> dict[str, Any]:
    """What is noted of a move, so many seconds after noon in real time."""
    at = NOON + timedelta(seconds=after + offset)
    told = {"at": at.isoformat(), "what": what, "about": ""}
    return {**told, "values": {"offset": offset, **values}}


DAY = 86_400
WENT_AND_CAME_BACK = [
    moved(100, "travelled", offset=DAY, seconds=DAY),
    moved(200, "home", offset=0),
]


def test_what_happened_in_the_moved_time_stands_before_what_came_after():
    def came(number: int, seconds: float) -> Any:
        at = NOON + timedelta(seconds=seconds)
        return row(id=number, dedupe_id=f"w-{number}", arrived_at=at, order_name=None)

    found = traced(
        webhooks=[came(1, 50), came(2, 150 + DAY), came(3, 250)],
        notes=WENT_AND_CAME_BACK,
        eras=Eras.noted(WENT_AND_CAME_BACK, now=NOON + timedelta(seconds=300)),
    )

    rows = [line.id for line in found if line.kind in ("row", "hand")]
    assert [each.split()[-1] for each in rows] == ["1", "travelled", "2", "home", "3"]
    assert found[-1].at == NOON + timedelta(seconds=250)


def test_a_message_that_was_begun_in_the_moved_time_is_followed_up_after_it():
    def at(seconds: float) -> str:
        return (NOON + timedelta(seconds=seconds)).isoformat()

    found = traced(
        messages=[
            message(
                {"at": at(150 + DAY), "what": "proposed"},
                {"at": at(250.9), "what": "accepted"},
                {"at": at(250), "what": "reported_sent"},
            )
        ],
        notes=WENT_AND_CAME_BACK,
        eras=Eras.noted(WENT_AND_CAME_BACK, now=NOON + timedelta(seconds=300)),
    )

    kinds = [line.kind for line in found]
    assert kinds == ["hand", "propose", "hand", "call", "status"]
    assert [line.at for line in found[-2:]] == [NOON + timedelta(seconds=250.9)] * 2


def test_a_repeat_is_known_as_one_though_its_first_came_in_the_moved_time():
    first = row(arrived_at=NOON + timedelta(seconds=150 + DAY))

    found = traced(
        webhooks=[first],
        deliveries=[delivery(150.01 + DAY), delivery(250)],
        eras=Eras.noted(WENT_AND_CAME_BACK, now=NOON + timedelta(seconds=300)),
    )

    assert "no second row" in found[-1].detail


def test_once_the_moved_time_has_really_come_the_newest_is_last_all_the_same():
    at = NOON + timedelta(seconds=150 + DAY)
    eras = Eras.noted(WENT_AND_CAME_BACK, now=NOON + timedelta(seconds=160 + DAY))

    assert eras.really(at) == at


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"text": {"body": "STOP"}}, "STOP"),
        ({"button": {"text": "Stop promotions"}}, "Stop promotions"),
        ({"interactive": {"button_reply": {"title": "Nothing"}}}, "Nothing"),
        (
            {"order": {"product_items": [{"quantity": 2}, {"quantity": 1}]}},
            "🛒 × 3",
        ),
        ({"image": {"id": "1"}}, ""),
    ],
)
def test_what_somebody_said_or_pressed_is_shown_as_they_saw_it(said, shown):
    reply = {"digest": "d", "at": NOON.timestamp(), "messages": [{"id": "w", **said}]}

    [heard] = traced(replies=[reply])

    assert f"“{shown}”" in heard.detail


@pytest.mark.parametrize("says", Says)
def test_what_was_made_of_it_is_said_for_every_answer(says):
    asked = {"at": NOON.isoformat(), "what": "asked"}
    answer = message(asked, automation="reply", told={"says": says.value})

    [line] = traced(messages=[answer])

    assert line.title not in ("asked", "Their words are answered")


def test_plain_words_come_before_names_of_programs():
    proposed = {"at": NOON.isoformat(), "what": "proposed"}
    silent = {"state": "waiting", "automation": "parcel_stale", "due_at": NOON}

    came, read, line = traced(
        webhooks=[row()],
        messages=[message(proposed, **silent)],
        summaries={"parcel_stale": "The carrier has told nothing."},
    )

    assert (came.title, read.title) == ("orders/create", "Written down, and read")
    assert line.title == "The carrier has told nothing."
    assert line.detail == (
        "parcel_stale · goes out only if nothing is heard until then"
    )


def test_the_trace_is_bounded():
    many = [row(id=n, dedupe_id=f"w-{n}") for n in range(400)]

    assert len(traced(webhooks=many)) == lines.MOST_LINES


@pytest.mark.parametrize("country", sorted({b.country_code for b in BUYERS.values()}))
def test_every_buyers_parcel_has_a_way_of_towns(country):
    stops = route(country)

    assert stops[0][1] == "KR"
    assert len(set(stops)) == len(stops) >= 2


def an_order(**given: Any) -> dict[str, Any]:
    usual = {
        "id": 2**62,
        "country": "DE",
        "city": "Freiburg",
        "payment": "paid",
        "cancelled_at": None,
        "parcels": [],
    }
    return {**usual, **given}


def scanned(*towns: tuple[str, str], status: str = "in_transit") -> dict[str, Any]:
    scans = [{"city": c, "country": k, "status": status} for c, k in towns]
    return {"status": status, "scans": scans}


def test_the_next_scan_is_in_the_next_town():
    parcel = scanned(("Seoul", "KR"), ("Incheon", "KR"))

    [order] = orders_shown([an_order(parcels=[parcel])], ENGLISH)

    assert order["next_stop"] == {
        "city": "Hong Kong",
        "country": "HK",
        "name": "Hong Kong",
    }
    assert [stop["passed"] for stop in order["route"]] == [*[True] * 2, *[False] * 3]


def test_towns_are_named_in_the_readers_language_and_told_in_the_carriers():
    parcel = scanned(("Seoul", "KR"))

    [order] = orders_shown([an_order(parcels=[parcel])], words_for("ko"))

    names = [stop["name"] for stop in order["route"]]
    assert names[:3] == ["서울", "인천", "홍콩"]
    assert (order["next_stop"]["city"], order["next_stop"]["name"]) == (
        "Incheon",
        "인천",
    )
    assert order["town"] == "Freiburg"


@pytest.mark.parametrize(
    ("locale", "name"),
    [("ko", "김지우"), ("zh-TW", "林雅婷"), ("en", "Grace Whitfield")],
)
def test_people_are_called_as_their_language_does(locale, name):
    assert BUYERS[locale].name == name


def test_an_id_is_a_text_since_a_script_would_round_it():
    [order] = orders_shown([an_order()], ENGLISH)

    assert order["id"] == str(2**62)


@pytest.mark.parametrize(
    ("given", "can"),
    [
        ({}, ["ship", "refund", "cancel"]),
        ({"payment": "pending"}, ["pay", "ship", "cancel"]),
        ({"cancelled_at": "2026"}, []),
        ({"parcels": [scanned()]}, ["scan", "refund"]),
        ({"parcels": [scanned(status="delivered")]}, ["refund"]),
        ({"payment": "refunded", "parcels": [scanned()]}, ["scan"]),
    ],
)
def test_only_what_can_be_done_is_offered(given, can):
    [order] = orders_shown([an_order(**given)], ENGLISH)

    assert order["can"] == can


def test_a_reply_has_its_second_tick_when_we_have_it_on_disk():
    reply = {"id": "wamid.r", "at": 0.0, "is_reply": True, "content": "Hello"}

    [on_its_way] = shown([reply], [], set())
    [came] = shown([reply], [], {"wamid.r"})

    assert (on_its_way["ticks"], came["ticks"]) == ("sent", "delivered")


def test_a_bubble_whose_message_is_in_doubt_says_so():
    bubble = {
        "id": "wamid.1",
        "at": 0.0,
        "is_reply": False,
        "type": "template",
        "tag": "msg_1:1",
        "language": "ar",
        "content": {"header": "A", "body": "B", "footer": None, "buttons": []},
    }
    in_doubt = SimpleNamespace(id="msg_1", state="unsure", reason=None)

    [found] = shown([bubble], [in_doubt], set())

    assert (found["ticks"], found["is_rtl"]) == ("unsure", True)
