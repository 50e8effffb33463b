"""What the simulated Shopify is told at its start, and what may be turned later."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.chance import Range
from sandbox.shopify.documents import Judge, judged_by_a_child


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopifySettings:
    """``app_url`` gets the compliance webhooks; others go to who subscribed.
    ``storefront`` is where the stores' pages are, if not at their domains."""

    data_dir: Path
    secret: str = "sandbox"  # noqa: S105 - names no real door
    api_key: str = "sandbox-api-key"
    api_secret: str = "sandbox-api-secret"  # noqa: S105
    app_url: str | None = None
    storefront: str | None = None
    seed: int = 1
    judge: Judge = judged_by_a_child


@dataclass(slots=True)
class Behaviour:
    """What ``POST /_sandbox/settings`` turns, beside the webhooks; by ``PUT``, what is
    not named is as at the start.

    The next ``fail_next`` calls of the Admin API fail with ``fail_http``, or without
    an answer: 0 resets the connection, 1 never answers. ``is_address_allowed`` is
    whether whoever asks is on the app's IP allowlist.
    """

    latency_ms: Range = (0.0, 0.0)
    bucket: float = 2000.0
    restore_rate: float = 100.0
    fail_next: float = 0
    fail_http: float = 503
    is_address_allowed: bool = True
