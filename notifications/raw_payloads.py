"""What was told and sent, as it was: for whoever doubts what a page says of it.

It is personal data, so whoever opens it is written down first. What is kept no more,
or was sealed with a key that is gone, is simply not there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.sealing import CannotOpen
from core.values import MessageId, OrderId, ShopId
from notifications.ports import Services
from notifications.retelling import Interpreter
from notifications.sent_text import body_of
from storage import asking, inbox
from storage.session import Transaction

_MOST = 50


@dataclass(frozen=True, slots=True)
class Raw:
    """``text`` is JSON on lines of its own, None where it is kept no more. ``id`` is
    that of a webhook."""

    id: int | None
    topic: str | None
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPayloads:
    """``webhooks`` are those that led to the message, ``request`` is what Meta was sent
    last, and ``reports`` what is kept of what Meta said of it."""

    webhooks: Sequence[Raw]
    request: Raw
    reports: Raw


def of_message(
    shop_id: ShopId,
    message_id: MessageId,
    *,
    interpreter: Interpreter,
    services: Services,
) -> RawPayloads | None:
    """None where the shop has no such message."""
    with services.transactions.for_shop(shop_id) as tx:
        row = asking.message(tx, shop_id, message_id)
        if row is None:
            return None
        webhooks = list(_webhooks(tx, shop_id, row, services))
    return RawPayloads(
        webhooks=webhooks,
        request=Raw(None, None, _request(row, interpreter, services)),
        reports=Raw(None, None, _reports(row)),
    )


def _webhooks(
    tx: Transaction, shop_id: ShopId, row: Mapping[str, Any], services: Services
) -> Iterator[Raw]:
    if row["order_id"] is None:
        return
    told = asking.webhooks_of_orders(tx, shop_id, [OrderId(row["order_id"])])
    ids = [
        each["id"]
        for each in told
        if row["occasion"] in (each["outcome"] or {}).values()
    ]
    for kept in inbox.bodies(tx, shop_id, ids[:_MOST]):
        yield Raw(kept["id"], kept["topic"], _opened(kept, services))


def _opened(kept: Mapping[str, Any], services: Services) -> str | None:
    if kept["body"] is None:
        return None
    try:
        body = inbox.unpack(kept["body"], kept["shop_domain"], services.sealer)
    except CannotOpen:
        return None
    return _pretty(body)


def _request(
    row: Mapping[str, Any], interpreter: Interpreter, services: Services
) -> str | None:
    try:
        body = body_of(row, services)
    except CannotOpen:
        return None
    if body is None:
        return None
    phone = row["phone"] and services.book.opened(row["shop_id"], row["phone"]).e164
    return _written(interpreter.as_sent(body, to=phone))


def _reports(row: Mapping[str, Any]) -> str | None:
    """Reports come in bundles with those of other stores: of each is kept what it is
    about alone."""
    said = [
        {name: each[name] for name in ("at", "what", "code") if name in each}
        for each in row["story"]
        if str(each["what"]).startswith("reported_")
    ]
    kept = {
        "id": row["provider_id"],
        "statuses": said,
        "errors": row["errors"],
        "pricing": row["pricing"],
    }
    found = {name: value for name, value in kept.items() if value}
    return _written(found) if found else None


def _pretty(body: bytes) -> str:
    try:
        return _written(json.loads(body))
    except ValueError:
        return body.decode(errors="replace")


def _written(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
