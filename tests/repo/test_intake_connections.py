"""How a webhook reaches the disk when the server, or the webhook, is not as usual."""

import secrets
import select
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import monotonic
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
import pytest

from core.errors import DatabaseAway
from core.lanes import Lane
from core.sealing import Keyring
from core.settings import Settings
from notifications.ports import Services
from storage import inbox
from storage.inbox import Arrival, Source
from storage.intake import Keeper

NOW = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)
SEALER = Keyring(["a key of thirty-two characters or more"])


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
    assert inbox.unpack(row[0], "", SEALER) == body
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


class _Cutting:
    """A server that says *done* and dies before it says *ready*, as one does whose
    neighbour was killed: it had not committed yet."""

    def __init__(self, real: Path, own: Path) -> None:
        self.is_armed = False
        self.cuts = 0
        self._real = str(real)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(own))
        self._listener.listen()
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                Thread(target=self._between, args=(client,), daemon=True).start()

    def _between(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._real)
            while True:
                ready, _, _ = select.select([client, server], [], [])
                if client in ready:
                    server.sendall(_some(client))
                if server in ready:
                    answer = _some(server)
                    if self.is_armed and b"INSERT 0 " in answer:
                        self.is_armed, self.cuts = False, self.cuts + 1
                        client.sendall(answer.removesuffix(b"Z\0\0\0\5I"))
                        return
                    client.sendall(answer)


def _some(end: socket.socket) -> bytes:
    some = end.recv(65_536)
    if not some:
        raise OSError
    return some


def test_a_server_that_dies_before_it_is_ready_again_has_kept_nothing(
    settings, services, tmp_path
):
    """It was asked anew, and only its second word, that the row is there, counts."""
    [folder] = parse_qs(urlsplit(settings.database_url).query)["host"]
    port = ".s.PGSQL.5432"
    url = settings.database_url.replace(quote(folder, safe=""), str(tmp_path))
    with (
        closing(_Cutting(Path(folder) / port, tmp_path / port)) as server,
        closing(Keeper(url, sealer=SEALER, connections=1)) as keeper,
    ):
        assert keeper(arrival(f"before-{secrets.token_hex(8)}"))
        server.is_armed = True

        is_new = keeper(arrival(f"cut-{secrets.token_hex(8)}"))

        assert (is_new, server.cuts) == (False, 1)


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
