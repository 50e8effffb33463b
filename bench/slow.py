"""Four hundred slow clients, and whether a healthy one feels them.

Behind nginx with our profile they must be cut off and harm nobody. With ``--plain``
nothing stands in front: they stop the web, and ``./sosik up`` must bring it back.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.peers import cost, load
from bench.peers.nginx import has_lua, nginx_before, program
from bench.peers.serving import ROOT, Way, as_the_procfile_says, serving
from bench.peers.slowness import Attack, Healthy, Slow, post, slowest
from core.settings import Settings
from wiring.embedded import environment, environment_as_it_is
from wiring.ports import status_of, unused_port
from wiring.release import release

RESULTS = ROOT / "bench" / "results"

_CUT_WITHIN_SECONDS = 15.0
_HEALTHY_WITHIN_MS = 1000.0
_CALM_SECONDS = 5.0
_WATCHED_SECONDS = 25.0
_READY_WITHIN_SECONDS = 120.0
_BACK_WITHIN_SECONDS = 90.0
_PLAIN_CLIENTS = 60

Report = dict[str, object]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./sosik bench slow", description=__doc__)
    parser.add_argument("--clients", type=int, default=400)
    parser.add_argument(
        "--plain", action="store_true", help="nothing in front, and ./sosik up itself"
    )
    parser.add_argument("--quick", action="store_true", help="sixty clients")
    asked = parser.parse_args(arguments)
    clients = 60 if asked.quick else asked.clients
    if not asked.plain and (program() is None or not has_lua()):
        print("left out: nginx or its Lua module is not installed")
        return 0
    with tempfile.TemporaryDirectory(prefix="sosik-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the servers may run as another user
        report = _plain(folder) if asked.plain else _behind_nginx(folder, clients)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / ("slow-plain.json" if asked.plain else "slow.json")
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for figure, value in report.items():
        print(f"{figure:<50} {value}")
    return 0 if report["passed"] else 1


def _behind_nginx(folder: Path, clients: int) -> Report:
    """A third of each kind."""
    (folder / "nginx").mkdir()
    plain = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "SANDBOX": "1",
        "TRUSTED_PROXIES": "1",
    }
    with environment(plain, say=print) as found:
        env = plain | found
        release(Settings.from_env(env))
        way = Way(name="web", command=as_the_procfile_says, folder=ROOT)
        with (
            serving(way, env) as web,
            nginx_before(web.port, folder / "nginx") as nginx,
        ):
            processes = [nginx.process_id, web.process_id]
            return _attacked(nginx.port, env["SHOPIFY_API_SECRET"], clients, processes)


def _attacked(port: int, secret: str, clients: int, processes: list[int]) -> Report:
    calm = _watched(port, secret, _CALM_SECONDS)
    memory_before = cost.memory_bytes(processes) / 2**20
    each = clients // len(Slow)
    counts = dict.fromkeys(Slow, each) | {Slow.STALLED_BODY: clients - 2 * each}
    attack = Attack(port, counts)
    watched = _watched(port, secret, _WATCHED_SECONDS)
    memory_during = cost.memory_bytes(processes) / 2**20
    slowest_cut = {slow: slowest(attack.cut_after(slow)) for slow in Slow}
    attack.end()
    return {
        "slow clients": clients,
        **{
            f"cut off after seconds: {slow}": _tenths(slowest_cut[slow])
            for slow in Slow
        },
        "healthy p99 ms, before": round(calm.p(0.99), 1),
        "healthy p50 ms": round(watched.p(0.5), 1),
        "healthy p99 ms": round(watched.p(0.99), 1),
        "healthy slowest ms": round(watched.p(1.0), 1),
        "healthy answered": len(watched.seconds),
        "healthy failed": len(watched.failures),
        "memory MB, before": round(memory_before),
        "memory MB, during": round(memory_during),
        "passed": not watched.failures
        and watched.p(0.99) < _HEALTHY_WITHIN_MS
        and all(
            (seconds := slowest_cut[slow]) is not None
            and seconds <= _CUT_WITHIN_SECONDS
            for slow in Slow
        ),
    }


def _tenths(seconds: float | None) -> float | str:
    return "never" if seconds is None else round(seconds, 1)


def _watched(port: int, secret: str, seconds: float) -> Healthy:
    healthy = Healthy(port, secret)
    healthy.start()
    time.sleep(seconds)
    healthy.stop()
    return healthy


def _plain(folder: Path) -> Report:
    """Sixty bodies that stop half-way, straight at the web of ``./sosik up``."""
    port = unused_port()
    with _up(folder, port) as env:
        secret = env["SHOPIFY_API_SECRET"]
        body = load.order_created(1)
        attack = Attack(port, {Slow.STALLED_BODY: _PLAIN_CLIENTS})
        began = time.monotonic()
        time.sleep(1)
        stopped = post(port, body, secret) is not None
        back = _seconds_until_kept(port, secret, began)
        cut = slowest(attack.cut_after(Slow.STALLED_BODY))
        attack.end()
    return {
        "slow clients": _PLAIN_CLIENTS,
        "they stopped the web": stopped,
        "answers again after seconds": back,
        "all cut off after seconds": _tenths(cut),
        "passed": back is not None,
    }


def _seconds_until_kept(port: int, secret: str, began: float) -> float | None:
    body = load.order_created(2)
    while time.monotonic() - began < _BACK_WITHIN_SECONDS:
        if post(port, body, secret) is None:
            return round(time.monotonic() - began, 1)
        time.sleep(0.2)
    return None


@contextmanager
def _up(folder: Path, port: int) -> Iterator[Mapping[str, str]]:
    """The whole program with the sandbox; answers its settings when it is ready."""
    env = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder / "var"),
        "SANDBOX": "1",
        "PORT": str(port),
    }
    log = (folder / "up.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "wiring.supervisor", "up", "--no-browser"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        while "Ready after" not in (folder / "up.log").read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > deadline:
                words = (folder / "up.log").read_text(errors="replace")
                raise RuntimeError(f"./sosik up does not become ready:\n{words}")
            time.sleep(0.2)
        assert status_of("127.0.0.1", port, "/healthz") is not None
        yield environment_as_it_is(env)
    finally:
        process.terminate()
        process.wait()
        print((folder / "up.log").read_text(errors="replace"))
        log.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
