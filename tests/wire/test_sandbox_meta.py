"""The simulated Cloud API refuses what Meta refuses, and tells what Meta tells."""

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import Control, ControlRefused
from sandbox.meta import (
    DEFAULT_NUMBER_ID,
    DEFAULT_WABA_ID,
    MetaSettings,
    MetaSimulator,
    sandbox_token,
)
from sandbox.meta.errors import ERRORS, asynchronous
from sandbox.meta.grammar import check_template
from sandbox.meta.pace import Pairs, Throughput
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running

TOKEN = sandbox_token("sandbox")
TEMPLATE = {
    "name": "parcel",
    "language": "en",
    "category": "UTILITY",
    "parameter_format": "NAMED",
    "components": [
        {
            "type": "BODY",
            "text": "Hello {{first_name}}, your order {{order_name}} is on its way.",
            "example": {
                "body_text_named_params": [
                    {"param_name": "first_name", "example": "Ada"},
                    {"param_name": "order_name", "example": "#1001"},
                ]
            },
        },
        {
            "type": "BUTTONS",
            "buttons": [
                {
                    "type": "URL",
                    "text": "Track it",
                    "url": "https://example.com/t/{{1}}",
                    "example": ["https://example.com/t/abc"],
                }
            ],
        },
    ],
}
QUICK = {
    "sent_ms": [0, 1],
    "delivered_ms": [0, 1],
    "read_ms": [0, 1],
    "read_share": 1.0,
}


@dataclass(frozen=True, slots=True)
class Meta:
    control: Control
    token: str = TOKEN

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        host = self.control.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=10)
        try:
            connection.request(
                method,
                f"/v26.0/{path}",
                body=None if body is None else json.dumps(body),
                headers={"Authorization": f"Bearer {self.token}"},
            )
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        is_json = "json" in answer.getheader("Content-Type", "")
        return answer.status, json.loads(said) if is_json else said

    def send(self, body: Any) -> tuple[int, Any]:
        return self.call("POST", f"{DEFAULT_NUMBER_ID}/messages", body)

    def create(self, body: Any) -> tuple[int, Any]:
        return self.call("POST", f"{DEFAULT_WABA_ID}/message_templates", body)

    def sent(self) -> int:
        return int(self.control.get("ledger")["total"])


def message(**changes: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+4915123456789",
        "type": "template",
        "template": filled(),
        "biz_opaque_callback_data": "msg_1:1",
        **changes,
    }


def filled(
    *, name: str = "parcel", language: str = "en", **changes: Any
) -> dict[str, Any]:
    body = [named("first_name", "Ada"), named("order_name", "#1001")]
    components = [
        {"type": "body", "parameters": changes.get("body", body)},
        {
            "type": "button",
            "sub_type": "url",
            "index": "0",
            "parameters": [{"type": "text", "text": "abc"}],
        },
    ]
    return {
        "name": name,
        "language": {"code": language},
        "components": changes.get("components", components),
    }


def named(name: str, text: str) -> dict[str, Any]:
    return {"type": "text", "parameter_name": name, "text": text}


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as inbox:
        yield inbox


@pytest.fixture
def meta(tmp_path: Path, inbox: Receiver) -> Iterator[Meta]:
    settings = MetaSettings(data_dir=tmp_path, app_url=inbox.url)
    with running(MetaSimulator(settings)) as control:
        control.post("settings", {"templates": {"review_ms": 0}, "statuses": QUICK})
        meta = Meta(control)
        assert meta.create(TEMPLATE)[0] == 200
        inbox.next_body()
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


def test_free_text_goes_for_24_hours_after_the_customer_wrote(
    meta: Meta, inbox: Receiver
) -> None:
    meta.control.post("inbound", {"from": "+4915123456789", "text": "Where is it?"})
    written = only_value(inbox.next_body())

    status, _ = meta.send(message(type="text", text={"body": "On its way."}))

    assert status == 200
    assert written["messages"][0]["text"] == {"body": "Where is it?"}
    assert written["messages"][0]["from"] == "4915123456789"
    assert written["contacts"][0]["wa_id"] == "4915123456789"


