"""The whole program, as ``./sosik up`` starts it: every body that we know of is told to
it, and ends as the table says; it is killed, and finds everything again.
"""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

import psutil
import pytest
from sqlalchemy import text

from bench import up
from core.clock import system_clock
from core.settings import Settings
from notifications.ports import Services
from sandbox.control import Control
from sandbox.page.machines import workers_of
from sandbox.shopify.shops import DEFAULT_SHOP
from storage.tenancy import Crossing
from tests import samples
from tests.flows.bodies_table import IN_ENGLISH, everything_told, outcome_of
from tests.repo.waiting import eventually
from webapp.app import create_app
from wiring.services import build

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


class Program(up.Program):
    """A run of ``./sosik up`` that a store speaks to."""

    def shopify_says(self, topic: str, body: object, webhook_id: str) -> int:
        raw = json.dumps(body).encode()
        secret = self.environment["SHOPIFY_API_SECRET"].encode()
        digest = hmac.new(secret, raw, hashlib.sha256).digest()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": DEFAULT_SHOP,
            "X-Shopify-Webhook-Id": webhook_id,
            "X-Shopify-Triggered-At": system_clock().isoformat(),
        }
        try:
            connection.request("POST", "/webhooks/shopify", raw, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def command(self, *words: str) -> str:
        """What a command of the launcher's prints, in another process."""
        return subprocess.run(
            [sys.executable, ROOT / "sosik", *words],
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(self.data_dir)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with up.new_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def program(data_dir) -> Iterator[Program]:
    program = Program(data_dir)
    try:
        assert program.is_ready(), program.said()
        yield program
    finally:
        program.close()


def has_its_templates(services: Services) -> bool:
    """Whether the simulated Meta has told that all of them are approved."""
    query = text("SELECT count(*) > 0 AND every(state = 'APPROVED') FROM templates")
    with services.transactions.across(Crossing.OPERATING) as tx:
        return bool(tx.connection.scalar(query))


@contextmanager
def asking_why(program: Program) -> Iterator[Callable[[str], list[str]]]:
    """``why --json`` about an order, asked many times without starting Python again."""
    settings = Settings.from_env(program.environment)
    services = build(settings)
    runner = create_app(settings, services).test_cli_runner()

    def why(order_name: str) -> list[str]:
        asked = ["why", DEFAULT_SHOP, "--order", order_name, "--json"]
        answer = runner.invoke(args=asked)
        return outcome_of(json.loads(answer.output)) if answer.exit_code == 0 else []

    try:
        assert eventually(partial(has_its_templates, services))
        yield why
    finally:
        services.close()


def test_every_body_ends_as_the_table_says(program, shared):
    """Told to the running program, signed; asked of ``why``; counted at Meta."""
    everything = list(everything_told(shared, system_clock()))
    ended: dict[str, list[str]] = {}

    def have_all_ended() -> bool:
        for told in everything:
            if ended.get(told.order_name) != told.becomes:
                ended[told.order_name] = why(told.order_name)
        return all(ended[told.order_name] == told.becomes for told in everything)

    with asking_why(program) as why:
        for number, told in enumerate(everything):
            for place, (topic, body) in enumerate(told.posts):
                assert program.shopify_says(topic, body, f"b{number}-{place}") == 200
        eventually(have_all_ended, 40)
    asked = {
        told.order_name: program.command(
            "why", DEFAULT_SHOP, "--order", told.order_name, "--json"
        )
        for told in everything[-1:]
    }

    assert ended == {told.order_name: told.becomes for told in everything}
    assert {name: outcome_of(json.loads(text)) for name, text in asked.items()} == {
        name: ended[name] for name in asked
    }
    lines = [line for told in everything for line in told.becomes]
    sent = [tuple(line.split()[2:]) for line in lines if " sent " in line]
    assert Counter(sent) == Counter(accepted_by_meta(program))
    assert len(sent) > 30


def accepted_by_meta(program: Program) -> list[tuple[str, str]]:
    """Template and language of all that the simulated Meta has taken."""
    env = program.environment
    entries = Control(env["SANDBOX_META_URL"], env["SANDBOX_SECRET"]).get("ledger")
    return [(entry["template"], entry["language"]) for entry in entries["entries"]]


def is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_killed_scheduler_comes_back_and_is_never_taken_for_a_worker(program):
    [keeper] = [
        part
        for part in psutil.Process(program.process.pid).children()
        if "workers" in part.cmdline()
    ]
    workers = workers_of(keeper)
    [scheduler] = set(keeper.children()) - set(workers)

    scheduler.kill()

    assert eventually(lambda: not is_running(scheduler))
    assert eventually(lambda: len(keeper.children()) == 3)
    assert eventually(lambda: workers_of(keeper) == workers)
    assert len(workers) == 2


def test_killed_it_leaves_nothing_behind_and_finds_its_data_again(program, data_dir):
    """And what it was told before is neither forgotten nor told to the buyer again."""
    family = psutil.Process(program.process.pid).children(recursive=True)
    order = samples.order(order_id=1, placed_at=system_clock())
    with asking_why(program) as why:
        assert program.shopify_says("orders/create", order, "before") == 200
        assert eventually(lambda: why(order["name"]) == IN_ENGLISH)

    program.process.kill()
    program.process.wait(10)
    has_left = eventually(lambda: not any(map(is_running, family)), 20)
    again = Program(data_dir)
    try:
        answers = eventually(again.answers, 30)
        took = monotonic() - again.began_at
        assert again.is_ready(), again.said()
        repeat = again.shopify_says("orders/create", order, "before")
        with asking_why(again) as why:
            story = why(order["name"])
    finally:
        again.close()

    assert has_left
    assert len(family) >= 12
    assert answers
    assert took < 15
    assert repeat == 200
    assert story == IN_ENGLISH
