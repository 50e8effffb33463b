"""One run of the whole program for all that is looked at, and a browser for each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from bench import up
from bench.chromium import Browser, Screen, opened, programs
from sandbox.control import Control
from tests.browser.sandbox_page import SandboxPage


@pytest.fixture(scope="session")
def program() -> Iterator[up.Program]:
    """``./sosik up`` on new data, with its simulated store connected."""
    if programs() is None:
        pytest.skip("chromium and chromedriver are not installed")
    with up.running() as program:
        yield program


@pytest.fixture
def store(program: up.Program) -> Control:
    env = program.environment
    return Control(env["SANDBOX_SHOPIFY_URL"], env["SANDBOX_SECRET"])


@pytest.fixture
def graph(program: up.Program) -> Control:
    env = program.environment
    return Control(env["SANDBOX_META_URL"], env["SANDBOX_SECRET"])


Open = Callable[..., SandboxPage]


@pytest.fixture
def open_page(program: up.Program) -> Iterator[Open]:
    """Opens the page on a screen; whatever is opened has no complaint in the end."""
    with ExitStack() as browsers:
        pages: list[SandboxPage] = []

        def opens(query: str = "lang=en", **screen: object) -> SandboxPage:
            browser: Browser = browsers.enter_context(opened(Screen(**screen)))  # type: ignore[arg-type]
            page = SandboxPage(browser)
            browser.go(f"{program.url}/sandbox/?{query}")
            page.wait_until_it_is_told()
            pages.append(page)
            return page

        yield opens
        assert [page.browser.complaints() for page in pages] == [[] for _ in pages]


@pytest.fixture
def page(open_page: Open) -> SandboxPage:
    return open_page()
