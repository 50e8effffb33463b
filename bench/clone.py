"""``clone``: how long it takes from ``git clone`` to the first message on the phone.

A newcomer's way, with nothing there before: clones what is committed here to a fresh
folder, types ``./sosik up`` there, places an order in the simulated store as soon as
all is ready, and waits for its message at the simulated phone. With pip and with uv,
each with an empty cache of packages, so that they come over the network, and then with
a full one.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from bench import report
from sandbox.control import Control
from wiring.children import ROOT
from wiring.ports import unused_port
from wiring.running import who_runs

MOST_SECONDS = {"pip": 60.0, "uv": 30.0}
"""From nothing to the first message, packages and all."""

_PATIENCE_SECONDS = 600.0
_STEP_SECONDS = 0.02
_STAGE = re.compile(r"^  (\S.*?) +(\d+\.\d) s$", re.MULTILINE)
_ORDER = {"locale": "en", "consent": True, "cash_on_delivery": False}
# A newcomer's shell has none of what this process was given by our own launcher, and
# says nothing about Python, such as that nothing compiled is to be kept.
_OURS = ("VIRTUAL_ENV", "DATA_DIR", "PYTHON")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="clone", description=__doc__)
    parser.add_argument("--with", dest="installers", choices=MOST_SECONDS, nargs="*")
    parser.add_argument("--quick", action="store_true", help="pip alone")
    said = parser.parse_args(words)
    installers = said.installers or (["pip"] if said.quick else list(MOST_SECONDS))
    figures: dict[str, Any] = {"packages_come": _where_packages_come_from()}
    for installer in installers:
        figures[installer] = measure(installer)
    return report.keep("clone", figures, failures=_failures(figures))


def measure(installer: str) -> dict[str, Any]:
    """Seconds of each step, with an empty cache of packages and with a full one."""
    with _fresh_folder() as folder:
        programs = _programs_with(installer, folder)
        cache = folder / "cache"
        return {
            f"{state}_cache": _newcomer(folder / state, programs, cache)
            for state in ("empty", "full")
        }


def _newcomer(folder: Path, programs: str, cache: Path) -> dict[str, Any]:
    folder.mkdir()
    folder.chmod(0o755)
    project, said = folder / "sosik", folder / "said"
    env = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    env |= {"PATH": programs, "PIP_CACHE_DIR": str(cache / "pip")}
    env |= {"UV_CACHE_DIR": str(cache / "uv")}
    began_at = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(project)], check=True)
    cloned_at = time.monotonic()
    with said.open("w") as out:
        up = subprocess.Popen(
            ["./sosik", "up", "--no-browser", "--port", str(unused_port())],
            cwd=project,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:

        def is_so(question: Callable[[], object]) -> float:
            return _moment(question, up, said)

        installed_at = is_so((project / ".venv" / ".sosik.json").exists)
        installed_by = _cpu_seconds(up.pid)
        ready_at = is_so(lambda: "Ready after" in said.read_text())
        started_by = _cpu_seconds(up.pid) - installed_by
        _place_order(project / "var")
        told_at = is_so(lambda: _messages(project / "var"))
        stages = _STAGE.findall(said.read_text())
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)
    return {
        "git clone": round(cloned_at - began_at, 2),
        "packages": round(installed_at - cloned_at, 2),
        **{name: float(seconds) for name, seconds in stages},
        "start, in all": round(ready_at - installed_at, 2),
        "order to message": round(told_at - ready_at, 2),
        "in all": round(told_at - began_at, 2),
        "processor": {
            "packages": round(installed_by, 2),
            "start, in all": round(started_by, 2),
        },
    }


def _cpu_seconds(process_id: int) -> float:
    """Of a process, of all that it has started, and of all that has ended since: what a
    step takes of a processor, however busy the machine is."""
    leader = psutil.Process(process_id)
    total = 0.0
    for process in (leader, *leader.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return total


def _moment(
    is_so: Callable[[], object], up: "subprocess.Popen[bytes]", said: Path
) -> float:
    """When it came true.

    Raises:
        RuntimeError: it does not; with what the program said.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        if up.poll() is not None or time.monotonic() > until:
            raise RuntimeError(said.read_text())
        time.sleep(_STEP_SECONDS)
    return time.monotonic()


def _place_order(data_dir: Path) -> None:
    _simulator(data_dir, "SANDBOX_SHOPIFY_URL").post("orders", _ORDER)


def _messages(data_dir: Path) -> list[Any]:
    found: list[Any] = _simulator(data_dir, "SANDBOX_META_URL").get("messages")["data"]
    return found


def _simulator(data_dir: Path, name: str) -> Control:
    running = who_runs(data_dir)
    assert running is not None
    return Control(running.environment[name], running.environment["SANDBOX_SECRET"])


@contextmanager
def _fresh_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sosik-clone-"))
    folder.chmod(0o755)  # PostgreSQL's own user passes through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs_with(installer: str, folder: Path) -> str:
    """A PATH in which the launcher finds this installer, and no better one."""
    usual = [
        place
        for place in os.environ["PATH"].split(os.pathsep)
        if place != str(ROOT / ".venv" / "bin") and not (Path(place) / "uv").exists()
    ]
    if installer == "uv":
        usual.insert(0, str(_uv_in(folder)))
    return os.pathsep.join(usual)


def _uv_in(folder: Path) -> Path:
    """A folder with uv alone: the machine's, or one that is installed for us."""
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    program = shutil.which("uv")
    if program is None:
        subprocess.run([sys.executable, "-m", "venv", folder / "uv"], check=True)
        pip = [
            str(folder / "uv" / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "-q",
            "uv",
        ]
        subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
        program = str(folder / "uv" / "bin" / "uv")
    (bin_folder / "uv").symlink_to(program)
    return bin_folder


def _where_packages_come_from() -> dict[str, str]:
    """In words: addresses are nobody's business."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    has_folders = "find-links" in told or "file:" in told
    return {
        "empty_cache": "over the network"
        + (", for pip also from this machine's own folders" if has_folders else ""),
        "full_cache": "from the local cache",
    }


def _failures(figures: Mapping[str, Any]) -> list[str]:
    return [
        f"{installer} with an {name.replace('_', ' ')}: {run['in all']} s, and at most "
        f"{most:.0f} were to be"
        for installer, most in MOST_SECONDS.items()
        for name, run in figures.get(installer, {}).items()
        if run["in all"] > most
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
