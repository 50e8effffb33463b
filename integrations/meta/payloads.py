"""Meta webhook bodies, read into our events."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from core.events import AccountMoved, Event, TemplateReviewed
from core.values import Category
from integrations.meta import accounts, chat
from integrations.meta.parts import Wire, moment, part, text
from integrations.meta.reports import delivery_reports
from integrations.strict_json import finite_float, objects_in, read_object

UNTIMED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a template was reviewed, where Meta does not say."""


def read(body: bytes) -> list[Event]:
    """Read one webhook, which may hold up to a thousand things that happened.

    What is not about our messages, our templates or what people say to us is nothing
    to us, and one update that Meta garbled does not take the others with it.

    Raises:
        UnreadablePayload: the body is not an object in JSON.
    """
    return [
        event
        for account_id, at, field, value in _changes(
            read_object(body, parse_float=finite_float, mends_text=True)
        )
        for reader in _READERS.get(field, ())
        for event in reader(account_id, at, value)
    ]


def _changes(webhook: Wire) -> Iterator[tuple[str, datetime, str, Wire]]:
    """Account, time, field and value of every change of every entry."""
    for entry in objects_in(webhook.get("entry")):
        at = moment(entry.get("time")) or UNTIMED
        for change in objects_in(entry.get("changes")):
            value, field = change.get("value"), change.get("field")
            if isinstance(value, dict) and isinstance(field, str):
                yield text(entry.get("id")) or "", at, field, value


def _template_decided(account: str, at: datetime, value: Wire) -> Iterator[Event]:
    state = text(value.get("event"))
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
    template = text(value.get("message_template_name"))
    language = text(value.get("message_template_language"))
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


def _moved(account: str, at: datetime, value: Wire) -> Iterator[Event]:
    """Where a partner is told of a client's account, the entry is the business'."""
    named = text(part(value, "waba_info").get("waba_id")) or account
    if named:
        yield AccountMoved(happened_at=at, account_id=named)


def _reason(value: Wire) -> str | None:
    """Meta's explanation where it gives one, else its code, else None."""
    explained = value.get("rejection_info")
    if isinstance(explained, dict) and (words := text(explained.get("reason"))):
        return words
    reason = text(value.get("reason"))
    return None if reason in (None, "", "NONE") else reason


def _category(word: object) -> Category | None:
    try:
        return Category(str(word).upper())
    except ValueError:
        return None


_Reader: TypeAlias = Callable[[str, datetime, Wire], Iterator[Event]]

_READERS: dict[str, Sequence[_Reader]] = {
    "messages": (delivery_reports, chat.said, accounts.changes),
    "user_preferences": (chat.preferences,),
    "message_template_status_update": (_template_decided,),
    "template_category_update": (_category_moved,),
    **dict.fromkeys(
        (
            *("account_update", "account_review_update", "account_alerts"),
            *("phone_number_quality_update", "phone_number_name_update"),
            "business_capability_update",
        ),
        (_moved,),
    ),
}
