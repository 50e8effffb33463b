"""A catalog is told as often as Meta takes it, and never holds up another store's."""

from datetime import timedelta

import pytest

from core.errors import TryLater, WillNotWork
from sandbox.meta import DEFAULT_NUMBER_ID
from storage import catalog_batches
from tests.flows.shelf import TOLD, Shelf

MINUTE = timedelta(minutes=1)
AT_LEAST = 8
"""So often a minute Meta takes something for a catalog that nobody has looked at."""


@pytest.fixture
def shelves(world, terminal, shopify, request):
    """Two stores, of which each has a catalog."""
    name = request.node.name
    both = [
        Shelf(world, terminal, shopify, f"{name} {number}", number=number)
        for number in (DEFAULT_NUMBER_ID, "100000000000888")
    ]
    for shelf in both:
        shelf.connect()
        shelf.turns()
    world.now += timedelta(minutes=5)
    return both


def told_much(shelf):
    """As many portions have left as Meta takes within a minute."""
    now = shelf.world.now
    with shelf.world.services.transactions.for_shop(shelf.shop_id) as tx:
        for _ in range(AT_LEAST):
            catalog_batches.begin(
                tx, shelf.shop_id, {}, now=now, until=now + timedelta(hours=1)
            )


def has_a_new_price(shelf):
    [variant, *_] = shelf.products()[0]["variants"]
    shelf.changes(
        id=shelf.products()[0]["id"],
        variants=[{"id": variant["id"], "price": "79.00"}],
    )
    return str(variant["id"])


def price_at_meta(shelf, variant):
    return shelf.at_meta[variant]["price"]


def test_who_was_told_as_often_as_meta_takes_it_waits_and_others_go_on(shelves, world):
    busy, other = shelves
    changed, of_other = has_a_new_price(busy), has_a_new_price(other)
    world.now += TOLD
    told_much(busy)
    before = busy.calls

    busy.turns(5)

    assert price_at_meta(other, of_other) == "79.00 EUR"
    assert price_at_meta(busy, changed) != "79.00 EUR"
    assert busy.calls == before + 1

    busy.turns(3)

    assert price_at_meta(busy, changed) == "79.00 EUR"
    assert busy.calls == before + 2


def assert_within_pace(calls):
    for place, first in enumerate(calls):
        within = [at for at in calls[place:] if at - first <= MINUTE]
        assert len(within) <= AT_LEAST


class Counting:
    """Notes when something is sent, on the clock of the world."""

    def __init__(self, shelf):
        self.shelf, self.calls = shelf, []

    def __getattr__(self, name):
        return getattr(self.shelf.keeper, name)

    def send(self, access, changes):
        self.calls.append(self.shelf.world.now)
        return self.shelf.keeper.send(access, changes)


def test_in_no_minute_is_a_catalog_told_more_often_than_meta_takes_it(shelves, world):
    busy, _ = shelves
    keeper = Counting(busy)
    for number in range(60):
        product = busy.products()[number % 3]
        [variant, *_] = product["variants"]
        priced = {"id": variant["id"], "price": f"{10 + number}.00"}
        busy.changes(id=product["id"], variants=[priced])
        busy.read()
        busy.tell(keeper)
        world.now += timedelta(seconds=3)
    busy.turns(9, keeper=keeper)

    assert_within_pace(keeper.calls)
    assert len(keeper.calls) > AT_LEAST
    assert busy.shown == busy.to_be_shown


class Choosy(Counting):
    """Refuses every portion with a certain item as a whole, and does not say why."""

    def __init__(self, shelf, refused):
        super().__init__(shelf)
        self.refused = refused

    def send(self, access, changes):
        if self.refused in {each.retailer_id for each in changes}:
            self.calls.append(self.shelf.world.now)
            raise WillNotWork("(#100) Invalid parameter", code="meta_100")
        return super().send(access, changes)


@pytest.mark.parametrize("place", [0, 3, 5])
def test_the_one_for_which_meta_refuses_a_whole_portion_is_found_in_few_calls(
    world, terminal, shopify, request, place
):
    shelf = Shelf(world, terminal, shopify, request.node.name)
    refused = sorted(shelf.to_be_shown)[place]
    keeper = Choosy(shelf, refused)
    shelf.connect()

    shelf.turns(30, keeper=keeper)

    assert shelf.states == {"live": 5, "refused": 1}
    assert shelf.items[int(refused)].refusal["code"] == "meta_100"
    assert len(keeper.calls) <= 9
    assert_within_pace(keeper.calls)


class Shut(Counting):
    """Is asked too often by somebody else, and says for how long."""

    def __init__(self, shelf, pause):
        super().__init__(shelf)
        self.pause = pause

    def send(self, access, changes):
        if access.catalog_id != self.shelf.catalog_id:
            return self.shelf.keeper.send(access, changes)
        if not self.calls:
            self.calls.append(self.shelf.world.now)
            raise TryLater("too often", code="meta_80014", pause=self.pause)
        return super().send(access, changes)


@pytest.mark.parametrize(("told", "kept"), [(9, 9), (None, 1)])
def test_who_comes_too_often_stays_away_as_long_as_meta_says_whatever_changes(
    shelves, world, told, kept
):
    busy, other = shelves
    keeper = Shut(busy, None if told is None else told * MINUTE)
    changed, of_other = has_a_new_price(busy), has_a_new_price(other)
    world.now += TOLD
    began = world.now

    other.turns(1, keeper=keeper)
    while len(keeper.calls) < 2:
        busy.changes(id=busy.products()[1]["id"], title=f"New at {world.now}")
        world.now += timedelta(seconds=15)
        busy.read()
        busy.tell(keeper)

    assert keeper.calls[1] - began >= kept * MINUTE
    assert keeper.calls[1] - began < (kept + 1) * MINUTE
    busy.turns(3)
    assert price_at_meta(busy, changed) == "79.00 EUR"
    assert price_at_meta(other, of_other) == "79.00 EUR"
