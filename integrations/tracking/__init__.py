"""One folder for each service that follows parcels: how it is asked, and how it tells.

To add one, add a folder here that ends in ``SERVICE = Service(...)``, a source of its
name in ``storage.inbox``, and whatever asks it in ``wiring.outside``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How a service tells of scans, by webhooks that one store's key has signed.

    ``name`` is its name in commands and addresses. ``signature`` is the header that
    proves its webhooks, as WSGI names it; ``matches`` is whether what stands there was
    made of the raw body with one of the keys. ``subject_of`` and ``topic_of`` tell of a
    raw body whose it is and what it is, and ``read`` what it tells; it takes the moment
    in which it came. ``advice`` says what a code means that its calls end with.
    """

    name: str
    signature: str
    matches: Callable[[bytes, bytes, Sequence[bytes]], bool]
    subject_of: Callable[[bytes], str]
    topic_of: Callable[[bytes], str]
    read: Callable[[bytes, datetime], Sequence[Event]]
    advice: Callable[[str], str]


@cache
def discover() -> dict[str, Service]:
    """Every service in this folder, by name.

    Raises:
        LookupError: a folder has no ``SERVICE``, or two share a name.
    """
    found: dict[str, Service] = {}
    for module_info in iter_modules(__path__):
        module = import_module(f"{__name__}.{module_info.name}")
        service = getattr(module, "SERVICE", None)
        if not isinstance(service, Service):
            raise LookupError(f"{module.__name__} defines no SERVICE")
        if service.name in found:
            raise LookupError(f"two services are called {service.name!r}")
        found[service.name] = service
    return found
