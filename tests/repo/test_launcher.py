"""``./sosik`` itself: it sets up once, anywhere, and hands over to Python."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.waiting import eventually

ROOT = Path(__file__).parents[2]
SETS_UP = "Setting up .venv"
PLAIN_PATH = "/usr/bin:/bin"
COMMAND = """\
import json, os, sys
names = ("DATA_DIR", "FROM_ENV", "FROM_FILE", "QUOTED", "PYTHONDONTWRITEBYTECODE")
print(json.dumps({"words": sys.argv[1:], "folder": os.getcwd(),
    **{name: os.environ.get(name) for name in names}}))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The launcher in a folder with an awkward name, with nothing to install."""
    project = tmp_path / "a földer 한국"
    (project / "wiring").mkdir(parents=True)
    shutil.copy(ROOT / "sosik", project)
    (project / "requirements.txt").write_text("# nothing\n")
    (project / "requirements-dev.txt").write_text("-r requirements.txt\n")
    (project / "wiring" / "command.py").write_text(COMMAND)
    # Stands in for uv, with which a setup takes a moment instead of seconds.
    (project / "programs").mkdir()
    (project / "programs" / "uv").write_text("#!/bin/sh\nexit 0\n")
    (project / "programs" / "uv").chmod(0o755)
    return project


def run(
    launcher: Path, *words: str, folder: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, launcher, *words],
        cwd=folder,
        env={**path_of(launcher), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def path_of(launcher: Path) -> dict[str, str]:
    return {"PATH": f"{launcher.parent}/programs:{PLAIN_PATH}"}


def test_works_from_anywhere_and_through_a_link(project, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(project / "sosik")

    done = run(link, "shop", "list", folder=tmp_path, **path_of(project / "sosik"))

    told = json.loads(done.stdout)
    assert told["words"] == ["shop", "list"]
    assert told["folder"] == str(tmp_path)
    assert told["DATA_DIR"] == str(project / "var")


def test_sets_up_once(project):
    first, second = run(project / "sosik", "list"), run(project / "sosik", "list")

    assert SETS_UP in first.stderr
    assert SETS_UP not in second.stderr
    assert first.returncode == second.returncode == 0


def test_sets_up_again_when_the_requirements_have_changed(project):
    run(project / "sosik", "list")
    (project / "requirements.txt").write_text("# still nothing\n")

    again = run(project / "sosik", "list")

    assert SETS_UP in again.stderr
    assert again.returncode == 0


def test_what_tests_need_is_enough_for_everything_else(project):
    (project / "pytest.py").write_text("")
    run(project / "sosik", "test")

    other = run(project / "sosik", "list")

    assert SETS_UP not in other.stderr


def test_two_at_once_set_up_once(project):
    both = [
        subprocess.Popen(
            [sys.executable, project / "sosik", "list"],
            env=path_of(project / "sosik"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]

    told = [one.communicate(timeout=120)[1] for one in both]

    assert [one.returncode for one in both] == [0, 0]
    assert sum(SETS_UP in said for said in told) == 1


def test_a_setup_that_was_killed_is_done_anew(project):
    installing, go_on = project / "installing", project / "go-on"
    os.mkfifo(go_on)
    uv = project / "programs" / "uv"
    uv.write_text(f"#!/bin/sh\ntouch '{installing}'\ncat '{go_on}'\n")
    with subprocess.Popen(
        [sys.executable, project / "sosik", "list"],
        env=path_of(project / "sosik"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as started:
        assert eventually(installing.exists)
        started.send_signal(signal.SIGKILL)
    (project / ".venv" / "bin" / "left-over").write_text("half of something")
    go_on.write_text("")
    uv.write_text("#!/bin/sh\nexit 0\n")

    done = run(project / "sosik", "list")

    assert done.returncode == 0
    assert SETS_UP in done.stderr
    assert not (project / ".venv" / "bin" / "left-over").exists()


def test_a_moved_folder_is_set_up_anew(project, tmp_path):
    run(project / "sosik", "list")
    moved = project.rename(tmp_path / "moved")

    done = run(moved / "sosik", "list")

    assert SETS_UP in done.stderr
    assert done.returncode == 0


def test_uv_finds_its_own_lock_free(project):
    """It takes ``.lock`` in the environment, and would wait for us for minutes."""
    lock = project / ".venv" / ".lock"
    uv = project / "programs" / "uv"
    taking = f"import fcntl; fcntl.flock(open('{lock}', 'a'), fcntl.LOCK_EX | 4)"
    uv.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{taking}"\n')

    done = run(project / "sosik", "list")

    assert "uv failed" not in done.stderr
    assert lock.exists()


def test_does_without_uv(project):
    done = run(project / "sosik", "list", PATH=PLAIN_PATH)

    assert SETS_UP in done.stderr
    assert done.returncode == 0


def test_what_cannot_be_installed_is_told_and_tried_again(project):
    (project / "requirements.txt").write_text("./no-such-folder\n")
    failed = run(project / "sosik", "list", PATH=PLAIN_PATH)
    (project / "requirements.txt").write_text("# nothing\n")

    again = run(project / "sosik", "list")

    assert failed.returncode == 1
    assert "Setting up failed" in failed.stderr
    assert again.returncode == 0


def test_modules_of_the_callers_folder_are_not_ours(project, tmp_path):
    (tmp_path / "wiring").mkdir()
    (tmp_path / "wiring" / "command.py").write_text("raise SystemExit(9)\n")

    done = run(project / "sosik", "list", folder=tmp_path)

    assert done.returncode == 0


def test_the_environment_counts_for_more_than_the_file(project):
    (project / ".env").write_text(
        "# a comment\n"
        "FROM_ENV=file\n"
        "export FROM_FILE = file # and a comment\n"
        "QUOTED=\"with # and 'quotes'\"\n"
        "DATA_DIR=elsewhere\n"
    )

    told = json.loads(run(project / "sosik", "list", FROM_ENV="env").stdout)

    assert told["FROM_ENV"] == "env"
    assert told["FROM_FILE"] == "file"
    assert told["QUOTED"] == "with # and 'quotes'"
    assert told["DATA_DIR"] == str(project / "elsewhere")


def test_a_garbled_file_is_named_with_its_line(project):
    (project / ".env").write_text("GOOD=1\nnot a setting\n")

    done = run(project / "sosik", "list")

    assert done.returncode == 1
    assert ".env, line 2: not of the form KEY=VALUE" in done.stderr


def test_no_words_ask_for_help(project):
    assert json.loads(run(project / "sosik").stdout)["words"] == ["--help"]


def test_tests_never_meet_the_data_of_the_installation(project):
    (project / ".env").write_text("FROM_FILE=file\n")
    (project / "pytest.py").write_text(COMMAND)

    done = run(project / "sosik", "test", "-k", "name", DATA_DIR="/somewhere")

    told = json.loads(done.stdout)
    assert told["words"] == ["-k", "name"]
    assert (told["DATA_DIR"], told["FROM_FILE"]) == (None, None)


def test_what_python_makes_of_the_sources_is_kept_for_the_next_tests(project):
    (project / "pytest.py").write_text(COMMAND)

    done = run(project / "sosik", "test", PYTHONDONTWRITEBYTECODE="1")

    assert json.loads(done.stdout)["PYTHONDONTWRITEBYTECODE"] is None


def test_every_check_is_run_even_if_one_fails(project):
    run(project / "sosik", "test")
    programs = {"ruff": 1, "lint-imports": 0, "mypy": 3}
    for name, code in programs.items():
        program = project / ".venv" / "bin" / name
        program.write_text(f"#!/bin/sh\necho {name} was run\nexit {code}\n")
        program.chmod(0o755)

    done = run(project / "sosik", "check")

    assert done.returncode == 1
    assert [name for name in programs if f"{name} was run" not in done.stdout] == []
    assert "Failed: ruff, ruff, mypy" in done.stdout


_OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 9, 6, "final", 0)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def test_an_old_python_is_told_so_in_one_sentence(project):
    done = subprocess.run(
        [sys.executable, "-c", _OLD_PYTHON, project / "sosik"],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "Sosik needs Python 3.11 or newer, and this is 3.9.\n"


def test_the_procfile_names_every_process():
    names = [line.partition(":")[0] for line in _lines(ROOT / "Procfile")]

    assert names == ["release", "web", "worker", "scheduler"]


def test_every_requirement_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in _lines(ROOT / name):
            assert line.startswith(("#", "-r ")) or "==" in line


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines()
