"""Which secrets a shop's webhooks may be signed with, without a query for each one."""

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

Load = Callable[[], Mapping[str, str | None]]
"""The secrets of those shops that have one of their own; None where it is not known."""

_FRESH_SECONDS = 5.0
_SOONEST_SECONDS = 0.5
"""A flood of forged webhooks must not become a flood of queries."""


class CachedShopSecrets:
    """The shop's own secret where it has one, else those of the installation. Whose own
    is not known is believed by none."""

    def __init__(self, common: Sequence[str], load: Load) -> None:
        self._common = tuple(secret.encode() for secret in common)
        self._load = load
        self._own: dict[str, tuple[bytes, ...]] = {}
        self._loaded_at = float("-inf")
        self._lock = Lock()

    def __call__(self, shop: str, *, newest: bool = False) -> Sequence[bytes]:
        age = time.monotonic() - self._loaded_at
        if age > (_SOONEST_SECONDS if newest else _FRESH_SECONDS):
            self._refresh()
        return self._own.get(shop, self._common)

    def _refresh(self) -> None:
        with self._lock:
            own = {
                shop: tuple(part.encode() for part in (secret or "").split(",") if part)
                for shop, secret in self._load().items()
            }
            self._own = own
            self._loaded_at = time.monotonic()
