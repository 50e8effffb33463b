"""Draws the first minute with Sosik as a terminal, out of a real run.

``python docs/pictures/make.py`` starts ``./sosik up`` on new data, places an order,
asks why its message was sent, and draws what was said as ``first-minute.svg``. Lines
that are too long are cut, and the token is hidden; nothing else is changed.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from threading import Event
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PICTURE = Path(__file__).with_name("first-minute.svg")
SHOP = "sosik-sandbox.myshopify.com"

_PATIENCE_SECONDS = 180.0
_STEP_SECONDS = 0.25

_COLUMNS = 96
_FONT_SIZE, _LINE, _CHARACTER, _MARGIN, _BAR = 13, 18, 7.83, 18, 30
_COLORS = {
    "command": "#f0f6fc",
    "plain": "#c9d1d9",
    "dim": "#8b949e",
    "alarm": "#f2cc60",
    "good": "#7ee787",
}

Line = tuple[str, str]
"""The name of a colour, and a text."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="sosik-picture-") as folder:
        Path(folder).chmod(0o755)  # the servers' user passes through
        environment = os.environ  # noqa: TID251 -- handed on to what is started
        env = {**environment, "DATA_DIR": folder, "SANDBOX": "1", "NO_COLOR": "1"}
        lines = _first_minute(env, Path(folder) / "up.log")
    PICTURE.write_text(drawn(lines), encoding="utf-8")
    sys.stdout.write(f"{PICTURE}: {len(lines)} lines\n")
    return 0


def _first_minute(env: Mapping[str, str], log: Path) -> list[Line]:
    with log.open("w", encoding="utf-8") as out:
        up = subprocess.Popen(
            ["./sosik", "up", "--no-browser"],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until(lambda: "Stop  " in log.read_text(encoding="utf-8"), up)
        lines = _shown("./sosik up", log.read_text(encoding="utf-8"))
        lines += _shown("./sosik sandbox order", _said(env, "sandbox", "order"))
        why = ("why", SHOP, "--order", "1001")
        _wait_until(lambda: _is_read(_said(env, *why, "--json", may_fail=True)), up)
        return lines + _shown(f"./sosik {' '.join(why)}", _said(env, *why))
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)


def _said(env: Mapping[str, str], *words: str, may_fail: bool = False) -> str:
    done = subprocess.run(  # noqa: S603 -- our own commands
        ["./sosik", *words],
        cwd=ROOT,
        env=env,
        check=not may_fail,
        stdout=subprocess.PIPE,
    )
    return done.stdout.decode()


def _is_read(story: str) -> bool:
    """Whether the phone has read it; no story yet is a no."""
    told: dict[str, Any] = json.loads(story or '{"messages": []}')
    return any(message["state"] == "read" for message in told["messages"])


def _wait_until(is_so: Any, up: "subprocess.Popen[bytes]") -> None:
    for _ in range(int(_PATIENCE_SECONDS / _STEP_SECONDS)):
        if up.poll() is not None:
            sys.exit("./sosik up has ended")
        if is_so():
            return
        Event().wait(_STEP_SECONDS)
    sys.exit("it takes too long")


def _shown(command: str, said: str) -> list[Line]:
    """The command, and what it said without empty lines at its ends."""
    rows = said.strip("\n").split("\n")
    return [("command", f"$ {command}"), *map(_shown_row, rows), ("plain", "")]


def _shown_row(row: str) -> Line:
    row = row.rstrip()
    hidden = re.search(r"ADMIN_TOKEN\s+(\S+)", row)
    if hidden is not None:
        row = row.replace(hidden[1], "…".ljust(len(hidden[1])))
    if len(row) > _COLUMNS:
        row = f"{row[: _COLUMNS - 1]}…"
    if "SANDBOX:" in row:
        return "alarm", row
    if re.match(r" {6}(asked|happened at|language): ", row):
        return "dim", row
    if re.search(r"Meta (accepted|reports)|^Ready", row):
        return "good", row
    return "plain", row


def drawn(lines: Sequence[Line]) -> str:
    """A dark window, which can be read on a white page and on a black one."""
    width = round(2 * _MARGIN + _COLUMNS * _CHARACTER)
    height = 2 * _MARGIN + _BAR + _LINE * len(lines)
    rows = "\n".join(
        f'<text x="{_MARGIN}" y="{_BAR + _MARGIN + _LINE * (place + 0.7):.0f}" '
        f'class="{kind}">{escape(text)}</text>'
        for place, (kind, text) in enumerate(lines)
        if text
    )
    styles = " ".join(f".{kind}{{fill:{color}}}" for kind, color in _COLORS.items())
    dots = "".join(
        f'<circle cx="{_MARGIN + 18 * place}" cy="18" r="5" fill="{color}"/>'
        for place, color in enumerate(("#ff7b72", "#f2cc60", "#7ee787"))
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" \
height="{height}" role="img" aria-label="Sosik's first minute in a terminal">
<style>text{{font:{_FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,\
"DejaVu Sans Mono",monospace;white-space:pre}} \
.command{{font-weight:bold}} {styles}</style>
<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="9" fill="#0d1117" \
stroke="#6e7681"/>
{dots}
{rows}
</svg>
"""


if __name__ == "__main__":
    sys.exit(main())
