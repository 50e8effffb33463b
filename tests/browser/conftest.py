"""One run of the whole program for all that is looked at, and a tab for each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg
import pytest

from bench import up
from bench.chromium import Browser, Screen, opened, programs
from sandbox.control import Control
from tests.browser.sandbox_page import SandboxPage

# People read sooner here than they do for whoever tries it out, and may get more.
_PROMPT = {
    "statuses": {"sent_ms": [10, 50], "delivered_ms": [50, 150], "read_ms": [100, 300]},
    "pair_limit": False,
}
MONTH_ORDERS = 120
"""Of a quiet store: the month of a busy one takes eight seconds of a processor."""


@pytest.fixture(scope="package")  # no longer: it works while nobody looks, too
def program() -> Iterator[up.Program]:
    """``./sosik up`` on new data, with its simulated store connected."""
    if programs() is None:
        pytest.skip("chromium and chromedriver are not installed")
    with up.running({"SANDBOX_MONTH_ORDERS": str(MONTH_ORDERS)}) as program:
        _at_meta(program).post("settings", _PROMPT)
        yield program


def _at_meta(program: up.Program) -> Control:
    env = program.environment
    return Control(env["SANDBOX_META_URL"], env["SANDBOX_SECRET"])


@pytest.fixture
def store(program: up.Program) -> Control:
    env = program.environment
    return Control(env["SANDBOX_SHOPIFY_URL"], env["SANDBOX_SECRET"])


@pytest.fixture
def graph(program: up.Program) -> Control:
    return _at_meta(program)


Open = Callable[..., SandboxPage]


def still(**screen: Any) -> Screen:
    """Nothing moves on it, unless that is asked for: each step is painted anew, and
    takes more than all else that a page does."""
    return Screen(**{"is_still": True, **screen})


class Browsers:
    """As many as are looked at side by side. One that is given back is lent again."""

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._idle: dict[str, list[Browser]] = {}

    @contextmanager
    def lent(self, screen: Screen) -> Iterator[Browser]:
        """One that knows nothing of what it was used for before."""
        idle = self._idle.setdefault(screen.language, [])
        if idle:
            browser = idle.pop()
            browser.begin_anew(screen)
        else:
            browser = self._closing.enter_context(opened(screen))
        yield browser
        # Not after an exception: nobody knows what state it is in.
        browser.rest()
        idle.append(browser)

    def close(self) -> None:
        self._closing.close()


@pytest.fixture(scope="package")
def browsers() -> Iterator[Browsers]:
    with closing(Browsers()) as browsers:
        yield browsers


@pytest.fixture
def open_page(program: up.Program, browsers: Browsers) -> Iterator[Open]:
    """Opens the page on a screen; whatever is opened has no complaint in the end."""
    _have_been_told_nothing_lately(program)
    with ExitStack() as lent:
        pages: list[SandboxPage] = []

        def opens(query: str = "lang=en", **screen: object) -> SandboxPage:
            browser = lent.enter_context(browsers.lent(still(**screen)))
            page = SandboxPage(browser)
            browser.go(f"{program.url}/sandbox/?{query}")
            page.wait_until_it_is_told()
            pages.append(page)
            return page

        yield opens
        assert [page.browser.complaints() for page in pages] == [[] for _ in pages]


def _have_been_told_nothing_lately(program: up.Program) -> None:
    """To one person much is sent in turn, and other tests have sent to them as well."""
    with psycopg.connect(program.environment["DATABASE_OWNER_URL"]) as connection:
        # Waits for nobody, so nobody who works meanwhile can wait for us in a circle.
        connection.execute(
            "UPDATE contacts SET pair_burst_at = NULL WHERE id IN (SELECT id"
            " FROM contacts WHERE pair_burst_at IS NOT NULL FOR UPDATE SKIP LOCKED)"
        )


@pytest.fixture
def page(open_page: Open) -> SandboxPage:
    return open_page()
