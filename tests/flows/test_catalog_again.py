"""What Meta has refused is tried again where its reason may have passed, else never."""

from datetime import timedelta

import pytest

from tests.flows.shelf import Shelf

DAY = timedelta(days=1)
NIGHTS = 7
GONE = {"error_type": "IMAGE_FETCH_FAILED", "title": "No image", "description": ""}
FORBIDDEN = {"error_type": "WHATSAPP_POLICY_VIOLATION", "title": "Policy"}


@pytest.fixture
def shelf(world, terminal, shopify, request):
    shelf = Shelf(world, terminal, shopify, request.node.name)
    shelf.connect()
    shelf.turns()
    return shelf


def refused(shelf, error):
    """An item of which Meta finds this in the night."""
    first = next(iter(shelf.at_meta))
    judged(shelf, first, errors=[error])
    shelf.world.now += DAY
    shelf.turns(12)
    assert shelf.items[int(first)].state == "refused"
    return first


def judged(shelf, item, **said):
    at = {"catalog_id": shelf.catalog_id, "retailer_id": item}
    shelf.world.meta.post("catalog_items", {**at, **said})


def requests_in_a_night(shelf):
    before = shelf.requests
    shelf.world.now += DAY
    shelf.turns(12)
    return shelf.requests - before


def test_a_picture_that_could_not_be_loaded_is_tried_again_in_the_next_night(shelf):
    item = refused(shelf, GONE)
    judged(shelf, item, errors=[])

    assert requests_in_a_night(shelf) == 1
    assert shelf.items[int(item)].state == "live"


def test_what_stays_refused_is_tried_once_a_night_and_not_for_ever(shelf):
    item = refused(shelf, GONE)

    tried = [requests_in_a_night(shelf) for _ in range(NIGHTS + 2)]

    assert tried == [1] * NIGHTS + [0, 0]
    assert shelf.items[int(item)].state == "refused"


def test_what_breaks_a_policy_is_not_tried_again(shelf):
    refused(shelf, FORBIDDEN)

    assert requests_in_a_night(shelf) == 0


def test_a_change_of_the_product_is_sent_at_once_and_its_nights_begin_anew(shelf):
    item = refused(shelf, FORBIDDEN)
    [product] = [
        each
        for each in shelf.products()
        if any(str(v["id"]) == item for v in each["variants"])
    ]
    judged(shelf, item, errors=[])

    shelf.changes(id=product["id"], title="Something else")
    shelf.world.now += timedelta(seconds=9)
    shelf.turns(3)

    row = shelf.items[int(item)]
    assert (row.state, row.retries, row.refusal) == ("live", 0, None)


def test_what_meta_shows_after_another_review_is_shown_here_and_not_sent(shelf):
    item = refused(shelf, FORBIDDEN)
    judged(shelf, item, errors=[])

    assert requests_in_a_night(shelf) == 0
    assert shelf.items[int(item)].state == "live"
    assert shelf.row.found["shown"] == 1
