"""What the simulated Cloud API is told at its start, and what may be turned later."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.chance import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaSettings:
    """``app_url`` is where webhooks go; without it there are none. ``door_port`` is
    where there is another way in, which can be shut: see ``sandbox.meta.door``."""

    data_dir: Path
    secret: str = "sandbox"  # noqa: S105 - names no real door
    app_id: str = "100000000000009"
    app_secret: str = "sandbox-meta-secret"  # noqa: S105
    verify_token: str = "sandbox-verify-token"  # noqa: S105
    app_url: str | None = None
    seed: int = 1
    door_port: int | None = None


@dataclass(slots=True)
class Behaviour:
    """What ``POST /_sandbox/settings`` turns, beside faults, statuses and templates;
    by ``PUT``, what is not named is as at the start."""

    latency_ms: Range = (0.0, 0.0)
    pair_limit: bool = True
