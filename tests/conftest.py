"""Servers for the whole run, and a ``World`` on them for each test."""

import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings
from redis import Redis

from core.redis_urls import open_redis
from core.settings import Settings
from integrations.job_queue import LaneHints
from integrations.meta.templates import creation_body
from notifications import automations
from notifications.ports import Services
from sandbox.control import Control
from sandbox.meta import MetaSettings, MetaSimulator
from sandbox.serving import running
from tests import examples
from tests import world as world_module
from tests.moments import Moments
from tests.world import NOON, World
from webapp.app import create_app
from webapp.intake import Intake
from webapp.wsgi import intake_services
from wiring.embedded import environment
from wiring.outside import as_metas
from wiring.ports import unused_port
from wiring.release import release
from wiring.services import build

# How long an example takes says how busy the machine is, and no more.
hypothesis_settings.register_profile(
    "sosik",
    max_examples=examples.OF_RULES,
    derandomize=not examples.ARE_NEW,
    deadline=None,
)
hypothesis_settings.load_profile("sosik")

SHARED = Path(__file__).parents[2] / "shared"


# What is loaded until all tests are known is needed until the last of them has run, and
# looking through it for garbage took a quarter of the loading. Behind it a test makes
# little, most of which goes without being looked for.
gc.disable()
_NEW_THINGS_UNTIL_A_LOOK = 50_000


# Known before any of us has compiled a test.
_IS_COLD = not any((Path(__file__).parent / "rules" / "__pycache__").glob("test_*"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Where nothing is compiled yet, whoever comes first compiles, and the others wait:
    else each process would compile all of it, all at the same time."""
    if not _IS_COLD:
        return (yield)
    with Path(__file__).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(lock, fcntl.LOCK_SH)
        return (yield)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(_NEW_THINGS_UNTIL_A_LOOK, 20, 100)
    gc.enable()


def pytest_configure() -> None:
    """Keep in memory what tests write: databases are made and gone by the dozen, and
    waiting for a disk would take longer than the tests do."""
    memory = _memory()
    if memory is not None and "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = tempfile.tempdir = memory


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files come first, so that none is left over when the others are done."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker("browser")
    slow = {
        item.path
        for item in items
        if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where everything is installed, a test that skips is a test that fails."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if (
        report.skipped
        and os.environ.get("SOSIK_NO_SKIPS")
        and not item.keywords.get("may_skip")
    ):
        report.outcome = "failed"


@pytest.fixture(scope="session", autouse=True)
def _english() -> Iterator[None]:
    """Commands speak as the system does, and tests know English."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            patched.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded bodies and real schemas beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the recorded bodies are not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, str]]:
    """A real PostgreSQL and a real Valkey; answers the settings that lead there."""
    with tempfile.TemporaryDirectory(prefix="sosik-tests-") as folder:
        Path(folder).chmod(0o755)
        env = {"PATH": os.environ["PATH"], "DATA_DIR": folder, "SANDBOX": "1"}
        with environment(env, say=lambda _line: None) as found:
            _let_go_of_the_disk(found["DATABASE_OWNER_URL"])
            yield env | found


def _memory() -> str | None:
    """A folder in memory, where there is one with room enough for every worker."""
    memory, room = "/dev/shm", 4 * 1024**3
    try:
        return memory if shutil.disk_usage(memory).free > room else None
    except OSError:
        return None


def _let_go_of_the_disk(owner_url: str) -> None:
    """What these tests promise holds on any disk: those that pull the plug have servers
    of their own, which write as in life."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def meta(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """A simulated Meta with our templates approved, that reports nothing by itself."""
    settings = MetaSettings(
        data_dir=tmp_path_factory.mktemp("meta"),
        secret=world_module.SANDBOX_SECRET,
        app_id="1",
        app_secret=world_module.META_SECRET,
        door_port=unused_port(),
    )
    with running(MetaSimulator(settings)) as control:
        control.put("settings", world_module.USUAL_AT_META)
        templates = [
            creation_body(as_metas(template, language))
            for template in automations.templates_of(automations.discover().values())
            for language in template.texts
        ]
        control.post("known_templates", {"templates": templates})
        yield control


@pytest.fixture(scope="session")
def settings(servers: dict[str, str], meta: Control) -> Settings:
    return Settings.from_env(
        servers
        | {
            "SHOPIFY_API_KEY": "key",
            "SHOPIFY_API_SECRET": world_module.APP_SECRET,
            "META_APP_ID": "1",
            "META_APP_SECRET": world_module.META_SECRET,
            "META_VERIFY_TOKEN": world_module.VERIFY_TOKEN,
            "META_GRAPH_ORIGIN": meta.url,
            "META_SIGNUP_CONFIG_ID": "7",
            "ADMIN_TOKEN": world_module.ADMIN_TOKEN,
            "SANDBOX_SECRET": world_module.SANDBOX_SECRET,
            "SANDBOX_META_URL": meta.url,
        }
    )


@dataclass
class _Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def clock() -> _Clock:
    return _Clock()


@pytest.fixture(scope="session")
def services(settings: Settings, clock: _Clock) -> Iterator[Services]:
    release(settings)
    services = build(settings, clock=clock)
    with open_redis(settings.redis_url) as redis:
        # However slow the machine, no hint grows old before a test is done with it.
        yield replace(services, hints=LaneHints(redis, forget_after=timedelta(hours=1)))
    services.close()


class _World(World):
    """The world's time is the services' clock."""

    clock: Any = None

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "now" and self.clock is not None:
            self.clock.now = value
        super().__setattr__(name, value)


@pytest.fixture(scope="session")
def app(settings: Settings, services: Services) -> Iterator[Flask]:
    app = create_app(settings, services)
    intake = intake_services(settings, services)
    app.wsgi_app = Intake(intake, app.wsgi_app)  # type: ignore[method-assign]
    yield app
    intake.keep_webhook.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def redis(settings: Settings) -> Iterator["Redis[bytes]"]:
    with open_redis(settings.redis_url) as redis:
        yield redis


@pytest.fixture(scope="session")
def moments(settings: Settings) -> Moments:
    return Moments(settings)


@pytest.fixture
def world(
    settings: Settings,
    services: Services,
    app: Flask,
    redis: "Redis[bytes]",
    meta: Control,
    clock: _Clock,
) -> World:
    clock.now = NOON
    made = _World(settings, services, app, redis, meta)
    made.clock = clock
    made.forget_everything()
    return made
