"""Whoever sees personal data of a store is written down: who, when, and whose."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests import samples
from tests.flows.everywhere import places_of
from tests.flows.terminal import attendant_at
from tests.flows.test_privacy import MAIL, NAMES, PLANTED, data_request, order
from tests.world import SHOP

OTHER = "bob.myshopify.com"


@pytest.fixture
def world(world):
    world.open_shop()
    world.shopify_says("orders/create", order())
    world.work()
    return world


def _looks(terminal):
    rows = terminal.lines("access", "list", SHOP, "--json")
    return [(row["doing"], tuple(row["kinds"]), row["subject"]) for row in rows]


def test_each_command_that_shows_somebody_leaves_a_line(world, terminal):
    world.shopify_says("customers/data_request", data_request())
    world.work()
    attendant_at(terminal).attend()
    [request] = world.rows("privacy_requests")
    [contact] = world.rows("contacts")
    message = world.message.id
    order_id = world.rows("orders")[0].order_id

    terminal.run("why", SHOP, "--order", "7710")
    terminal.run("why", SHOP, "--order", "7710", "--at", "2026-11-20 14:30")
    terminal.run("why", SHOP, "--phone", PLANTED)
    terminal.run("why", SHOP, "--message", message)
    terminal.run("consent", "show", SHOP, PLANTED)
    terminal.run("messages", "export", SHOP)
    terminal.run("compliance", "show", SHOP, str(request.id))

    whose = f"contact {contact.id}"
    assert _looks(terminal)[::-1] == [
        ("why --order", ("orders", "texts"), f"order {order_id}"),
        ("why --order --at", ("orders", "texts"), f"order {order_id}"),
        ("why --phone", ("consent", "numbers", "orders", "texts"), whose),
        ("why --message", ("orders", "texts"), f"message {message}"),
        ("consent show", ("consent",), whose),
        ("messages export", ("numbers", "texts"), None),
        ("compliance show", ("everything",), f"request {request.id}"),
    ]
    [row, *_] = world.rows("access_log")
    assert row.door == "command"
    assert row.actor
    assert row.at == world.now


def test_a_line_holds_no_value_whatever_was_typed(world, terminal):
    for asked in (
        ("why", SHOP, "--order", NAMES[0]),
        ("why", SHOP, "--phone", "+4915199999998"),
        ("why", SHOP, "--message", MAIL),
    ):
        terminal.refused(*asked)

    assert {subject for _, _, subject in _looks(terminal)} == {"nobody"}
    for words in (NAMES[0], MAIL, PLANTED, "99999998"):
        assert "access_log" not in places_of(world, words)


def test_a_line_can_be_added_and_neither_changed_nor_deleted(world, terminal):
    terminal.run("consent", "show", SHOP, PLANTED)

    for statement in ("UPDATE access_log SET actor = 'x'", "DELETE FROM access_log"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx,
        ):
            tx.connection.execute(text(statement))


def test_a_store_sees_the_looks_at_its_own_people_alone(world, terminal):
    world.open_shop(OTHER, number=None)
    terminal.run("consent", "show", OTHER, PLANTED)

    assert _looks(terminal) == []
    assert "Nobody has looked." in terminal.run("access", "list", SHOP)
    [look] = terminal.lines("access", "list", OTHER, "--json")
    assert look["subject"] == "nobody"


def test_what_shows_nobody_leaves_none(world, terminal):
    world.shopify_says("orders/create", samples.order())
    world.work()

    terminal.run("shop", "show", SHOP)
    terminal.run("events", "list")
    terminal.run("access", "list", SHOP)

    assert _looks(terminal) == []
