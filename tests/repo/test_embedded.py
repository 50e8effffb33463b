"""The embedded servers: they start on whatever an earlier life has left behind."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from core.errors import ConfigurationError
from core.settings import Settings
from tests.repo.waiting import eventually
from wiring.embedded import Servers, data_dir_of, environment
from wiring.places import delete_data, make_data_dir, places_for
from wiring.running import who_runs

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0


@pytest.fixture
def parent() -> Iterator[Path]:
    """A folder that everybody may pass through, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="sosik-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    """A folder in which the servers have run, to be copied: making one takes long."""
    parent = Path(tempfile.mkdtemp(prefix="sosik-test-"))
    parent.chmod(0o755)
    folder = make_data_dir(parent / "var")
    servers = servers_on(folder)
    servers.start()
    servers.stop()
    yield folder
    shutil.rmtree(parent)


@pytest.fixture
def data_dir(made_once: Path, parent: Path) -> Path:
    subprocess.run(["cp", "-a", made_once, parent / "var"], check=True)
    return parent / "var"


@pytest.fixture
def new_data_dir(parent: Path) -> Path:
    return make_data_dir(parent / "var")


@pytest.fixture
def servers(data_dir: Path) -> Iterator[Servers]:
    servers = servers_on(data_dir)
    servers.start()
    yield servers
    servers.stop()


def servers_on(data_dir: Path) -> Servers:
    return Servers(data_dir, {}, data_dir / "lifeline")


def ask(servers: Servers, question: str, role: str = "DATABASE_URL") -> object:
    with psycopg.connect(servers.urls()[role]) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def remember(servers: Servers, word: str) -> None:
    with psycopg.connect(servers.urls()["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE words AS SELECT %s AS word", [word])
        connection.execute("GRANT SELECT ON words TO sosik_app")
    redis_of(servers).set("word", word)


def redis_of(servers: Servers) -> Redis:
    return Redis.from_url(servers.urls()["REDIS_URL"])


def postmaster_of(data_dir: Path) -> psutil.Process:
    pid_file = places_for(data_dir).home / "postgres" / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text().splitlines()[0]))


def test_the_application_has_a_role_that_row_level_security_binds(servers):
    role = "FROM pg_roles WHERE rolname = current_user"

    assert ask(servers, "SELECT current_user") == "sosik_app"
    assert ask(servers, f"SELECT rolsuper OR rolbypassrls {role}") is False
    assert ask(servers, f"SELECT rolcreatedb OR rolcreaterole {role}") is False
    assert ask(servers, "SELECT current_user", "DATABASE_OWNER_URL") == "sosik_owner"


def test_are_set_up_for_safe_commits_in_little_memory(servers):
    assert ask(servers, "SHOW synchronous_commit") == "on"
    assert ask(servers, "SHOW fsync") == "on"
    assert ask(servers, "SHOW server_encoding") == "UTF8"
    assert ask(servers, "SHOW shared_buffers") == "48MB"
    assert redis_of(servers).config_get("maxmemory-policy") == {
        "maxmemory-policy": "noeviction"
    }
    assert redis_of(servers).config_get("appendonly") == {"appendonly": "yes"}


def test_listen_nowhere_but_behind_a_locked_door(servers, data_dir):
    places = places_for(data_dir)

    assert ask(servers, "SHOW listen_addresses") == ""
    assert redis_of(servers).config_get("port") == {"port": "0"}
    assert stat.S_IMODE(places.sockets.stat().st_mode) == 0o700


def test_find_their_data_again(data_dir):
    first, second = servers_on(data_dir), servers_on(data_dir)
    first.start()
    remember(first, "kept")
    first.stop()

    second.start()

    try:
        assert ask(second, "SELECT word FROM words") == "kept"
        assert redis_of(second).get("word") == b"kept"
    finally:
        second.stop()


@pytest.mark.parametrize("is_stopped_first", [False, True])
def test_postgres_is_started_again_after_it_was_killed(
    servers, data_dir, is_stopped_first
):
    remember(servers, "kept")
    with psycopg.connect(servers.urls()["DATABASE_URL"]):
        postmaster = postmaster_of(data_dir)
        if is_stopped_first:
            # Its children notice the death of a stopped postmaster late.
            postmaster.suspend()
        postmaster.kill()
        assert eventually(lambda: not servers.is_alive())

        names = servers.start_dead_again()

    assert names == ["PostgreSQL"]
    assert ask(servers, "SELECT word FROM words") == "kept"


def test_a_number_that_another_process_has_by_now_does_not_stop_postgres(data_dir):
    first, second = servers_on(data_dir), servers_on(data_dir)
    first.start()
    pid_file = places_for(data_dir).home / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    first.stop()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")

    second.start()

    try:
        assert ask(second, "SELECT 1") == 1
    finally:
        second.stop()


def test_valkey_is_started_again_after_it_was_killed(servers):
    redis = redis_of(servers)
    redis.set("word", "kept")
    psutil.Process(redis.info("server")["process_id"]).kill()
    assert eventually(lambda: not servers.is_alive())

    names = servers.start_dead_again()

    assert names == ["Valkey"]
    assert redis_of(servers).get("word") == b"kept"


def test_a_torn_end_of_the_log_does_not_stop_valkey(data_dir):
    first, second = servers_on(data_dir), servers_on(data_dir)
    first.start()
    redis_of(first).set("word", "kept")
    first.stop()
    [log] = (places_for(data_dir).home / "valkey").glob("appendonlydir/*.incr.aof")
    with log.open("ab") as stream:
        stream.write(b"*3\r\n$3\r\nSET\r\n$4\r\nwo")

    second.start()

    try:
        assert redis_of(second).get("word") == b"kept"
    finally:
        second.stop()


def test_unreadable_hints_are_set_aside_and_said_so(data_dir):
    first, second = servers_on(data_dir), servers_on(data_dir)
    first.start()
    redis_of(first).set("word", "lost")
    first.stop()
    [log] = (places_for(data_dir).home / "valkey").glob("appendonlydir/*.incr.aof")
    log.write_bytes(b"this is not a log\r\n" * 100)

    second.start()

    try:
        assert redis_of(second).get("word") is None
        assert any("valkey.unreadable-1" in note for note in second.notes())
    finally:
        second.stop()


def test_data_of_another_postgres_is_refused_with_the_way_out(data_dir):
    home = places_for(data_dir).home
    (home / "postgres" / "PG_VERSION").write_text("15\n")

    with pytest.raises(ConfigurationError) as refused:
        servers_on(data_dir).start()

    assert "written by PostgreSQL 15 and this is 18: dump it" in str(refused.value)


@pytest.mark.parametrize(
    "name", ["v" * 150, "with, a comma", 'a folder\'s "name" in ünïcödé 한국']
)
def test_the_folder_may_have_any_name(parent, name):
    data_dir = make_data_dir(parent / name)
    servers = servers_on(data_dir)

    servers.start()

    try:
        assert ask(servers, "SELECT 1") == 1
        assert redis_of(servers).ping() is True
    finally:
        servers.stop()
        delete_data(data_dir)


def test_folders_of_sockets_elsewhere_are_not_left_behind(parent):
    data_dir = make_data_dir(parent / ("v" * 150))
    servers = servers_on(data_dir)
    servers.start()
    sockets = Path(servers.urls()["REDIS_URL"].removeprefix("unix://")).parent

    servers.stop()

    assert not sockets.is_relative_to(parent)
    assert not sockets.exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root starts servers as somebody else")
def test_no_door_is_opened_for_the_servers_user(parent):
    locked = parent / "locked"
    locked.mkdir(mode=0o700)
    data_dir = make_data_dir(locked / "var")
    servers, again = servers_on(data_dir), servers_on(data_dir)

    servers.start()
    remember(servers, "kept")
    notes = servers.notes()
    servers.stop()
    again.start()

    try:
        assert ask(again, "SELECT word FROM words") == "kept"
        assert stat.S_IMODE(locked.stat().st_mode) == 0o700
        assert any("The data is in /var/" in note for note in notes)
    finally:
        again.stop()
        home = places_for(data_dir).home
        delete_data(data_dir)
    assert not home.exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root starts servers as somebody else")
def test_root_starts_them_as_a_user_that_was_there_before(servers, data_dir):
    users = Path("/etc/passwd").read_text()

    assert postmaster_of(data_dir).username() == "nobody"
    assert "sosik" not in users


_KEEPS_SERVERS = """
import sys
from pathlib import Path
from wiring.embedded import Servers
servers = Servers(Path(sys.argv[1]), {}, Path(sys.argv[1]) / "lifeline")
servers.start()
print("started", flush=True)
sys.stdin.read()
"""


def test_end_with_whoever_started_them_even_by_sigkill(data_dir):
    with subprocess.Popen(
        [sys.executable, "-c", _KEEPS_SERVERS, str(data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as starter:
        assert starter.stdout is not None
        starter.stdout.readline()
        family = psutil.Process(starter.pid).children(recursive=True)
        starter.kill()

    assert len(family) >= 3
    assert eventually(lambda: not any(map(is_running, family)))


def is_running(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_guardian_ends_a_server_where_the_kernel_does_not(tmp_path):
    lifeline = tmp_path / "lifeline"
    os.mkfifo(lifeline)
    pipe = os.open(lifeline, os.O_RDWR)
    server = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    guardian = subprocess.Popen(
        [
            *(sys.executable, str(ROOT / "wiring/guardian.py"), str(lifeline)),
            *(str(server.pid), str(int(signal.SIGKILL))),
        ]
    )
    is_waiting = guardian.poll() is None and server.poll() is None

    os.close(pipe)

    assert is_waiting
    assert guardian.wait(10) == 0
    assert server.wait(10) == -signal.SIGKILL
    assert server.stdin is not None
    server.stdin.close()


_ONE_COMMAND = """
import os, sys, psycopg
from wiring.embedded import environment
with environment({"DATA_DIR": sys.argv[1]}, lambda line: None) as found:
    with psycopg.connect(found["DATABASE_URL"]) as connection:
        print(connection.execute("SELECT 'answered'").fetchone()[0])
