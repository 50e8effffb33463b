"""What a batch asks of the database does not grow with the batch."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from core.lanes import LANES, Lane
from notifications import reading, sending
from storage.statements import Statement
from tests import samples


@contextmanager
def _counted(monkeypatch) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile, by whichever way."""
    sent: list[str] = []
    honest = Statement.sent

    def counting(statement, *given):
        sent.append(statement.text)
        return honest(statement, *given)

    def noting(_connection, _cursor, statement, *_more):
        sent.append(statement)

    with monkeypatch.context() as patched:
        patched.setattr(Statement, "sent", counting)
        event.listen(Engine, "before_cursor_execute", noting)
        try:
            yield sent
        finally:
            event.remove(Engine, "before_cursor_execute", noting)


def _order_and_parcel(world, number):
    """Of one person each; all of one lane, so that they are one batch."""
    body = samples.order(order_id=16 * number, phone=f"+4915112{number:06d}")
    world.shopify_says("orders/create", body)
    parcel = samples.fulfillment(fulfillment_id=16 * number, order_id=16 * number)
    world.shopify_says("fulfillments/create", parcel)


def _statements_for(world, monkeypatch, numbers):
    for number in numbers:
        _order_and_parcel(world, number)
    with _counted(monkeypatch) as read:
        world.read_everything_now()
    with _counted(monkeypatch) as taken:
        sending.send_messages([Lane(n) for n in range(LANES)], services=world.services)
    world.work()
    return len(read), len(taken)


@pytest.fixture
def one_reading_lane(world, monkeypatch):
    """All lanes' webhooks are read as one batch, however many there are."""
    monkeypatch.setattr(reading, "_BATCH", 1_000)
    monkeypatch.setattr(reading, "_MOST_OF_LANE", 1_000)
    monkeypatch.setattr(reading, "_MOST_LANES", LANES)
    return world


def test_reading_and_deciding_ask_as_often_for_twenty_as_for_two(
    one_reading_lane, monkeypatch
):
    world = one_reading_lane
    world.open_shop()
    _statements_for(world, monkeypatch, [1])  # what is asked once is out of the way

    few = _statements_for(world, monkeypatch, range(2, 4))
    many = _statements_for(world, monkeypatch, range(10, 30))

    assert len(world.accepted) > 20
    assert many == few
