"""Forbids the network where a lock of the database would wait for a stranger."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_forbidden: ContextVar[bool] = ContextVar("network_forbidden", default=False)


class NetworkInsideTransaction(AssertionError):
    """A database lock would be held for as long as a stranger takes to answer."""


@contextmanager
def network_forbidden() -> Iterator[None]:
    """Within this block every use of the network is an error of the programmer."""
    token = _forbidden.set(True)
    try:
        yield
    finally:
        _forbidden.reset(token)


def refuse_inside_transaction() -> None:
    """Raises NetworkInsideTransaction within ``network_forbidden``."""
    if _forbidden.get():
        raise NetworkInsideTransaction