"""


def test_commands_at_the_same_time_share_what_the_first_has_started(new_data_dir):
    command = [sys.executable, "-c", _ONE_COMMAND, str(new_data_dir)]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    said = [one.communicate(timeout=60)[0].strip() for one in started]

    assert said == ["answered"] * 3
    assert [one.returncode for one in started] == [0, 0, 0]
    assert who_runs(new_data_dir) is None


def test_one_command_leaves_no_server_behind(data_dir):
    with environment({"DATA_DIR": str(data_dir)}, print):
        postmaster = postmaster_of(data_dir)

    assert not postmaster.is_running()


def test_what_is_found_is_all_that_the_program_needs(data_dir):
    with environment({"DATA_DIR": str(data_dir)}, print) as found:
        settings = Settings.from_env(found)

    assert settings.sandbox is True
    assert settings.meta_graph_origin == "http://127.0.0.1:9"
    assert settings.shopify_admin_origin == "http://127.0.0.1:9/{shop}"
    assert settings.data_dir == data_dir


def test_servers_of_the_operator_are_left_alone(parent):
    env = {"DATABASE_URL": "postgresql://db/sosik", "REDIS_URL": "redis://r"}
    data_dir = data_dir_of({"DATA_DIR": str(parent / "var")})
    servers = Servers(data_dir, env, data_dir / "lifeline")

    servers.start()

    assert servers.urls() == {}
    assert list(data_dir.iterdir()) == []
