"""How many webhooks we accept in a second, and at what cost, beside other ways.

Every way gets the same signed orders of 11 KB, two web processes, PostgreSQL with
``synchronous_commit=on`` and Valkey with its log written every second. A round runs
each way once; rounds follow each other, so that a busy moment hits all of them.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psycopg

from bench.peers import cost, load, serving
from bench.peers.load import Load
from bench.peers.serving import ROOT, CannotInstall, Way, Web
from core.redis_urls import open_redis
from core.settings import Settings
from wiring.embedded import environment
from wiring.release import release

RESULTS = ROOT / "bench" / "results"

OURS = "sosik"
_WARM_UP_SECONDS = 1

_QUEUES = ("rq:queue:webhooks", "bull:webhooks:wait", "arq:queue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One way, once. Processor time is in microseconds for each accepted webhook."""

    way: str
    round: int
    load: Load
    web_us: float
    database_us: float
    redis_us: float
    memory_mb: float
    kept: int

    @property
    def cpu_us(self) -> float:
        return self.web_us + self.database_us + self.redis_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What we want of a figure, ours through the other's, round by round."""

    figure: str
    other: str
    of: Callable[[Run], float]
    bound: float
    is_at_most: bool = False
    is_hope: bool = False  # told, and no failure when it is missed

    def ratio(self, runs: Sequence[Run]) -> float | None:
        """The median over the rounds; None when one of the two was not run."""
        ours = {run.round: self.of(run) for run in runs if run.way == OURS}
        others = {run.round: self.of(run) for run in runs if run.way == self.other}
        ratios = [ours[turn] / others[turn] for turn in ours if others.get(turn)]
        return median(ratios) if ratios else None

    def verdict(self, ratio: float) -> str:
        if self.is_met_by(ratio):
            return "met"
        return "not met" if self.is_hope else "MISSED"

    def is_met_by(self, ratio: float) -> bool:
        return ratio <= self.bound if self.is_at_most else ratio >= self.bound

    @property
    def wanted(self) -> str:
        return f"{'<=' if self.is_at_most else '>='} {self.bound:g}"


def _each_second(run: Run) -> float:
    return run.load.each_second


def _cpu(run: Run) -> float:
    return run.cpu_us


TARGETS = (
    Target(figure="req/s", other="express", of=_each_second, bound=2.0),
    Target(
        figure="req/s", other="express raw", of=_each_second, bound=1.0, is_hope=True
    ),
    Target(figure="req/s", other="flask + rq", of=_each_second, bound=2.0),
    # Its 200 is on no disk yet, and ours is.
    Target(
        figure="req/s", other="fastapi + arq", of=_each_second, bound=1.0, is_hope=True
    ),
    Target(figure="CPU", other="flask + rq", of=_cpu, bound=0.6, is_at_most=True),
)


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    if asked.quick:
        asked.rounds, asked.seconds = 1, 2
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory("-sosik-bench")))
        folder.chmod(0o755)  # the servers may run as another user
        plain = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "SANDBOX": "1"}
        env = plain | stack.enter_context(environment(plain, say=print))
        release(Settings.from_env(env))
        requests = folder / "requests"
        requests.mkdir()
        load.write_requests(requests, env["SHOPIFY_API_SECRET"])
        bench = Bench(env, requests, asked.seconds, asked.connections)
        ways, missing = _to_be_had(_ways(asked.before), asked.only)
        runs = bench.run(ways, asked.rounds)
    report = _report(runs, missing, asked)
    print(_table(runs, missing))
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / "intake.json"
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0 if _is_passed(runs) else 1


