"""The services a job runs with.

RQ calls a job by its name with plain arguments, so this is the one place where
something must be found rather than handed over.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from core.settings import Settings
from notifications.ports import Services
from wiring.services import build

_bound: ContextVar[Services | None] = ContextVar("services", default=None)


def services() -> Services:
    return _bound.get() or _from_environment()


@cache
def settings() -> Settings:
    return Settings.from_env(os.environ)


@contextmanager
def bound_to(services: Services) -> Iterator[None]:
    """Run jobs with these services: for tests and for one-off commands."""
    token = _bound.set(services)
    try:
        yield
    finally:
        _bound.reset(token)


def start_as(process: str) -> Services:
    """Make the services of this process, by its name; before its first job."""
    services = build(settings(), process=process)
    _bound.set(services)
    return services


@cache
def _from_environment() -> Services:
    return build(settings())
