"""The simulated Cloud API tells what Meta tells, and fails as networks fail."""

import http.client
import json
from collections.abc import Iterator
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import pytest

from sandbox.meta import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from sandbox.meta.errors import asynchronous
from sandbox.receiver import Receiver, receiver
from tests.wire.meta_caller import (
    QUICK,
    TOKEN,
    Meta,
    collected,
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
