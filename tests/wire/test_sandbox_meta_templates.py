"""The simulated Cloud API reviews templates, and keeps accounts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import Control, ControlRefused
from sandbox.meta import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID, MetaSettings, MetaSimulator
from sandbox.meta.grammar import check_template
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running
from tests.wire.meta_caller import (
    TEMPLATE,
    TOKEN,
    Meta,
    message,
    only_value,
    open_meta,
    shape,
)


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as inbox:
        yield inbox


@pytest.fixture
def meta(tmp_path: Path, inbox: Receiver) -> Iterator[Meta]:
    with open_meta(tmp_path, inbox) as meta:
        yield meta


BODY = TEMPLATE["components"][0]


GRAMMAR: list[tuple[str, dict[str, Any]]] = [
    ("capitals in the name", {"name": "Parcel"}),
    ("an unknown language", {"language": "de-DE"}),
    ("an unknown category", {"category": "TRANSACTIONAL"}),
    ("no body", {"components": [{"type": "FOOTER", "text": "Bye"}]}),
    ("no example", {"components": [{"type": "BODY", "text": "Hi {{name}}, it came."}]}),
    ("two bodies", {"components": [BODY, BODY]}),
    ("a long footer", {"components": [BODY, {"type": "FOOTER", "text": "x" * 61}]}),
    ("a variable footer", {"components": [BODY, {"type": "FOOTER", "text": "{{a}}"}]}),
    (
        "quick replies apart",
        {
            "components": [
                BODY,
                {
                    "type": "BUTTONS",
                    "buttons": [
                        {"type": "QUICK_REPLY", "text": "Yes"},
                        {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+1"},
                        {"type": "QUICK_REPLY", "text": "No"},
                    ],
                },
            ]
        },
    ),
    ("a life too long", {"message_send_ttl_seconds": 43_201}),
    *(
        (
            title,
            {
                "parameter_format": "POSITIONAL",
                "components": [
                    {
                        "type": "BODY",
                        "text": text,
                        "example": {"body_text": [["a"] * n]},
                    }
                ],
            },
        )
        for title, text, n in (
            ("a leading variable", "{{1}}, your order is here", 1),
            ("a trailing variable", "Your order is {{1}}", 1),
            ("variables side by side", "Your order {{1}} {{2}} is on its way now", 2),
            ("numbers out of order", "Your order {{2}} is on its way", 1),
            ("more variables than words", "Hi {{1}} a {{2}} b {{3}} c", 3),
            ("too long a body", "x" * 1025, 0),
        )
    ),
]


@pytest.mark.parametrize(
    "changes", [row[1] for row in GRAMMAR], ids=[row[0] for row in GRAMMAR]
)
def test_a_template_is_refused_for(meta: Meta, changes: dict[str, Any]) -> None:
    status, answer = meta.create({**TEMPLATE, "name": "another", **changes})

    assert (status, answer["error"]["code"]) == (400, 100)
    assert answer["error"]["error_subcode"]
    assert answer["error"]["error_user_title"]


def test_a_template_is_refused_a_second_time_in_the_same_language(meta: Meta) -> None:
    status, answer = meta.create(TEMPLATE)

    assert (status, answer["error"]["error_subcode"]) == (400, 2388024)


def test_every_documented_template_passes_the_grammar(shared: Path) -> None:
    folder = shared / "payloads/whatsapp/template_create"
    documented = [json.loads(path.read_text()) for path in sorted(folder.iterdir())]

    named_ones = [each for each in documented if "language" in each]

    assert len(named_ones) >= 12
    for each in named_ones:
        check_template(each)


def test_a_review_takes_its_time_and_is_told_by_webhook(
    meta: Meta, inbox: Receiver, shared: Path
) -> None:
    folder = shared / "payloads/whatsapp/webhook_field"
    file = folder / "message_template_status_update_approved.json"
    meta.control.post("settings", {"templates": {"review_ms": 100}})

    _, created = meta.create({**TEMPLATE, "name": "slow"})
    body = inbox.next_body()

    assert created["status"] == "PENDING"
    assert shape(body) == shape(json.loads(file.read_text()))
    assert only_value(body)["event"] == "APPROVED"
    assert only_value(body)["message_template_name"] == "slow"


def test_reviewers_reject_and_move_the_category_on_demand(
    meta: Meta, inbox: Receiver
) -> None:
    meta.control.post(
        "templates", {"name": "cart", "status": "REJECTED", "category": "MARKETING"}
    )

    _, created = meta.create({**TEMPLATE, "name": "cart"})
    value = only_value(inbox.next_body())

    assert created["category"] == "MARKETING"
    assert value["event"] == "REJECTED"
    assert value["rejection_info"]


def test_templates_are_listed_page_by_page_with_the_fields_asked_for(
    meta: Meta,
) -> None:
    for n in range(4):
        meta.create({**TEMPLATE, "name": f"more_{n}"})

    seen, after = [], ""
    while True:
        path = f"{DEFAULT_WABA_ID}/message_templates?fields=name,status&limit=2{after}"
        _, page = meta.call("GET", path)
        seen += page["data"]
        if "next" not in page["paging"]:
            break
        after = f"&after={page['paging']['cursors']['after']}"

    assert [each["name"] for each in seen] == [
        "parcel",
        *(f"more_{n}" for n in range(4)),
    ]
    assert all(each.keys() == {"id", "name", "status"} for each in seen)


def test_an_unknown_field_is_refused(meta: Meta) -> None:
    status, answer = meta.call("GET", f"{DEFAULT_NUMBER_ID}?fields=id,shoe_size")

    assert (status, answer["error"]["code"]) == (400, 100)


def test_a_token_can_be_looked_at_by_the_app_alone(meta: Meta) -> None:
    app = "100000000000009%7Csandbox-meta-secret"

    _, known = meta.call("GET", f"debug_token?input_token={TOKEN}&access_token={app}")
    _, unknown = meta.call("GET", f"debug_token?input_token=no&access_token={app}")
    status, _ = meta.call("GET", f"debug_token?input_token={TOKEN}&access_token=me")

    assert known["data"]["is_valid"] is True
    assert "whatsapp_business_messaging" in known["data"]["scopes"]
    assert unknown["data"]["is_valid"] is False
    assert status == 401


def test_a_new_account_and_its_templates_survive_a_restart(tmp_path: Path) -> None:
    account = {
        "waba_id": "7001",
        "phone_number_id": "7002",
        "token": "EAANother",
        "display_phone_number": "+1 555-013-0107",
    }
    with running(MetaSimulator(MetaSettings(data_dir=tmp_path))) as control:
        control.post("settings", {"templates": {"review_ms": 0}})
        control.post("accounts", account)
        other = Meta(control, token="EAANother")
        other.call("POST", "7001/message_templates", TEMPLATE)
        other.call("POST", "7002/messages", message())

    with running(MetaSimulator(MetaSettings(data_dir=tmp_path))) as control:
        again = Meta(control, token="EAANother")
        status, _ = again.call("POST", "7002/messages", message())

        assert status == 200
        assert again.sent() == 2


def test_the_control_api_wants_its_secret(meta: Meta) -> None:
    stranger = Control(meta.control.url, "guess")

    with pytest.raises(ControlRefused, match="401"):
        stranger.get("state")


def test_a_setting_that_makes_no_sense_changes_nothing(meta: Meta) -> None:
    before = meta.control.get("state")["settings"]

    for wrong in (
        {"latency": 3},
        {"latency_ms": "slow"},
        {"statuses": {"read_share": 2}},
        {"faults": [{"kind": "earthquake"}]},
        {"faults": [{"kind": "refusal", "code": 12345}]},
    ):
        with pytest.raises(ControlRefused, match="400"):
            meta.control.post("settings", wrong)

    assert meta.control.get("state")["settings"] == before
