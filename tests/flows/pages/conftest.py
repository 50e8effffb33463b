"""Fixtures for the pages of a store's owner."""

import pytest

from tests.flows.conftest import (  # noqa: F401 -- fixtures
    owner,
    shopify,
    stores,
    terminal,
    track,
)
from tests.flows.owner import Owner
from tests.flows.pages.desk import Desk
from tests.world import World


@pytest.fixture
def desk(world: World, owner: Owner) -> Desk:  # noqa: F811
    """The store is connected, and its owner has come in by the admin."""
    world.open_shop()
    return Desk(owner)
