"""What ``./sosik up`` says: stages with their times, then the addresses in a box."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from time import monotonic

_BOLD, _ALARM, _PLAIN = "\033[1m", "\033[1;30;43m", "\033[0m"


class Screen:
    """Writes lines. Nobody may be reading, which is no reason to end."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._has_colors = self.is_terminal and not env.get("NO_COLOR")
        self._began_at = monotonic()

    @property
    def is_terminal(self) -> bool:
        return sys.stdout.isatty()

    def say(self, line: str) -> None:
        with suppress(OSError, ValueError):
            print(line, flush=True)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began_at = monotonic()
        yield
        self.say(f"  {name:<34} {monotonic() - began_at:5.1f} s")

    def box(self, rows: Sequence[tuple[str, str]], alarm: str | None) -> None:
        """Names and values in a frame; ``alarm`` is what must not be overlooked."""
        name_width = max(len(name) for name, _ in rows)
        lines = [f"{name:<{name_width}}  {value}" for name, value in rows]
        width = max(map(len, [*lines, alarm or ""]))
        frame = f"+{'-' * (width + 4)}+"
        total = f"Ready after {monotonic() - self._began_at:.1f} s"
        self.say(f"\n{self._in(_BOLD, total)}")
        self.say(frame)
        if alarm is not None:
            self.say(f"|  {self._in(_ALARM, f'{alarm:<{width}}')}  |")
        for line in lines:
            self.say(f"|  {line:<{width}}  |")
        self.say(frame + "\n")

    def ask(self, question: str) -> bool:
        """Whether somebody at a terminal says yes."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return False
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")

    def _in(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self._has_colors else text
