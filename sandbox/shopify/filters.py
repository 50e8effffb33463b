"""A subscription's filter, asked of a body: the part of Shopify's search we know."""

from collections.abc import Mapping
from typing import Any

_ANYTHING = "*"


def passes(body: Any, filter_: str | None) -> bool:
    """Whether a body is delivered: ``a.b:* OR c:word``, with ``AND`` binding closer.

    ``*`` is for whatever is there and not null. Words without a colon pass nothing.
    """
    if not filter_:
        return True
    return any(
        all(_term_passes(body, term.strip()) for term in terms.split(" AND "))
        for terms in filter_.split(" OR ")
    )


def _term_passes(body: Any, term: str) -> bool:
    path, _, wanted = term.partition(":")
    found = _at(body, path.split("."))
    if wanted == _ANYTHING:
        return any(each is not None for each in found)
    return any(str(each).lower() == wanted.lower() for each in found)


def _at(body: Any, path: list[str]) -> list[Any]:
    """All that stands at a path; of a list each is asked."""
    if isinstance(body, list):
        return [found for each in body for found in _at(each, path)]
    if not path:
        return [body]
    if not isinstance(body, Mapping) or path[0] not in body:
        return []
    return _at(body[path[0]], path[1:])
