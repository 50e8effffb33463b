"""How fast Meta lets a number speak: so many a second, and gently to one person."""

from collections import deque

_PAIR_SECONDS = 6.0
_BURST = 45
_MOST_PAIRS = 200_000
_ROUNDING = 1e-6
"""Sums of seconds in floats are not exact; a microsecond is nothing to anybody."""


class Throughput:
    """At most ``most`` messages within any one second."""

    __slots__ = ("_recent", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._recent: deque[float] = deque()

    def allows(self, now: float) -> bool:
        """Whether one more may go at ``now``, and if so, counts it."""
        recent = self._recent
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= self.most:
            return False
        recent.append(now)
        return True


class Pairs:
    """One message in 6 seconds from a number to a person.

    A burst of up to 45 within 6 seconds is lent from the future: after it, the person
    is left alone for as long as that many would have taken.
    """

    def __init__(self) -> None:
        self._debts: dict[tuple[str, str], tuple[float, int, float]] = {}

    def allows(self, number_id: str, person: str, now: float) -> bool:
        """Whether one more may go at ``now``, and if so, counts it."""
        pair = (number_id, person)
        started, count, free_at = self._debts.get(pair, (now, 0, now))
        if now >= free_at - _ROUNDING:
            started, count, free_at = now, 0, now
        elif now - started > _PAIR_SECONDS or count >= _BURST:
            return False
        if len(self._debts) >= _MOST_PAIRS:
            self._forget(now)
        self._debts[pair] = (started, count + 1, free_at + _PAIR_SECONDS)
        return True

    def _forget(self, now: float) -> None:
        self._debts = {p: debt for p, debt in self._debts.items() if debt[2] > now}
