"""How a webhook reaches the disk when the server, or the webhook, is not as usual."""

import secrets
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from time import monotonic

import psycopg
import pytest

from core.errors import DatabaseAway
from core.lanes import Lane
from core.sealing import Sealer
from core.settings import Settings
from notifications.ports import Services
from storage import inbox
from storage.inbox import Arrival, Source
from storage.intake import Keeper

NOW = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)
SEALER = Sealer(["a key of thirty-two characters or more"])


@pytest.fixture
def keeper(settings: Settings, services: Services) -> Iterator[Keeper]:
    with closing(Keeper(settings.database_url, sealer=SEALER, connections=1)) as keeper:
        yield keeper


@pytest.fixture
def owner(settings: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(settings.database_owner_url, autocommit=True) as connection:
        yield connection


def arrival(webhook_id: str, *, topic: str = "orders/create", body: bytes = b"{}"):
    return Arrival(
        source=Source.SHOPIFY,
        dedupe_id=webhook_id,
        topic=topic,
        shop_domain="ada.myshopify.com",
        lane=Lane(3),
        body=body,
        happened_at=NOW,
        arrived_at=NOW,
    )


def test_the_largest_body_is_kept_to_the_byte(keeper, owner):
    body = secrets.token_bytes(5 * 1024 * 1024)
    name = f"large-{secrets.token_hex(8)}"

    assert keeper(arrival(name, body=body))

    [row] = owner.execute(
        "SELECT body, lane, topic, happened_at, next_attempt_at FROM webhooks"
        " WHERE dedupe_id = %s",
        (name,),
    ).fetchall()
    assert inbox.unpack(row[0], SEALER) == body
    assert row[1:] == (3, "orders/create", NOW, NOW)


def test_a_repetition_is_told_and_not_kept(keeper, owner):
    name = f"twice-{secrets.token_hex(8)}"

    assert [keeper(arrival(name)), keeper(arrival(name))] == [True, False]

    query = "SELECT count(*) FROM webhooks WHERE dedupe_id = %s"
    assert owner.execute(query, (name,)).fetchone() == (1,)


def test_a_nul_byte_is_refused_and_cuts_nothing_short(keeper):
    name = f"nul-{secrets.token_hex(8)}"

    with pytest.raises(DatabaseAway, match="CharacterNotInRepertoire"):
        keeper(arrival(name, topic="orders/create\0d"))

    assert keeper(arrival(name))


def test_a_connection_that_the_server_has_ended_is_replaced(keeper, owner):
    keeper(arrival(f"first-{secrets.token_hex(8)}"))
    owner.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE query LIKE '%INSERT INTO webhooks%' AND pid <> pg_backend_pid()"
    )

    assert keeper(arrival(f"second-{secrets.token_hex(8)}"))


def test_a_server_that_does_not_get_to_it_costs_three_seconds_at_most(keeper, owner):
    """And leaves nothing waiting there, however often it is asked."""
    keeper(arrival(f"before-{secrets.token_hex(8)}"))
    with owner.transaction():
        owner.execute("LOCK TABLE webhooks IN ACCESS EXCLUSIVE MODE")
        began = monotonic()

        with pytest.raises(DatabaseAway):
            keeper(arrival(f"meanwhile-{secrets.token_hex(8)}"))

        took = monotonic() - began
        waiting = owner.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
        ).fetchone()
    assert took < 3
    assert waiting == (0,)
    assert keeper(arrival(f"after-{secrets.token_hex(8)}"))
