"""Commands of ``./sosik`` typed one after the other, with Python loaded once for all.

``python -m tests.repo.typist`` reads the words of a command on each line, and answers
with what came of it. Each runs in a fork, which knows nothing of those before it.
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from runpy import run_path
from tempfile import TemporaryFile
from typing import NamedTuple

from webapp import commands
from wiring import command

ROOT = Path(__file__).parents[2]


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@contextmanager
def typist(env: Mapping[str, str]) -> Iterator[Callable[[str], Done]]:
    """Types ``./sosik ...`` where there is this environment and no other."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.repo.typist"],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def typed(line: str) -> Done:
            print(json.dumps(shlex.split(line)[1:]), file=process.stdin, flush=True)
            return Done(*json.loads(process.stdout.readline()))

        yield typed
        process.stdin.close()


def main() -> None:
    os.environ.update(run_path(str(ROOT / "sosik"))["environment"]({}))
    for name in ("flask.cli", *_the_commands()):
        import_module(name)
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_in_a_fork(json.loads(line)))}\n")
        sys.stdout.flush()


def _the_commands() -> Iterator[str]:
    for module in iter_modules(commands.__path__):
        yield f"{commands.__name__}.{module.name}"


def _in_a_fork(words: Sequence[str]) -> Done:
    with TemporaryFile("w+") as out, TemporaryFile("w+") as errors:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(errors.fileno(), 2)
            _end_with(words)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        errors.seek(0)
        return Done(os.waitstatus_to_exitcode(status), out.read(), errors.read())


def _end_with(words: Sequence[str]) -> None:
    code = 1
    try:
        code = command.main(words)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
