"""Meta webhook bodies, read into our events."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from core.events import DeliveryReported, Event, TemplateReviewed
from core.moments import is_believable
from core.values import Category, MessageId, Report
from integrations.strict_json import finite_float, objects_in, read_object

Wire: TypeAlias = Mapping[str, Any]

UNTIMED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a template was reviewed, where Meta does not say."""

_REPORTS = MappingProxyType(
    {
        "sent": Report.SENT,
        "delivered": Report.DELIVERED,
        "read": Report.READ,
        "played": Report.READ,  # a voice message that was listened to
        "failed": Report.FAILED,
    }
)
"""Meta's words and ours. Others (deleted, warning) say nothing about delivery."""

_OURS = re.compile(r"(msg_[0-9a-z]{1,60})(?::(\d{1,6}))?", re.ASCII)


def read(body: bytes) -> list[Event]:
    """Read one webhook, which may hold up to a thousand things that happened.

    What is not about our messages or templates is nothing to us, and one update that
    Meta garbled does not take the others with it.

    Raises:
        UnreadablePayload: the body is not an object in JSON.
    """
    return [
        event
        for account_id, at, field, value in _changes(
            read_object(body, parse_float=finite_float)
        )
        for event in _READERS.get(field, _nothing)(account_id, at, value)
    ]


def _changes(webhook: Wire) -> Iterator[tuple[str, datetime, str, Wire]]:
    """Account, time, field and value of every change of every entry."""
    for entry in objects_in(webhook.get("entry")):
        at = _moment(entry.get("time")) or UNTIMED
        for change in objects_in(entry.get("changes")):
            value, field = change.get("value"), change.get("field")
            if isinstance(value, dict) and isinstance(field, str):
                yield _text(entry.get("id")) or "", at, field, value


def _delivery_reports(_account: str, _at: datetime, value: Wire) -> Iterator[Event]:
    statuses = objects_in(value.get("statuses"))
    if not statuses:
        return
    metadata = value.get("metadata")
    number = (
        _text(metadata.get("phone_number_id")) if isinstance(metadata, dict) else ""
    )
    for status in statuses:
        report = _REPORTS.get(str(status.get("status")))
        provider_id = _text(status.get("id"))
        happened_at = _moment(status.get("timestamp"))
        if report is None or not provider_id or happened_at is None:
            continue
        reference, attempt = _ours(status.get("biz_opaque_callback_data"))
        pricing = status.get("pricing")
        yield DeliveryReported(
            happened_at=happened_at,
            phone_number_id=number or "",
            provider_id=provider_id,
            reference=reference,
            attempt=attempt,
            report=report,
            errors=tuple(objects_in(status.get("errors"))),
            pricing=pricing if isinstance(pricing, dict) else None,
        )


def _template_decided(account: str, at: datetime, value: Wire) -> Iterator[Event]:
    state = _text(value.get("event"))
    if state:
        category = _category(value.get("message_template_category"))
        yield from _reviewed(
            account, at, value, state.upper(), category, _reason(value)
        )


def _category_moved(account: str, at: datetime, value: Wire) -> Iterator[Event]:
    """Meta tells twice: a day before, when ``new_category`` still is the old one."""
    category = _category(value.get("new_category"))
    to_come = _category(value.get("correct_category"))
    reason = f"becomes {to_come.value}" if to_come else None
    if category is not None:
        yield from _reviewed(account, at, value, None, category, reason)


def _reviewed(
    account: str,
    at: datetime,
    value: Wire,
    state: str | None,
    category: Category | None,
    reason: str | None,
) -> Iterator[Event]:
    template = _text(value.get("message_template_name"))
    language = _text(value.get("message_template_language"))
    if template and language:
        yield TemplateReviewed(
            happened_at=at,
            account_id=account,
            template=template,
            # Meta takes en_US in requests, and writes en-US in webhooks.
            language=language.replace("-", "_"),
            state=state,
            category=category,
            reason=reason,
        )


def _nothing(_account: str, _at: datetime, _value: Wire) -> Iterator[Event]:
    return iter(())


def _ours(said: object) -> tuple[MessageId | None, int | None]:
    """``msg_...:2`` is the second attempt of that message; else it is not of ours."""
    found = _OURS.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        return None, None
    return MessageId(found[1]), int(found[2]) if found[2] else None


def _reason(value: Wire) -> str | None:
    """Meta's explanation where it gives one, else its code, else None."""
    explained = value.get("rejection_info")
    if isinstance(explained, dict) and (words := _text(explained.get("reason"))):
        return words
    reason = _text(value.get("reason"))
    return None if reason in (None, "", "NONE") else reason


def _category(word: object) -> Category | None:
    try:
        return Category(str(word).upper())
    except ValueError:
        return None


def _text(value: object) -> str | None:
    """Ids come as text or as numbers."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else None


def _moment(seconds: object) -> datetime | None:
    if not isinstance(seconds, str | int):
        return None
    try:
        moment = datetime.fromtimestamp(int(seconds), UTC)
    except (OSError, OverflowError, ValueError):
        return None
    return moment if is_believable(moment) else None


_Reader: TypeAlias = Callable[[str, datetime, Wire], Iterator[Event]]

_READERS: dict[str, _Reader] = {
    "messages": _delivery_reports,
    "message_template_status_update": _template_decided,
    "template_category_update": _category_moved,
}
