"""Runs the product's commands: ``./sosik shop list`` and all the others.

The same as ``flask --app webapp shop list``, with the right settings.

The settings of a running ``./sosik up`` are used, or servers are started for as long as
the command takes. ``doctor`` and every ``--help`` start nothing.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from runpy import run_module

from core.errors import AppError
from core.settings import META_CREDENTIALS, NAMES, SHOPIFY_CREDENTIALS, Settings
from wiring.embedded import environment, environment_as_it_is
from wiring.running import who_runs

_INTRODUCTION = """\
Usage: ./sosik COMMAND [ARGUMENTS]

Commands of this folder:
  up        Set up and run everything: web, workers, scheduler, servers.
  test      Run the tests; arguments go to pytest.
  check     Check format, lint, import rules and types.
  bench     Run the benchmarks and write bench/results/.
  doctor    Show what is set up and what is missing for going live.
  release   Bring the database to the newest tables.

Commands of the product (each has --help):
"""

_PLACEHOLDERS = {
    "DATABASE_URL": "postgresql://127.0.0.1:9/nowhere",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "SECRET_KEYS": "a placeholder since help needs no secrets",
    "ADMIN_TOKEN": "a placeholder since help needs no secrets",
    **dict.fromkeys((*SHOPIFY_CREDENTIALS, *META_CREDENTIALS), "0"),
    # So that its commands are explained as well, whether it runs or not.
    "SANDBOX": "1",
}
_OF_THIS_FOLDER = ("doctor", "release")


def main(words: Sequence[str]) -> int:
    """Run one command; answer its exit code."""
    try:
        if "--help" in words or "-h" in words:
            return _help(words)
        if words[0] == "doctor":
            _take(environment_as_it_is(os.environ))
            return _doctor(words[1:])
        with environment(os.environ, _say) as found:
            _take(found)
            if words[0] == "release":
                return _release()
            _have_tables(found)
            return _flask(words)
    except AppError as error:
        _say(f"Error: {error}")
        return 1


def _help(words: Sequence[str]) -> int:
    """Help needs the app and its commands, and the app needs settings, any.

    Not the operator's: they may be what help is needed with.
    """
    for name in NAMES:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    _take(_PLACEHOLDERS)
    if words[0] not in ("--help", "-h"):
        return _flask(words)
    print(_INTRODUCTION + _commands_of_the_product())
    return 0


def _commands_of_the_product() -> str:
    app = import_module("webapp").create_app()
    own = {
        name: command
        for name, command in app.cli.commands.items()
        if name not in _OF_THIS_FOLDER
    }
    width = max(map(len, own), default=0)
    return "\n".join(
        f"  {name:<{max(width, 8)}}  {command.get_short_help_str(limit=66)}"
        for name, command in sorted(own.items())
    )


def _have_tables(found: Mapping[str, str]) -> None:
    """Where this command is the first ever, or the first after an update.

    A database that we have not started is brought up to date by whoever runs it.
    """
    running = who_runs(Path(found["DATA_DIR"])) if "DATA_DIR" in found else None
    if running is not None and running.process_id == os.getpid():
        release = import_module("wiring.release")
        release.release(Settings.from_env(os.environ))


def _doctor(words: Sequence[str]) -> int:
    """Not by way of the app, which refuses to be made while settings are missing."""
    doctor = import_module("wiring.doctor")
    return _exit_code(lambda: sys.exit(doctor.main(os.environ, words)))


def _release() -> int:
    return _exit_code(partial(run_module, "wiring.release", run_name="__main__"))


def _flask(words: Sequence[str]) -> int:
    # Imported by name when it is known that it is needed: it brings the whole product.
    flask_cli = import_module("flask.cli")
    group = flask_cli.FlaskGroup(name="sosik")
    arguments = ["--app", "webapp", *words]
    return _exit_code(partial(group.main, args=arguments, prog_name="./sosik"))


def _take(found: Mapping[str, str]) -> None:
    os.environ.update(found)
    # Flask would read .env itself, and tell everybody how to install what it needs.
    os.environ["FLASK_SKIP_DOTENV"] = "1"


def _exit_code(run: Callable[[], object]) -> int:
    """Run to the end, and turn the exit into its code: servers may need stopping."""
    try:
        run()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        _say(str(end.code))
        return 1
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["--help"]))
