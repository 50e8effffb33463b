"""When things really happened, though the sandbox's time was moved in between.

With each thing only the moved time was written down. But each move was noted, so that
between two moves it is known how far ahead time was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_SLACK = timedelta(seconds=3)
"""A process may notice a move a moment late, and two clocks differ a little."""


@dataclass(frozen=True, slots=True)
class Era:
    """From one move to the next, in real time."""

    began_at: datetime
    ended_at: datetime
    offset: timedelta

    def has(self, at: datetime) -> bool:
        real = at - self.offset
        return self.began_at - _SLACK <= real <= self.ended_at + _SLACK


class Eras:
    def __init__(self, eras: Sequence[Era] = ()) -> None:
        self._eras = eras

    @classmethod
    def noted(cls, notes: Iterable[Mapping[str, Any]], *, now: datetime) -> "Eras":
        """Of the diary's notes, the oldest first; ``now`` in real time."""
        moves = []
        for note in notes:
            if note["what"] in ("travelled", "home"):
                offset = timedelta(seconds=note["values"].get("offset", 0))
                moves.append((datetime.fromisoformat(note["at"]) - offset, offset))
        ends = [*(began_at for began_at, _offset in moves), now][1:]
        return cls(
            [
                Era(began_at, ended_at, offset)
                for (began_at, offset), ended_at in zip(moves, ends, strict=True)
            ]
        )

    def really(self, at: datetime) -> datetime:
        """The real time of what says that it happened ``at``.

        The newest era in which it may have been: what has just happened is never taken
        for something older.
        """
        for era in reversed(self._eras):
            if era.has(at):
                return at - era.offset
        return at
