"""Which secrets a shop's webhooks may be signed with, without a query for each one."""

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

Load = Callable[[], Mapping[str, str]]
"""The client secrets of the shops that are connected through an app of their own."""

_FRESH_SECONDS = 5.0
_SOONEST_SECONDS = 0.5
"""A flood of forged webhooks must not become a flood of queries."""


class CachedShopSecrets:
    """The shop's own secret where it has one, else those of the installation's app."""

    def __init__(self, app_secrets: Sequence[str], load: Load) -> None:
        self._app_secrets = tuple(secret.encode() for secret in app_secrets)
        self._load = load
        self._own: dict[str, tuple[bytes, ...]] = {}
        self._loaded_at = float("-inf")
        self._lock = Lock()

    def __call__(self, domain: str, *, newest: bool = False) -> Sequence[bytes]:
        age = time.monotonic() - self._loaded_at
        if age > (_SOONEST_SECONDS if newest else _FRESH_SECONDS):
            self._refresh()
        return self._own.get(domain, self._app_secrets)

    def _refresh(self) -> None:
        with self._lock:
            own = {
                domain: tuple(part.encode() for part in secret.split(","))
                for domain, secret in self._load().items()
            }
            self._own = own
            self._loaded_at = time.monotonic()
