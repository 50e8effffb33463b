"""The JSON of 17TRACK, in which anything may be missing or of another kind."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Wire: TypeAlias = Mapping[str, Any]


def an_object(value: object) -> Wire:
    return value if isinstance(value, dict) else {}


def text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def whole(value: object) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole else None  # type: ignore[return-value]
