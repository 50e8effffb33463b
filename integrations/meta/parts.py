"""The smallest parts of Meta's webhooks: ids, moments, people."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from core.moments import is_believable

Wire: TypeAlias = Mapping[str, Any]


def text(value: object) -> str | None:
    """Ids come as text or as numbers."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else None


def moment(seconds: object) -> datetime | None:
    if not isinstance(seconds, str | int):
        return None
    try:
        found = datetime.fromtimestamp(int(seconds), UTC)
    except (OSError, OverflowError, ValueError):
        return None
    return found if is_believable(found) else None


def part(whole: object, name: str) -> Wire:
    """An object in an object; empty where there is none."""
    found = whole.get(name) if isinstance(whole, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def number_of(value: Wire) -> str:
    """The id of the business' number that an update is about; '' where it is silent."""
    return text(part(value, "metadata").get("phone_number_id")) or ""
