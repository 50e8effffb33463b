"""The leaky bucket of an app and a shop: points come back so many a second."""

from dataclasses import dataclass
from typing import Any

MOST_FOR_ONE = 1000


@dataclass(slots=True)
class Bucket:
    maximum: float = 2000.0
    restore_rate: float = 100.0
    available: float = 2000.0
    seen_at: float = 0.0

    def takes(self, cost: int, now: float) -> bool:
        """Whether the query may run now; if so its cost is taken away."""
        # The sandbox's time may be turned back, and that costs nobody a point.
        back = max(0.0, now - self.seen_at) * self.restore_rate
        self.available = min(self.maximum, self.available + back)
        self.seen_at = now
        if cost > self.available:
            return False
        self.available -= cost
        return True

    def told(self, requested: int, actual: int | None) -> dict[str, Any]:
        """``extensions.cost`` of the answer."""
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": self.maximum,
                "currentlyAvailable": int(self.available),
                "restoreRate": self.restore_rate,
            },
        }
