"""Fixtures for flows that begin at the command line."""

from collections.abc import Iterator

import pytest

from core.clock import Clock
from sandbox.control import Control
from sandbox.serving import running
from sandbox.shopify.settings import ShopifySettings
from sandbox.shopify.simulator import ShopifySimulator
from tests.flows.owner import Owner, owner_of
from tests.flows.terminal import TOKEN, Terminal
from tests.flows.tracked import Tracked, tracked
from tests.flows.two_stores import TwoStores, open_both, two_stores
from tests.judging import judged_here
from tests.moments import Moments
from tests.world import APP_SECRET, SANDBOX_SECRET, SHOP, World


@pytest.fixture(scope="session")
def running_shopify(
    tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> Iterator[Control]:
    """A simulated Shopify in the world's time; its webhooks go to a port where nobody
    listens."""
    settings = ShopifySettings(
        data_dir=tmp_path_factory.mktemp("shopify"),
        secret=SANDBOX_SECRET,
        api_key="key",
        api_secret=APP_SECRET,
        judge=judged_here,
    )
    with running(ShopifySimulator(settings, clock=clock)) as control:
        yield control


@pytest.fixture
def shopify(running_shopify: Control) -> Control:
    """The simulated Shopify, whatever others have turned there. Its shops stay."""
    # No time passes by itself, so no points for queries would come back.
    running_shopify.put("settings", {"bucket": 100_000})
    return running_shopify


@pytest.fixture
def terminal(world: World, shopify: Control) -> Terminal:
    shopify.post("shops", {"domain": SHOP, "name": "Ada's Things", "token": TOKEN})
    return Terminal(world, shopify)


@pytest.fixture
def track(world: World) -> Iterator[Tracked]:
    """The world, with a simulated 17TRACK in it."""
    with tracked(world) as made:
        yield made


@pytest.fixture
def owner(world: World, terminal: Terminal, shopify: Control) -> Owner:
    return owner_of(world, terminal.settings, shopify)


@pytest.fixture
def stores(
    world: World, terminal: Terminal, shopify: Control, moments: Moments
) -> TwoStores:
    open_both(shopify)
    ids = moments.at("two stores", world, lambda: two_stores(world, terminal))
    return TwoStores(world, terminal, *ids)
