"""What has been brought about once, for the tests that begin where it ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from redis import Redis

from core.settings import Settings
from core.values import ShopId
from storage.tables import metadata
from tests.world import World

_OF_NO_SHOP = ("shops", "webhooks", "privacy_requests", "leases")
"""With those of a shop goes all that is about it."""
_TABLES = [
    table.name
    for table in metadata.sorted_tables
    if "shop_id" in table.c or table.name in _OF_NO_SHOP
]
_NO_ROWS = 21  # so long is a file of none


@dataclass(frozen=True, slots=True)
class _Moment:
    now: datetime
    shop_ids: Mapping[str, ShopId]
    rows: Mapping[str, bytes]
    hints: Mapping[bytes, bytes]
    answer: Any


class Moments:
    """A world is brought to a moment the first time, and put there each time after:
    its rows, what waits in Redis, and its time. What Meta has been told by then is not
    in Meta's ledger the second time, so no test may ask for that.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_owner_url
        self._known: dict[object, _Moment] = {}

    def at(self, name: object, world: World, bring_about: Callable[[], Any]) -> Any:
        """What ``bring_about`` has answered, who is to say no more than plain values
        and to be the same function for the same name."""
        known = self._known.get(name)
        if known is None:
            answer = bring_about()
            self._known[name] = self._seen(world, answer)
            return answer
        self._put(world, known)
        return known.answer

    def _seen(self, world: World, answer: Any) -> _Moment:
        with psycopg.connect(self._url) as connection:
            rows = {table: _read(connection, table) for table in _TABLES}
        return _Moment(
            world.now,
            dict(world.shop_ids),
            {table: some for table, some in rows.items() if len(some) > _NO_ROWS},
            _read_hints(world.redis),
            answer,
        )

    def _put(self, world: World, known: _Moment) -> None:
        world.redis.flushdb()
        with psycopg.connect(self._url) as connection:
            for table in _OF_NO_SHOP:
                connection.execute(f"DELETE FROM {table}".encode())
            # All that belongs together is there in the end: nothing is to be checked.
            connection.execute("SET session_replication_role = replica")
            for table, rows in known.rows.items():
                words = f"COPY {table} FROM STDIN (FORMAT binary)"
                with connection.cursor().copy(words.encode()) as copy:
                    copy.write(rows)
        for key, value in known.hints.items():
            # What counts in its own thread may have written it meanwhile.
            world.redis.restore(key, 0, value, replace=True)
        world.now = known.now
        world.shop_ids.update(known.shop_ids)


def _read(connection: "psycopg.Connection[Any]", table: str) -> bytes:
    words = f"COPY {table} TO STDOUT (FORMAT binary)"
    with connection.cursor().copy(words.encode()) as copy:
        return b"".join(bytes(part) for part in copy)


def _read_hints(redis: "Redis[bytes]") -> dict[bytes, bytes]:
    return {key: redis.dump(key) for key in redis.scan_iter()}
