"""The simulated Cloud API takes what Meta takes, and refuses what Meta refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.meta import DEFAULT_NUMBER_ID
from sandbox.meta.errors import ERRORS
from sandbox.meta.pace import Pairs, Throughput
from sandbox.receiver import Receiver, receiver
from tests.wire.meta_caller import (
    Meta,
    filled,
    message,
    named,
    open_meta,
    shape,
    without_trace,
)


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as inbox:
        yield inbox


@pytest.fixture
def meta(tmp_path: Path, inbox: Receiver) -> Iterator[Meta]:
    with open_meta(tmp_path, inbox) as meta:
        yield meta


def test_an_accepted_message_is_answered_as_meta_answers(
    meta: Meta, shared: Path
) -> None:
    folder = shared / "payloads/whatsapp/response"
    real = json.loads((folder / "send_template_accepted.json").read_text())

    status, answer = meta.send(message())

    assert status == 200
    assert shape(answer) == shape(real)
    assert answer["contacts"] == [{"input": "+4915123456789", "wa_id": "4915123456789"}]
    assert answer["messages"][0]["message_status"] == "accepted"
    assert answer["messages"][0]["id"].startswith("wamid.HBgN")


def test_the_ledger_has_one_line_for_each_accepted_message(meta: Meta) -> None:
    _, answer = meta.send(message())
    meta.send(message(to="nobody"))

    ledger = meta.control.get("ledger?since=0")

    assert ledger["total"] == 1
    (line,) = ledger["entries"]
    assert line.pop("time") > 0
    assert line == {
        "id": answer["messages"][0]["id"],
        "phone_number_id": DEFAULT_NUMBER_ID,
        "to": "4915123456789",
        "type": "template",
        "template": "parcel",
        "language": "en",
        "biz_opaque_callback_data": "msg_1:1",
    }
    assert meta.control.get("ledger?since=1")["entries"] == []


LONG = "x" * 1024


REFUSALS: list[tuple[str, dict[str, Any], int, int]] = [
    ("no product", {"messaging_product": "sms"}, 100, 400),
    ("no recipient", {"to": None}, 131008, 400),
    ("no plus", {"to": "4915123456789"}, 131009, 400),
    ("a word", {"to": "Ada"}, 131009, 400),
    ("a tag too long", {"biz_opaque_callback_data": "x" * 513}, 100, 400),
    ("an unknown type", {"type": "telegram"}, 100, 400),
    ("no template", {"template": None}, 131008, 400),
    ("an unknown template", {"template": filled(name="other")}, 132001, 404),
    ("another language", {"template": filled(language="en_US")}, 132001, 404),
    ("too few", {"template": filled(body=[named("first_name", "A")])}, 132000, 400),
    ("no components", {"template": filled(components=[])}, 132000, 400),
    (
        "a wrong name",
        {"template": filled(body=[named("first_name", "A"), named("name", "B")])},
        132012,
        400,
    ),
    (
        "no names",
        {"template": filled(body=[{"type": "text", "text": t} for t in "AB"])},
        132012,
        400,
    ),
    (
        "another kind",
        {"template": filled(body=[{"type": "image"}, named("order_name", "B")])},
        132012,
        400,
    ),
    (
        "an empty one",
        {"template": filled(body=[named("first_name", ""), named("order_name", "B")])},
        131008,
        400,
    ),
    *(
        (
            f"{text!r} inside",
            {
                "template": filled(
                    body=[named("first_name", f"A{text}B"), named("order_name", "C")]
                )
            },
            132012,
            400,
        )
        for text in ("\n", "\t", "     ")
    ),
    (
        "too long a text",
        {
            "template": filled(
                body=[named("first_name", LONG), named("order_name", "C")]
            )
        },
        132005,
        400,
    ),
    (
        "no button value",
        {
            "template": filled(
                components=[
                    {
                        "type": "body",
                        "parameters": [
                            named("first_name", "A"),
                            named("order_name", "B"),
                        ],
                    }
                ]
            )
        },
        131008,
        400,
    ),
    ("free text unasked", {"type": "text", "text": {"body": "Hi"}}, 131047, 400),
    ("not on WhatsApp", {"to": "+49151131026"}, 131026, 400),
    ("its own number", {"to": "+15550130100"}, 131021, 400),
]


@pytest.mark.parametrize(
    ("changes", "code", "http_status"),
    [row[1:] for row in REFUSALS],
    ids=[row[0] for row in REFUSALS],
)
def test_a_message_is_refused_with_metas_code_and_not_sent(
    meta: Meta, changes: dict[str, Any], code: int, http_status: int
) -> None:
    status, answer = meta.send(message(**changes))

    assert (answer["error"]["code"], status) == (code, http_status)
    assert answer["error"]["type"] == "OAuthException"
    assert answer["error"]["fbtrace_id"]
    assert meta.sent() == 0


@pytest.mark.parametrize(
    ("state", "code"), [("PAUSED", 132015), ("DISABLED", 132016), ("REJECTED", 132001)]
)
def test_only_an_approved_template_may_be_sent(
    meta: Meta, state: str, code: int
) -> None:
    meta.control.post("templates", {"name": "parcel", "status": state})

    _, answer = meta.send(message())

    assert answer["error"]["code"] == code
    assert meta.sent() == 0


def test_a_wrong_token_is_401_and_a_foreign_number_unknown(meta: Meta) -> None:
    stranger = Meta(meta.control, token="EAANstranger")
    foreign = meta.call("POST", "999/messages", message())

    status, answer = stranger.send(message())

    assert (status, answer["error"]["code"]) == (401, 190)
    assert foreign[0] == 400
    assert foreign[1]["error"]["code"] == 100
    assert foreign[1]["error"]["error_subcode"] == 33


def test_every_code_of_metas_has_its_http_status(shared: Path) -> None:
    table = json.loads((shared / "payloads/whatsapp/_ref/errors.json").read_text())

    assert {row["code"]: row["http"] or 400 for row in table} == {
        code: status for code, (status, _) in ERRORS.items()
    }


def test_refusals_of_pace_have_metas_words(meta: Meta, shared: Path) -> None:
    folder = shared / "payloads/whatsapp/response"
    rate = json.loads((folder / "error_130429.json").read_text())["error"]
    pair = json.loads((folder / "error_131056_pair_rate.json").read_text())["error"]

    burst = [meta.send(message())[1] for _ in range(46)]
    meta.control.post("settings", {"throughput": 0})
    _, slowed = meta.send(message(to="+4915123456788"))

    assert without_trace(burst[-1]["error"]) == without_trace(pair)
    assert without_trace(slowed["error"]) == without_trace(rate)
    assert meta.sent() == 45


def test_whatever_was_turned_is_as_at_the_start_but_for_what_is_named(
    meta: Meta,
) -> None:
    first = meta.control.put("settings", {})["settings"]
    turned = {
        "faults": [{"kind": "error_before", "next": 9}], "latency_ms": 9,
        "recipients": {"+4915123456788": {"refuse": 131026}},
        "app_url": "http://127.0.0.1:9", "statuses": {"read_share": 0.5},
        "templates": {"review_ms": 7}, "catalog": {"batch_ms": 60_000},
    }  # fmt: skip
    meta.control.post("settings", turned)

    after = meta.control.put("settings", {"pair_limit": False})["settings"]

    assert after == {**first, "pair_limit": False}


def test_what_was_said_is_forgotten_on_both_sides(meta: Meta) -> None:
    meta.send(message(to="+4915123456788"))
    meta.control.post("inbound", {"from": "4915123456788", "text": "hello"})
    shown = meta.control.get("desk?to=4915123456788")["bubbles"]
    assert {bubble["is_reply"] for bubble in shown} == {True, False}

    meta.control.delete("ledger")

    left = meta.control.get("desk?to=4915123456788")
    assert (left["bubbles"], left["phones"], left["replies"]) == ([], [], [])


def test_throughput_counts_any_one_second() -> None:
    pace = Throughput(2)

    allowed = [pace.allows(at) for at in (0.0, 0.5, 0.75, 1.0, 1.25, 1.5)]

    assert allowed == [True, True, False, True, False, True]


def test_a_burst_to_one_person_is_lent_from_the_future() -> None:
    pairs = Pairs()

    burst = [pairs.allows("n", "p", 0.1 * n) for n in range(46)]

    assert burst == [True] * 45 + [False]
    assert not pairs.allows("n", "p", 45 * 6 - 1)
    assert pairs.allows("n", "p", 45 * 6 + 1)
    assert pairs.allows("n", "somebody else", 5.0)
