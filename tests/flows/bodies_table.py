"""What becomes of each body that we know of: the messages, or the reasons for none.

Every body is told twice, about two orders of its own: as it came, and with the buyer's
yes added. Its times are moved so that it is told now, and the bodies of parcels are
told after an order that they belong to.
"""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests import samples

CONFIRMED = "sosik_order_confirmation_1"
ON_ITS_WAY = "sosik_parcel_on_its_way_1"

NO_YES = {"order_confirmation: skipped no_consent"}
NO_PHONE = {"order_confirmation: skipped no_phone"}
NOT_PAID = {"order_confirmation: not_paid"}
CANCELLED = {"order_confirmation: order_cancelled"}
IN_ENGLISH = {f"order_confirmation: sent {CONFIRMED} en"}
IN_KOREAN = {f"order_confirmation: sent {CONFIRMED} ko"}
LEFT = {f"parcel_on_its_way: sent {ON_ITS_WAY} en"}
TOLD_TO_NOBODY = {"parcel_on_its_way: skipped no_consent"}
LEAVES_LATER = {"parcel_on_its_way: waiting"}

Outcome = frozenset[str] | set[str]

# The name of the body; what becomes of it as it came; and of it with a yes.
TABLE: Mapping[str, tuple[Outcome, Outcome]] = {}

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
_YES = {"name": "_whatsapp_opt_in", "value": "true"}
_IS_LEFT = frozenset({"sent", "delivered", "read"})


@dataclass(frozen=True)
class Told:
    """What a store tells, in its order, about one order of its own."""

    order_name: str
    posts: list[tuple[str, dict[str, Any]]]
    becomes: Outcome


def everything_told(shared: Path, now: datetime) -> Iterator[Told]:
    for number, (name, (plain, agreed)) in enumerate(TABLE.items()):
        body = json.loads((shared / f"payloads/shopify/{name}.json").read_text())
        topic = "/".join(Path(name).name.split("__")[:2]).replace("rest", "create")
        yield _told(topic, body, 2 * number, plain, now, has_yes=False)
        yield _told(topic, body, 2 * number + 1, agreed, now, has_yes=True)


def outcome_of(story: Mapping[str, Any]) -> Outcome:
    """What ``why`` tells of an order, each message and each refusal on one line."""
    found = set()
    for message in story["messages"]:
        if message["state"] in _IS_LEFT:
            words = ["sent", message["template"], message["language"]]
        else:
            reason = message["reason"]
            words = [message["state"], reason["code"] if reason else ""]
        found.add(f"{message['automation']}: {' '.join(words).strip()}")
    for order in story["orders"]:
        for webhook in order["webhooks"]:
            assert webhook["state"] == "done"
            for made in webhook["made"]:
                if made["reason"] is not None:
                    found.add(f"{made['automation']}: {made['reason']['code']}")
    return found


def _told(
    topic: str,
    body: Mapping[str, Any],
    number: int,
    becomes: Outcome,
    now: datetime,
    *,
    has_yes: bool,
) -> Told:
    order_id, name = 9_000_000 + number, f"#B{number}"
    told = _moved(deepcopy(dict(body)), now)
    if topic.startswith("orders/"):
        told |= {"id": order_id, "name": name}
        if has_yes:
            told["note_attributes"] = [*(told.get("note_attributes") or []), _YES]
        for place, parcel in enumerate(told.get("fulfillments") or []):
            parcel |= {"id": 70_000_000 + 10 * number + place, "order_id": order_id}
        return Told(name, [(topic, told)], becomes)
    parcel_id = "fulfillment_id" if topic.startswith("fulfillment_events") else "id"
    told |= {parcel_id: 70_000_000 + 10 * number, "order_id": order_id}
    order = samples.order(
        order_id=order_id,
        name=name,
        phone=f"+4915110{number:06d}",
        agreed=True if has_yes else None,
        placed_at=now - timedelta(minutes=1),
    )
    return Told(name, [("orders/create", order), (topic, told)], becomes)


def _moved(body: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The same, told now: all of its times keep their distance from each other."""
    told_at = body.get("updated_at") or body["created_at"]
    later = now - datetime.fromisoformat(told_at)

    def moved(value: Any) -> Any:
        match value:
            case dict():
                return {name: moved(inner) for name, inner in value.items()}
            case list():
                return [moved(inner) for inner in value]
            case str() if _MOMENT.fullmatch(value):
                return (datetime.fromisoformat(value) + later).isoformat()
            case _:
                return value

    return {name: moved(value) for name, value in body.items()}