def test_statuses_are_signed_and_have_the_shape_of_2026(
    meta: Meta, inbox: Receiver, shared: Path
) -> None:
    folder = shared / "payloads/whatsapp/webhook_status"
    real = json.loads((folder / "sent_2026_service_regular_DERIVED.json").read_text())

    _, answer = meta.send(message())
    statuses = collected(inbox, 3)

    raw, headers = inbox.last
    assert headers["X-Hub-Signature-256"] == "sha256=" + (
        digest(b"sandbox-meta-secret", raw, sha256).hex()
    )
    assert shape(json.loads(raw)) == shape(real)
    assert [each["status"] for each in statuses] == ["sent", "delivered", "read"]
    assert {each["id"] for each in statuses} == {answer["messages"][0]["id"]}
    assert {each["biz_opaque_callback_data"] for each in statuses} == {"msg_1:1"}


def test_a_failure_comes_without_contacts_and_with_its_reason(
    meta: Meta, inbox: Receiver, shared: Path
) -> None:
    folder = shared / "payloads/whatsapp/webhook_status"
    real = json.loads((folder / "failed_131049.json").read_text())

    meta.send(message(to="+49151131049", biz_opaque_callback_data=None))
    body = inbox.next_body(where=lambda b: "errors" in json.dumps(b))

    assert shape(body) == shape(real)
    (status,) = only_value(body)["statuses"]
    assert status["errors"] == [asynchronous(131049)]
    assert status["recipient_id"] == "49151131049"


def test_marketing_to_the_united_states_is_accepted_and_fails(
    meta: Meta, inbox: Receiver
) -> None:
    meta.control.post("templates", {"name": "parcel", "category": "MARKETING"})
    assert only_value(inbox.next_body())["new_category"] == "MARKETING"

    status, _ = meta.send(message(to="+12015550123"))
    body = inbox.next_body(where=lambda b: "statuses" in json.dumps(b))

    assert status == 200
    assert only_value(body)["statuses"][0]["errors"][0]["code"] == 131049


def test_statuses_are_bundled_shuffled_and_doubled_when_asked(
    meta: Meta, inbox: Receiver
) -> None:
    unruly = {**QUICK, "double_share": 1.0, "shuffle": True, "bundle_size": 1000}
    meta.control.post("settings", {"statuses": unruly, "seed": 7})
    meta.control.post("pause")

    for n in range(20):
        meta.send(message(to=f"+49151234567{n:02d}", biz_opaque_callback_data=f"m:{n}"))
    meta.control.post("resume")
    statuses = collected(inbox, 20 * 3 * 2)

    told = [(each["biz_opaque_callback_data"], each["status"]) for each in statuses]
    assert {told.count(each) for each in told} == {2}
    assert len(set(told)) == 60
    assert [word for _, word in told] != sorted(word for _, word in told)
    assert inbox.count < 20
    reading = [word for tag, word in told if tag == "m:3"]
    assert reading != ["sent", "sent", "delivered", "delivered", "read", "read"]


def test_a_webhook_is_sent_again_until_it_is_taken(meta: Meta, inbox: Receiver) -> None:
    inbox.answer_next(500, 404, 302)
    meta.control.post("settings", {"statuses": {"retry_first_ms": 20}})

    meta.control.post("inbound", {"from": "+4915123456789", "text": "Hello"})
    first, *again = [inbox.next_raw(timeout_seconds=8) for _ in range(4)]

    assert again == [first] * 3
    assert inbox.is_quiet()


def test_a_silent_feed_tells_nothing_until_it_is_resumed(
    meta: Meta, inbox: Receiver
) -> None:
    meta.control.post("pause")
    meta.send(message())
    was_quiet = inbox.is_quiet()

    meta.control.post("resume")

    assert was_quiet
    assert len(collected(inbox, 3)) == 3


def test_the_handshake_shows_the_token_and_wants_the_challenge(
    meta: Meta, inbox: Receiver
) -> None:
    verified = meta.control.post("verify")

    assert verified == {"verified": True, "status": 200}
    assert inbox.handshakes[0]["hub.verify_token"] == "sandbox-verify-token"


