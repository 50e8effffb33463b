"""Figures as people and programs read them: a table, a line of JSON, a file."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies; 0 of nothing."""
    if not values:
        return 0.0
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def spread(values: Sequence[float], *, scale: float = 1000.0) -> dict[str, float]:
    """Median, 99th percentile and maximum; in milliseconds unless said otherwise."""
    return {
        "p50": round(scale * percentile(values, 0.50), 2),
        "p99": round(scale * percentile(values, 0.99), 2),
        "max": round(scale * max(values, default=0.0), 2),
    }


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def keep(name: str, figures: Mapping[str, Any], *, failures: Sequence[str]) -> int:
    """Write them down and show them; answer the exit code."""
    whole = {
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "met": not failures,
        "failures": list(failures),
        **figures,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(whole, indent=1) + "\n")
    print(json.dumps(whole), flush=True)
    _show(name, figures)
    for failure in failures:
        print(f"NOT MET: {failure}", flush=True)
    return 1 if failures else 0


def _show(name: str, figures: Mapping[str, Any]) -> None:
    table = Table("figure", "value", title=name)
    for path, value in _flat(figures):
        table.add_row(path, str(value))
    Console().print(table)


def _flat(figures: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in figures.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