class Bench:
    """The servers that all ways share, and the load."""

    def __init__(
        self,
        env: Mapping[str, str],
        requests: Path,
        seconds: int,
        connections: int,
    ) -> None:
        self._env = env
        self._requests = requests
        self._seconds = seconds
        self._connections = connections

    def run(self, ways: Sequence[Way], rounds: int) -> list[Run]:
        """All ways in each round, every round beginning with the next of them."""
        runs = []
        for turn in range(rounds):
            first = turn % len(ways)
            for way in (*ways[first:], *ways[:first]):
                run = self._run(way, turn)
                runs.append(run)
                print(_said_of(run), flush=True)
        return runs

    def _run(self, way: Way, turn: int) -> Run:
        self._forget_everything()
        with serving.serving(way, self._env) as web:
            self._press(web, _WARM_UP_SECONDS, seed=2 * turn)
            before, kept_before = self._costs(web), self._kept()
            done = self._press(web, self._seconds, seed=2 * turn + 1)
            after, kept = self._costs(web), self._kept() - kept_before
            memory = cost.memory_bytes([web.process_id, *cost.servers().values()])
        web_us, database_us, redis_us = (
            (then - earlier) * 1e6 / max(1, done.accepted)
            for earlier, then in zip(before, after, strict=True)
        )
        return Run(
            way=way.name,
            round=turn,
            load=done,
            web_us=web_us,
            database_us=database_us,
            redis_us=redis_us,
            memory_mb=memory / 2**20,
            kept=kept,
        )

    def _press(self, web: Web, seconds: int, *, seed: int) -> Load:
        return load.press(
            web.port,
            self._requests,
            seconds=seconds,
            connections=self._connections,
            seed=seed,
        )

    def _costs(self, web: Web) -> tuple[float, float, float]:
        servers = cost.servers()
        return (
            cost.cpu_seconds([web.process_id]),
            cost.cpu_seconds([servers["postgres"]]),
            cost.cpu_seconds([servers["valkey"]]),
        )

    def _kept(self) -> int:
        """How many webhooks are written down, wherever this way writes them."""
        with closing(psycopg.connect(self._env["DATABASE_OWNER_URL"])) as database:
            row = database.execute("SELECT count(*) FROM webhooks").fetchone()
        with open_redis(self._env["REDIS_URL"]) as redis:
            queued = [_length(redis, queue) for queue in _QUEUES]
        return sum(queued) + (row[0] if row else 0)

    def _forget_everything(self) -> None:
        with open_redis(self._env["REDIS_URL"]) as redis:
            redis.flushall()
        url = self._env["DATABASE_OWNER_URL"]
        with closing(psycopg.connect(url, autocommit=True)) as database:
            database.execute("TRUNCATE webhooks")
            # What one way has dirtied must not be written while the next one runs.
            database.execute("CHECKPOINT")


def _length(redis: object, queue: str) -> int:
    call = redis.execute_command  # type: ignore[attr-defined]
    command = {b"list": "LLEN", b"zset": "ZCARD"}.get(call("TYPE", queue))
    return int(call(command, queue)) if command else 0


def _ways(before: Path | None) -> list[tuple[str, Callable[[], Way]]]:
    """All ways by their names; making one may install it first."""
    raw = {"JOB": "raw"}
    ways: list[tuple[str, Callable[[], Way]]] = [
        (OURS, lambda: _ours(OURS, ROOT)),
        ("sosik + workers", _ours_at_work),
        ("express", lambda: _made("express", serving.express)),
        ("express raw", lambda: _made("express raw", serving.express, raw)),
        ("flask + rq", lambda: _made("flask + rq", serving.granian("flask_rq:app"))),
        ("fastapi + arq", lambda: _made("fastapi + arq", serving.fastapi)),
    ]
    if before is not None:
        ways.append(("sosik before", lambda: _ours("sosik before", before)))
    return ways


def _ours(name: str, folder: Path) -> Way:
    return Way(
        name=name,
        command=lambda: serving.as_the_procfile_says(folder),
        folder=folder,
    )


def _ours_at_work() -> Way:
    """With workers that read what comes in meanwhile; their time counts as web's."""
    [*shell, command] = serving.as_the_procfile_says()
    command = f"python -m workers --workers 2 & {command}"
    return Way(name="sosik + workers", command=lambda: [*shell, command], folder=ROOT)


def _made(
    name: str, make: Callable[[], list[str]], env: Mapping[str, str] | None = None
) -> Way:
    command = make()
    return Way(name=name, command=lambda: command, env=env)


