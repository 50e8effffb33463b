"""A caller of the simulated Cloud API, and what it says and reads."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.clock import Clock, system_clock
from sandbox.control import Control
from sandbox.meta import (
    DEFAULT_NUMBER_ID,
    DEFAULT_WABA_ID,
    MetaSettings,
    MetaSimulator,
    sandbox_token,
)
from sandbox.receiver import Receiver
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


@contextmanager
def open_meta(
    data_dir: Path, inbox: Receiver, *, clock: Clock = system_clock
) -> Iterator[Meta]:
    """A simulator that tells the inbox, with TEMPLATE approved."""
    settings = MetaSettings(data_dir=data_dir, app_url=inbox.url)
    with running(MetaSimulator(settings, clock=clock)) as control:
        control.post("settings", {"templates": {"review_ms": 0}, "statuses": QUICK})
        meta = Meta(control)
        assert meta.create(TEMPLATE)[0] == 200
        inbox.next_body()
        yield meta


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
