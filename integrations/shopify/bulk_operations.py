"""All that a store has, asked for as one long answer that Shopify writes into a file.

The file has a thing on each line and its parts on the lines behind it. It is read as it
comes, a thing at a time, and from any line on.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import TryLater, UnreadablePayload, WillNotWork
from core.products import NOWHERE, Places, Product
from core.settings import is_loopback
from core.values import ProductId, ShopDomain
from integrations.shopify import retold
from integrations.shopify.graphql import AdminClient
from integrations.shopify.local_products import with_places
from integrations.shopify.products import product_in_file
from integrations.shopify.retold import Retold, number_of
from integrations.strict_json import read_object

_QUERIES = Path(__file__).with_name("bulk")
_PAST = timedelta(days=60)
"""What Shopify shows of orders without a permission of its own."""
_LONGEST_LINE_BYTES = 8 * 1024 * 1024

Download = Callable[[str, int], AbstractContextManager[Iterator[bytes]]]
"""The bytes at an address from a place on, in pieces; raises TryLater."""


class Progress(StrEnum):
    """How far Shopify is with an operation."""

    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Operation:
    """``url`` is None while there is nothing to read, and where there is nothing at
    all. It opens the data to anybody, for a week. ``count`` is of things, not lines."""

    progress: Progress
    url: str | None = field(repr=False)
    count: int
    error: str | None

    @property
    def is_under_way(self) -> bool:
        return self.progress is Progress.UNDER_WAY


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a part: what webhooks would tell of it, or a product or its id.

    ``ends_at`` is the place in the file behind it.
    """

    told: tuple[Retold, ...]
    product_id: ProductId | None
    ends_at: int
    product: Product | None = None


_STATUSES = {
    "COMPLETED": Progress.DONE,
    "FAILED": Progress.FAILED,
    "CANCELED": Progress.FAILED,
    "CANCELING": Progress.FAILED,
    "EXPIRED": Progress.FAILED,
}


def query_of(
    part: str,
    now: datetime,
    since: datetime | None = None,
    places: Places = NOWHERE,
) -> str:
    """What is asked for: orders of two months, and older ones that are still open;
    products that have changed ``since``, or all of them, with what is otherwise about
    them in some ``places``."""
    text = (_QUERIES / f"{part}.graphql").read_text(encoding="utf-8")
    if part == "orders":
        began = (now - _PAST).astimezone(UTC)
        return text.replace("FILTER", f"created_at:>={began:%Y-%m-%d} OR status:open")
    text = with_places(text, places)
    if since is None:
        return text.replace("FILTER", "")
    changed = since.astimezone(UTC)
    return text.replace("FILTER", f"updated_at:>='{changed:%Y-%m-%dT%H:%M:%SZ}'")


def begin(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    part: str,
    *,
    now: datetime,
    since: datetime | None = None,
    places: Places = NOWHERE,
) -> str:
    """Have Shopify begin; the operation's name. Raises as ``AdminClient.run``."""
    asked = {"query": query_of(part, now, since, places)}
    said = client.run(shop, token, "bulk_operation_run", asked)
    name: str = said["bulkOperationRunQuery"]["bulkOperation"]["id"]
    return name


def look(client: AdminClient, shop: ShopDomain, token: str, name: str) -> Operation:
    """How far it is; one that Shopify knows no more has failed."""
    node = client.run(shop, token, "bulk_operation", {"id": name})["bulkOperation"]
    if node is None:
        return Operation(Progress.FAILED, None, 0, "not_found")
    progress = _STATUSES.get(node["status"], Progress.UNDER_WAY)
    error = (node["errorCode"] or node["status"]).lower()
    return Operation(
        progress,
        node["url"] if progress is Progress.DONE else None,
        int(node["rootObjectCount"]),
        error if progress is Progress.FAILED else None,
    )


def read(part: str, url: str, start: int, download: Download) -> Iterator[Thing]:
    """The things from a place in the file on, as they come.

    Raises:
        TryLater: it broke off; whoever goes on from the last thing misses nothing.
        WillNotWork: what is there is not what was asked for.
    """
    place = urlsplit(url)
    if place.scheme != "https" and not is_loopback(place.hostname):
        raise WillNotWork("Shopify named an odd address", code="bulk_odd_address")
    with download(url, start) as pieces:
        for whole, ends_at in _together(_lines(pieces, start), part):
            yield _thing(part, whole, ends_at)


def _lines(pieces: Iterator[bytes], start: int) -> Iterator[tuple[bytes, int]]:
    """Whole lines, and the place behind each. The last may lack its end."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST_LINE_BYTES:
            raise WillNotWork("a line is too long", code="bulk_odd_line")
        for line in whole:
            start += len(line) + 1
            if line.strip():
                yield line, start
    if rest.strip():
        yield rest, start + len(rest)


def _together(
    lines: Iterator[tuple[bytes, int]], part: str
) -> Iterator[tuple[dict[str, Any], int]]:
    """Each thing with its parts, which stand behind it, and the place behind them."""
    thing: dict[str, Any] | None = None
    ends_at = 0
    for line, place in lines:
        node = _node(line, mends_text=part == "catalog")
        if "__parentId" in node:
            if thing is None or node["__parentId"] != thing["id"]:
                raise WillNotWork("a part stands by itself", code="bulk_odd_line")
            thing.setdefault("parts", []).append(node)
        else:
            if thing is not None:
                yield thing, ends_at
            thing = node
        ends_at = place
    if thing is not None:
        yield thing, ends_at


def _node(line: bytes, *, mends_text: bool) -> dict[str, Any]:
    try:
        return read_object(line, mends_text=mends_text)
    except UnreadablePayload:
        # A file that broke off ends in half a line.
        raise TryLater("a line is not whole", code="bulk_odd_line") from None


def _thing(part: str, node: dict[str, Any], ends_at: int) -> Thing:
    parts = node.pop("parts", [])
    match part:
        case "orders":
            lines = {"pageInfo": {"hasNextPage": False}, "nodes": parts}
            told = retold.order({**node, "lineItems": lines})
            return Thing(tuple(told), None, ends_at)
        case "customers":
            return Thing(tuple(retold.customer(node)), None, ends_at)
        case "catalog":
            product = product_in_file(node, parts)
            return Thing((), product.product_id, ends_at, product)
        case _:
            number = number_of(node["id"])
            product_id = None if number is None else ProductId(number)
            return Thing((), product_id, ends_at)