FAULTS: list[tuple[dict[str, Any], int, int | None]] = [
    ({"kind": "refuse"}, 0, None),
    ({"kind": "reset_before"}, 0, None),
    ({"kind": "reset_after"}, 1, None),
    ({"kind": "error_before", "code": 131016}, 0, 500),
    ({"kind": "error_after", "code": 2}, 1, 503),
    ({"kind": "error_after", "code": 1}, 1, 500),
    ({"kind": "error_after", "body": "html", "http": 502}, 1, 502),
    ({"kind": "error_before", "body": "empty"}, 0, 500),
    ({"kind": "refusal", "code": 190}, 0, 401),
    ({"kind": "refusal", "code": 131031}, 0, 403),
    ({"kind": "refusal", "code": 131042}, 0, 400),
    ({"kind": "not_json"}, 0, 200),
    ({"kind": "slow", "ms": [1, 2]}, 1, 200),
    ({"kind": "held"}, 1, 200),
]


@pytest.mark.parametrize(("fault", "accepted", "http_status"), FAULTS)
def test_a_fault_strikes_the_next_send_and_no_other(
    meta: Meta, fault: dict[str, Any], accepted: int, http_status: int | None
) -> None:
    meta.control.post("settings", {"faults": [{**fault, "next": 1}]})

    if http_status is None:
        with pytest.raises(ConnectionError):
            meta.send(message())
    else:
        assert meta.send(message())[0] == http_status

    assert meta.sent() == accepted
    assert meta.send(message())[0] == 200
    assert meta.control.get("state")["faults_struck"] == {fault["kind"]: 1}


@pytest.mark.parametrize(("kind", "accepted"), [("hang_before", 0), ("hang_after", 1)])
def test_a_hanging_send_is_never_answered(meta: Meta, kind: str, accepted: int) -> None:
    meta.control.post("settings", {"faults": [{"kind": kind, "next": 1}]})
    host = meta.control.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=0.3)

    connection.request(
        "POST",
        f"/v26.0/{DEFAULT_NUMBER_ID}/messages",
        body=json.dumps(message()),
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()

    assert meta.sent() == accepted


def test_faults_with_a_share_are_the_same_for_the_same_seed(meta: Meta) -> None:
    asked = {"faults": [{"kind": "refusal", "share": 0.5, "code": 2}], "seed": 11}

    runs = []
    for _ in range(2):
        meta.control.post("settings", asked)
        sends = (message(to=f"+49151234568{n:02d}") for n in range(20))
        runs.append([meta.send(each)[0] for each in sends])

    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


def test_one_connection_may_mix_quick_and_ordinary_requests(meta: Meta) -> None:
    host = meta.control.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    path = f"/v26.0/{DEFAULT_NUMBER_ID}"
    statuses = []

    for method, target, body in (
        ("POST", f"{path}/messages", json.dumps(message())),
        ("POST", f"{path}/messages", iter([json.dumps(message()).encode()])),
        ("GET", path, None),
        ("POST", f"{path}/messages", json.dumps(message())),
    ):
        connection.request(method, target, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()

    assert statuses == [200, 200, 200, 200]
    assert meta.sent() == 3


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


def test_an_account_that_is_not_subscribed_hears_nothing(
    meta: Meta, inbox: Receiver
) -> None:
    meta.call("DELETE", f"{DEFAULT_WABA_ID}/subscribed_apps")

    meta.send(message())
    was_quiet = inbox.is_quiet()
    meta.call("POST", f"{DEFAULT_WABA_ID}/subscribed_apps")
    meta.send(message())

    assert was_quiet
    assert len(collected(inbox, 3)) == 3


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


def collected(inbox: Receiver, count: int) -> list[dict[str, Any]]:
    """Statuses as they come, until there are so many."""
    statuses: list[dict[str, Any]] = []
    while len(statuses) < count:
        for entry in inbox.next_body()["entry"]:
            for change in entry["changes"]:
                statuses += change["value"].get("statuses", [])
    return statuses


def only_value(body: Any) -> Any:
    (entry,) = body["entry"]
    (change,) = entry["changes"]
    return change["value"]


def shape(data: Any) -> Any:
    """Names and types alone; of a list, the shape of its first."""
    if isinstance(data, dict):
        return {name: shape(value) for name, value in data.items()}
    if isinstance(data, list):
        return [shape(each) for each in data[:1]]
    return type(data).__name__


def without_trace(error: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in error.items() if name != "fbtrace_id"}
