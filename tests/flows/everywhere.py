"""Searches all there is for a text: every table as text and unsealed, Redis, the logs.

Whoever looks has all the keys, as somebody has who stole the whole machine.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import LargeBinary, text

from core.sealing import CannotOpen
from storage.tables import metadata
from storage.tenancy import Crossing

_CONTEXTS = (
    *("webhook", "history of shop {shop}", "phone of shop {shop}"),
    *("number of shop {shop}", "{column} of shop {shop}", "answer of shop {shop}"),
    *("message {id}", "tracking key of shop {shop}"),
    *("{kind} of {shop_domain}", "shopify token of {domain}"),
)


def places_of(world: Any, words: str, logged: str = "") -> set[str]:
    """Where a text stands, such as ``orders.email``, ``redis`` or ``logs``."""
    return traces_of(world, [words], logged).get(words, set())


def traces_of(
    world: Any, many: Iterable[str], logged: str = ""
) -> Mapping[str, set[str]]:
    """Where each of several texts stands, of those that stand somewhere."""
    told = {each: (each.lower(), each.encode()) for each in many}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, said in _tables(world):
        lowered = said.lower()
        for words, (low, _) in told.items():
            if low in lowered:
                found[words].add(name)
    for said in said_in_redis(world.redis):
        for words, (_, raw) in told.items():
            if raw in said:
                found[words].add("redis")
    for words in told:
        if words in logged:
            found[words].add("logs")
    return found


def _tables(world):
    for table, rows in _filled_tables(world):
        for row in rows:
            yield table.name, row["as_text"]
            for column in table.columns:
                value = row[column.name]
                if isinstance(column.type, LargeBinary) and value is not None:
                    opened = _opened(world, bytes(value), column.name, row)
                    yield f"{table.name}.{column.name}", opened


_WHERE_SOMETHING_IS = " UNION ALL ".join(
    f"SELECT '{name}' AS name WHERE EXISTS (SELECT 1 FROM {name})"
    for name in metadata.tables
)


def _filled_tables(world):
    """Each table that has rows, with them: most have none, and one question tells."""
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        names = tx.connection.execute(text(_WHERE_SOMETHING_IS)).scalars().all()
        for name in names:
            query = text(f"SELECT t.*, CAST(t AS text) AS as_text FROM {name} t")
            rows = [dict(row) for row in tx.connection.execute(query).mappings()]
            yield metadata.tables[name], rows


def _opened(world, value, column, row):
    """What is sealed, opened with whatever opens it; and as it is."""
    shop = row.get("shop_id") or row.get("id")
    for form in _CONTEXTS:
        named = {"shop": shop, "column": column, **{k: row.get(k) for k in row}}
        try:
            context = form.format_map(named)
        except KeyError:
            continue
        for sealer in _sealers(world, shop, row):
            try:
                return _said(sealer.open(value, context=context))
            except CannotOpen:
                continue
    return _said(value)


def _sealers(world, shop, row):
    keys = world.services.sealer
    named = [each for each in (shop, row.get("shop_domain")) if each]
    return [keys, *(found for each in named if (found := keys._known(each)))]


def _said(opened):
    with suppress(zlib.error):
        opened = zlib.decompress(opened)
    return opened.decode("utf-8", "replace")


def said_in_redis(redis):
    """All keys, and all that they hold."""
    for key in redis.scan_iter():
        yield key
        match redis.type(key):
            case b"string":
                yield redis.get(key)
            case b"hash":
                for name, value in redis.hgetall(key).items():
                    yield name + value
            case b"list":
                yield from redis.lrange(key, 0, -1)
            case b"set":
                yield from redis.smembers(key)
            case b"zset":
                yield from redis.zrange(key, 0, -1)
            case b"stream":
                for _, fields in redis.xrange(key):
                    yield from (name + value for name, value in fields.items())
