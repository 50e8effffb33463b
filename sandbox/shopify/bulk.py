"""Bulk operations: a query without pages, whose answer is written into a file.

A thing of the outermost connection is a line, and its parts are the lines behind it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.clock import Clock
from sandbox.shopify.bodies import Body, written
from sandbox.shopify.execute import Field, Node, denied, executed
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.nodes import gid
from sandbox.shopify.shops import Shop, Shops

_MOST_AT_ONCE = 5
_MOST_CONNECTIONS = 5
_ALL = {"first": 10**9}
Verdict = Mapping[str, Any]


@dataclass(slots=True)
class BulkBehaviour:
    """``is_slow`` keeps operations running; the next ``fail_next`` fail, and the next
    ``cut_next`` downloads break off in the middle."""

    is_slow: bool = False
    fail_next: float = 0
    cut_next: float = 0


@dataclass(slots=True)
class Operation:
    id: int
    domain: str
    created_at: str
    lines: bytes
    count: int
    objects: int
    status: str = "RUNNING"
    error: str | None = None

    @property
    def name(self) -> str:
        return gid("BulkOperation", self.id)

    @property
    def path(self) -> str:
        return f"/_bulk/{self.domain}/{self.id}.jsonl"


class Bulk:
    """What each shop has begun; it lasts as long as the process."""

    def __init__(self, shops: Shops, hooks: Hooks, clock: Clock) -> None:
        self.behaviour = BulkBehaviour()
        self._shops = shops
        self._hooks = hooks
        self._clock = clock
        self._begun: dict[str, Operation] = {}

    def run(
        self, shop: Shop, verdict: Verdict, grouped: object, root: Node
    ) -> dict[str, Any]:
        """``verdict`` is on the query inside, ``root`` what it is asked of."""
        problem = self._problem(shop, verdict, grouped)
        if problem is not None:
            error = {"field": ["query"], "message": problem, "code": "INVALID"}
            return {"bulkOperation": None, "userErrors": [error]}
        [operation] = verdict["operations"]
        made = self._made(shop, operation, root)
        self._begun[made.name] = made
        told = self._node(made, "") | {"status": "CREATED"}
        if not self.behaviour.is_slow:
            self._finish(shop, made)
        return {"bulkOperation": told, "userErrors": []}

    def finish_all(self, shop: Shop) -> dict[str, Any]:
        """What was slow is done now."""
        left = [each for each in self._of(shop) if each.status == "RUNNING"]
        for each in left:
            self._finish(shop, each)
        return {"finished": len(left)}

    def look(self, shop: Shop, name: str, origin: str) -> Node | None:
        found = self._begun.get(name)
        if found is None or found.domain != shop.domain:
            return None
        return self._node(found, origin)

    def file(self, path: str) -> bytes | None:
        """The lines at a path, if there are any."""
        for each in self._begun.values():
            if each.path == path and each.status == "COMPLETED":
                return each.lines
        return None

    def _of(self, shop: Shop) -> list[Operation]:
        return [each for each in self._begun.values() if each.domain == shop.domain]

    def _problem(self, shop: Shop, verdict: Verdict, grouped: object) -> str | None:
        if "errors" in verdict:
            return f"Invalid bulk query: {verdict['errors'][0]['message']}"
        if grouped not in (True, False):
            return "groupObjects is required"
        running = sum(each.status == "RUNNING" for each in self._of(shop))
        if running >= _MOST_AT_ONCE:
            return "A bulk query operation for this app and shop is already in progress"
        [operation] = verdict["operations"]
        [outermost, *others] = operation["fields"]
        if others or not outermost.get("is_connection"):
            return "Bulk queries must contain one connection at their root"
        count, inside = _connections(operation["fields"], 0)
        if count > _MOST_CONNECTIONS:
            return f"Bulk queries cannot have more than {_MOST_CONNECTIONS} connections"
        if inside > 2:
            return "Bulk queries cannot be nested more than two levels deep"
        return None

    def _made(self, shop: Shop, operation: Field, root: Node) -> Operation:
        error = "ACCESS_DENIED" if denied(operation, shop.has_scope) else None
        if self.behaviour.fail_next >= 1:
            self.behaviour.fail_next -= 1
            error = "INTERNAL_SERVER_ERROR"
        lines = [] if error else list(_written(operation["fields"][0], root))
        return Operation(
            id=self._shops.new_id(shop),
            domain=shop.domain,
            created_at=written(self._clock()),
            lines=b"".join(json.dumps(line).encode() + b"\n" for line in lines),
            count=sum("__parentId" not in line for line in lines),
            objects=len(lines),
            error=error,
        )

    def _finish(self, shop: Shop, operation: Operation) -> None:
        operation.status = "FAILED" if operation.error else "COMPLETED"
        told: Body = {
            "admin_graphql_api_id": operation.name,
            "completed_at": written(self._clock()),
            "created_at": operation.created_at,
            "error_code": operation.error and operation.error.lower(),
            "status": operation.status.lower(),
            "type": "query",
        }
        self._hooks.tell(shop, "bulk_operations/finish", told)

    def _node(self, operation: Operation, origin: str) -> dict[str, Any]:
        is_there = operation.status == "COMPLETED" and operation.lines
        return {
            "__typename": "BulkOperation",
            "id": operation.name,
            "status": operation.status,
            "errorCode": operation.error,
            "createdAt": operation.created_at,
            "objectCount": str(operation.objects),
            "rootObjectCount": str(operation.count),
            "url": f"{origin}{operation.path}" if is_there else None,
        }


def _connections(fields: list[Field], depth: int) -> tuple[int, int]:
    """How many there are, and how deep they lie in each other."""
    count, deepest = 0, depth
    for field in fields:
        here = depth + 1 if field.get("is_connection") else depth
        more, inside = _connections(field["fields"], here)
        count += more + (1 if field.get("is_connection") else 0)
        deepest = max(deepest, inside)
    return count, deepest


def _written(field: Field, root: Node) -> Iterator[dict[str, Any]]:
    arguments = field["arguments"]
    known = {name: value for name, value in arguments.items() if not _is_open(value)}
    for node in root[field["name"]]({**known, **_ALL})["nodes"]:
        yield from _lines(_of_a_node(field), node, parent=None)


def _is_open(value: Any) -> bool:
    return isinstance(value, dict) and "$" in value


def _of_a_node(connection: Field) -> list[Field]:
    """What is asked of each node of a connection, by way of its edges or without."""
    for field in connection["fields"]:
        if field["name"] == "nodes":
            fields: list[Field] = field["fields"]
            return fields
        if field["name"] == "edges":
            return next(
                each["fields"] for each in field["fields"] if each["name"] == "node"
            )
    return []


def _lines(
    fields: list[Field], node: Node, *, parent: str | None
) -> Iterator[dict[str, Any]]:
    own = [each for each in fields if not each.get("is_connection")]
    line, _ = executed(own, node, {})
    if parent is not None:
        line["__parentId"] = parent
    yield line
    for field in fields:
        if field.get("is_connection"):
            for child in node[field["name"]](_ALL)["nodes"]:
                yield from _lines(_of_a_node(field), child, parent=line["id"])
