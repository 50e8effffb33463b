"""``./sosik up``: starts everything in order, keeps it running, leaves nothing behind.

Thin on purpose: it imports neither the product nor its frameworks, since it stays in
memory as long as they do.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from core.errors import ConfigurationError
from core.settings import Settings, is_set, open_sandbox_problem, wants_sandbox
from wiring.embedded import data_dir_of, overlay
from wiring.ending import Ending
from wiring.places import delete_data
from wiring.program import Program
from wiring.running import Claim, Running, claim, who_runs
from wiring.screen import Screen

_STEP_SECONDS = 0.05
_WAIT_FOR_OTHERS_SECONDS = 60.0
_LARGEST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was said on the command line."""

    port: int | None
    host: str | None
    workers: int
    opens_browser: bool
    resets: bool
    is_sure: bool


def main(words: Sequence[str]) -> int:
    """Run until asked to end; answer the exit code."""
    screen = Screen(os.environ)
    try:
        return _up(_options(words), os.environ, screen)
    except ConfigurationError as error:
        screen.say(
            f"Sosik cannot start:\n  - {str(error).replace('; ', chr(10) + '  - ')}"
        )
        return 1


def _options(words: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="./sosik", description="Set up and run everything."
    )
    up = parser.add_subparsers(dest="command", required=True).add_parser(
        "up",
        help="set up and run everything",
        description="Set up and run web, workers, scheduler and their servers.",
    )
    up.add_argument("--port", type=int, help="where the web listens (8000 or the next)")
    up.add_argument("--host", help="on which address (127.0.0.1)")
    up.add_argument("--workers", type=int, default=2, help="worker processes (2)")
    up.add_argument("--no-browser", action="store_true", help="do not open a browser")
    up.add_argument("--reset", action="store_true", help="delete all data first")
    up.add_argument("--yes", action="store_true", help="do not ask before --reset")
    said = parser.parse_args(words)
    if said.port is not None and not 1 <= said.port <= _LARGEST_PORT:
        up.error("--port is a number from 1 to 65535")
    if said.workers < 1:
        up.error("--workers is at least 1")
    return Options(
        port=said.port,
        host=said.host,
        workers=said.workers,
        opens_browser=not said.no_browser,
        resets=said.reset,
        is_sure=said.yes,
    )


def _up(options: Options, env: Mapping[str, str], screen: Screen) -> int:
    env = dict(env)
    if options.host is not None:
        env["HOST"] = options.host
    if options.port is not None:
        env["PORT"] = str(options.port)
    if options.resets and not (options.is_sure or screen.ask("Delete all data?")):
        raise ConfigurationError("nothing was deleted; --reset --yes does not ask")
    ending = Ending()
    data_dir = data_dir_of(env)
    claimed = _claimed(data_dir, ending, screen)
    try:
        if options.resets:
            delete_data(data_dir)
        added = overlay(env, data_dir)
        env = _checked(env, added)
        program = Program(
            env,
            said_port=int(env["PORT"]) if env.get("PORT") else None,
            workers=options.workers,
            shows_token="ADMIN_TOKEN" in added,
            claimed=claimed,
            ending=ending,
            screen=screen,
        )
        return program.run(opens_browser=options.opens_browser)
    finally:
        claimed.release()


def _checked(env: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """The whole environment, but for the servers that are still to be started.

    Raises:
        ConfigurationError: naming everything that is wrong with it.
    """
    to_come = {"DATABASE_URL": "postgresql://", "REDIS_URL": "unix://"}
    missing = {name: url for name, url in to_come.items() if not is_set(env, name)}
    problems = []
    try:
        Settings.from_env({**env, **added, **missing})
    except ConfigurationError as error:
        problems.append(str(error))
    # Asked of what the operator said: our own SANDBOX=1 would answer it.
    if wants_sandbox(env) and (problem := open_sandbox_problem(env)) is not None:
        problems.append(problem)
    if problems:
        raise ConfigurationError("; ".join(problems))
    return {**env, **added}


def _claimed(data_dir: Path, ending: Ending, screen: Screen) -> Claim:
    """The right to run in this folder.

    Raises:
        ConfigurationError: the program runs there already, and where.
    """
    began_at, has_told = monotonic(), False
    while monotonic() - began_at < _WAIT_FOR_OTHERS_SECONDS and not ending.is_asked:
        if (claimed := claim(data_dir)) is not None:
            claimed.tell(Running(kind="up", process_id=os.getpid()))
            return claimed
        running = who_runs(data_dir)
        if running is not None and running.kind == "up":
            raise ConfigurationError(
                f"Sosik runs already as process {running.process_id}"
                + (f" at {running.url}" if running.url else ", and is just starting")
            )
        if running is not None and not has_told:
            screen.say(f"waiting for the command of process {running.process_id} ...")
            has_told = True
        ending.pause(_STEP_SECONDS)
    raise ConfigurationError(f"another process does not give back {data_dir}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