def _to_be_had(
    ways: Sequence[tuple[str, Callable[[], Way]]], only: Sequence[str]
) -> tuple[list[Way], dict[str, str]]:
    """Those that can be installed here, and why the others cannot."""
    found, missing = [], {}
    for name, make in ways:
        if only and name not in only:
            continue
        try:
            found.append(make())
        except CannotInstall as error:
            missing[name] = str(error)
            print(f"left out: {name}: {error}", flush=True)
    return found, missing


def _said_of(run: Run) -> str:
    done = run.load
    return (
        f"{run.round + 1:>2}  {run.way:<16}{done.each_second:>7.0f} req/s"
        f"{done.p50:>8.1f}{done.p99:>8.1f} ms   CPU {run.cpu_us:>5.0f} us = "
        f"{run.web_us:.0f} web + {run.database_us:.0f} PostgreSQL "
        f"+ {run.redis_us:.0f} Valkey   {done.bad} bad, {run.kept} kept"
    )


def _is_passed(runs: Sequence[Run]) -> bool:
    """No bad answer of ours, none that was not kept, and every target met."""
    ours = [run for run in runs if run.way == OURS]
    return all(
        run.load.bad == 0 and run.kept >= run.load.accepted for run in ours
    ) and all(
        target.is_hope or target.is_met_by(ratio)
        for target in TARGETS
        if (ratio := target.ratio(runs)) is not None
    )


_COLUMNS: Mapping[str, Callable[[Run], float]] = {
    "req/s": _each_second,
    "p50 ms": lambda run: run.load.p50,
    "p99 ms": lambda run: run.load.p99,
    "web us": lambda run: run.web_us,
    "PostgreSQL us": lambda run: run.database_us,
    "Valkey us": lambda run: run.redis_us,
    "CPU us": lambda run: run.cpu_us,
    "PSS MB": lambda run: run.memory_mb,
    "bad": lambda run: run.load.bad,
    "lost": lambda run: max(0, run.load.accepted - run.kept),
}


def _medians(runs: Sequence[Run]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for way in dict.fromkeys(run.way for run in runs):
        of_way = [run for run in runs if run.way == way]
        found[way] = {
            name: round(median(map(value, of_way)), 1)
            for name, value in _COLUMNS.items()
        }
    return found


def _table(runs: Sequence[Run], missing: Mapping[str, str]) -> str:
    lines = ["", "| way | " + " | ".join(_COLUMNS) + " |"]
    lines.append("|---" + "|--:" * len(_COLUMNS) + "|")
    for way, figures in _medians(runs).items():
        cells = (
            f"{figure:.1f}" if name in ("p50 ms", "p99 ms") else f"{figure:.0f}"
            for name, figure in figures.items()
        )
        lines.append(f"| {way} | " + " | ".join(cells) + " |")
    lines += [f"left out: {way}: {why}" for way, why in missing.items()]
    lines += ["", "| ours / theirs | ratio | target | |", "|---|--:|--:|---|"]
    for target in TARGETS:
        ratio = target.ratio(runs)
        if ratio is not None:
            what = f"{target.figure} / {target.other}"
            lines.append(
                f"| {what} | {ratio:.2f} | {target.wanted} | {target.verdict(ratio)} |"
            )
    return "\n".join(lines)


def _report(
    runs: Sequence[Run], missing: Mapping[str, str], asked: argparse.Namespace
) -> dict[str, object]:
    ratios = {
        f"{target.figure} / {target.other}": {
            "ratio": round(ratio, 2),
            "target": target.wanted,
            "met": target.is_met_by(ratio),
        }
        for target in TARGETS
        if (ratio := target.ratio(runs)) is not None
    }
    return {
        "measured": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {sys.version}",
        "load_average": os.getloadavg(),
        "rounds": asked.rounds,
        "seconds": asked.seconds,
        "connections": asked.connections,
        "medians": _medians(runs),
        "ratios": ratios,
        "left_out": dict(missing),
        "runs": [asdict(run) for run in runs],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./sosik bench intake", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument(
        "--only", action="append", default=[], metavar="WAY", help="may be repeated"
    )
    parser.add_argument(
        "--before",
        type=Path,
        metavar="FOLDER",
        help="another state of this project, to be run beside this one",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
