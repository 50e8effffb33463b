"""Carrying out a judged document: variables, cost, scopes, and then the data.

A node is a dict from field names to values. A value may be a function of the field's
arguments, a node, a list, or what JSON has; what a node lacks is not simulated.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Field = dict[str, Any]
Node = Mapping[str, Any]
Errors = list[dict[str, Any]]
Allows = Callable[[Sequence[str]], bool]

_SCALARS: dict[str, tuple[type, ...]] = {
    "Boolean": (bool,),
    "Int": (int,),
    "Float": (int, float),
    "String": (str,),
    "ID": (str, int),
}
_MUTATION_COST = 10
_DEFAULT_PAGE = 10


def chosen(operations: list[Field], name: str | None) -> Field | str:
    """The operation to carry out, or why there is none."""
    if name is None and len(operations) == 1:
        return operations[0]
    for operation in operations:
        if name is not None and operation["name"] == name:
            return operation
    if name is None:
        return "An operation name is required"
    return f'No operation named "{name}"'


def checked_variables(
    operation: Field, given: Mapping[str, Any]
) -> tuple[dict[str, Any], Errors]:
    """The variables with their defaults, and what is wrong with them."""
    values: dict[str, Any] = {}
    errors: Errors = []
    for name, variable in operation["variables"].items():
        if name not in given and "default" in variable:
            values[name] = variable["default"]
            continue
        value = values[name] = given.get(name)
        problems = list(_problems(variable["type"], value, operation["inputs"], []))
        if problems:
            type_ = variable["type"]
            errors.append(
                {
                    "message": f"Variable ${name} of type {type_} was provided invalid "
                    f"value{_where(problems)}",
                    "locations": [{"line": 1, "column": 1}],
                    "extensions": {"value": value, "problems": problems},
                }
            )
    return values, errors


def cost(operation: Field, variables: Mapping[str, Any]) -> int:
    """The requested cost: 1 for an object, a connection by its size, 10 to mutate."""
    base = _MUTATION_COST if operation["kind"] == "mutation" else 0
    return base + sum(_cost(field, variables) for field in operation["fields"])


def denied(operation: Field, allows: Allows) -> Errors:
    """One error for each field that needs a scope which was not granted."""
    errors: Errors = []
    for field, path in _walk(operation["fields"], []):
        for any_of in field.get("scopes", ()):
            if allows(any_of):
                continue
            needed = " or ".join(f"`{scope}`" for scope in any_of)
            required = f"{needed} access scope."
            errors.append(
                {
                    "message": f"Access denied for {field['name']} field. Required "
                    f"access: {required}",
                    "locations": [{"line": field["line"], "column": field["column"]}],
                    "extensions": {
                        "code": "ACCESS_DENIED",
                        "documentation": "https://shopify.dev/api/usage/access-scopes",
                        "requiredAccess": required,
                    },
                    "path": path,
                }
            )
            break
    return errors


def executed(
    fields: list[Field], node: Node, variables: Mapping[str, Any]
) -> tuple[dict[str, Any], Errors]:
    """The data, and an error for each field that is not simulated."""
    errors: Errors = []
    return _object(fields, node, variables, [], errors), errors


def connection(nodes: Sequence[Node], arguments: Mapping[str, Any]) -> Node:
    """A page of them, by ``first`` and ``after``, with cursors."""
    after = arguments.get("after")
    start = int(str(after).removeprefix("c")) + 1 if after else 0
    size = arguments.get("first") or arguments.get("last") or _DEFAULT_PAGE
    if arguments.get("last") and not arguments.get("first"):
        start = max(0, len(nodes) - size)
    shown = nodes[start : start + size]
    last = start + len(shown) - 1
    return {
        "nodes": shown,
        "edges": [
            {"cursor": f"c{start + place}", "node": each}
            for place, each in enumerate(shown)
        ],
        "pageInfo": {
            "hasNextPage": last + 1 < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": f"c{start}" if shown else None,
            "endCursor": f"c{last}" if shown else None,
        },
    }


def connection_by(
    things: Sequence[Any],
    arguments: Mapping[str, Any],
    *,
    place: Callable[[Any], Sequence[Any]],
    node: Callable[[Any], Node],
) -> Node:
    """The same for things that are sorted by their ``place``, and move while somebody
    turns the pages: a cursor says behind which place the next page begins."""
    after = arguments.get("after")
    beyond = json.loads(base64.urlsafe_b64decode(after)) if after else None
    left = [each for each in things if beyond is None or list(place(each)) > beyond]
    if arguments.get("reverse") and beyond is not None:
        left = [each for each in things if list(place(each)) < beyond]
    shown = left[: arguments.get("first") or _DEFAULT_PAGE]
    cursors = [
        base64.urlsafe_b64encode(json.dumps(list(place(each))).encode()).decode()
        for each in shown
    ]
    nodes = [node(each) for each in shown]
    return {
        "nodes": nodes,
        "edges": [
            {"cursor": cursor, "node": each}
            for cursor, each in zip(cursors, nodes, strict=True)
        ],
        "pageInfo": {
            "hasNextPage": len(left) > len(shown),
            "hasPreviousPage": beyond is not None,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _object(
    fields: list[Field],
    node: Node,
    variables: Mapping[str, Any],
    path: list[Any],
    errors: Errors,
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in fields:
        type_name = node.get("__typename")
        if field["on"] and type_name and field["on"] != type_name:
            continue
        here = [*path, field["as"]]
        if field["name"] not in node:
            errors.append(
                {
                    "message": f"The sandbox does not simulate {field['place']}.",
                    "locations": [{"line": field["line"], "column": field["column"]}],
                    "extensions": {"code": "NOT_SIMULATED"},
                    "path": here,
                }
            )
            data[field["as"]] = None
            continue
        value = node[field["name"]]
        if callable(value):
            value = value(_resolved({"{}": field["arguments"]}, variables))
        done = _completed(field, value, variables, here, errors)
        if isinstance(done, dict) and isinstance(data.get(field["as"]), dict):
            data[field["as"]] |= done
        else:
            data[field["as"]] = done
    return data


def _completed(
    field: Field,
    value: Any,
    variables: Mapping[str, Any],
    path: list[Any],
    errors: Errors,
) -> Any:
    if value is None or not field["fields"]:
        return value
    if isinstance(value, (list, tuple)):
        return [
            _completed(field, each, variables, [*path, place], errors)
            for place, each in enumerate(value)
        ]
    return _object(field["fields"], value, variables, path, errors)


def _resolved(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_resolved(each, variables) for each in value]
    if isinstance(value, dict):
        if "$" in value:
            return variables.get(value["$"])
        return {k: _resolved(each, variables) for k, each in value["{}"].items()}
    return value


def _cost(field: Field, variables: Mapping[str, Any]) -> int:
    inside = sum(_cost(each, variables) for each in field["fields"])
    if not field.get("is_object"):
        return 0
    if not field.get("is_connection"):
        # What leads to the nodes of a connection costs nothing by itself.
        return inside if field["name"] in {"nodes", "edges", "pageInfo"} else 1 + inside
    sizes = _resolved({"{}": field["arguments"]}, variables)
    size = sizes.get("first") or sizes.get("last") or _DEFAULT_PAGE
    return 2 + int(size) * (1 + inside)


def _walk(fields: list[Field], path: list[Any]) -> list[tuple[Field, list[Any]]]:
    found = []
    for field in fields:
        here = [*path, field["as"]]
        found.append((field, here))
        found.extend(_walk(field["fields"], here))
    return found


def _problems(
    type_: str, value: Any, inputs: Mapping[str, Any], path: list[Any]
) -> Errors:
    if type_.endswith("!"):
        if value is None:
            return [{"path": path, "explanation": "Expected value to not be null"}]
        type_ = type_[:-1]
    if value is None:
        return []
    if type_.startswith("["):
        items = value if isinstance(value, list) else [value]
        return [
            problem
            for place, each in enumerate(items)
            for problem in _problems(type_[1:-1], each, inputs, [*path, place])
        ]
    known = inputs.get(type_)
    if isinstance(known, list):
        if value in known:
            return []
        words = f'Expected "{value}" to be one of: {", ".join(known)}'
        return [{"path": path, "explanation": words}]
    if isinstance(known, dict):
        return _input_problems(type_, known, value, inputs, path)
    expected = _SCALARS.get(type_)
    if expected is None or _is_a(value, expected):
        return []
    return [{"path": path, "explanation": f"Could not coerce value to {type_}"}]


def _input_problems(
    type_: str,
    known: Mapping[str, str],
    value: Any,
    inputs: Mapping[str, Any],
    path: list[Any],
) -> Errors:
    if not isinstance(value, dict):
        return [{"path": path, "explanation": f"Expected value to be a {type_}"}]
    problems = [
        {"path": [*path, name], "explanation": f"Field is not defined on {type_}"}
        for name in value
        if name not in known
    ]
    for name, inner in known.items():
        problems += _problems(inner, value.get(name), inputs, [*path, name])
    return problems


def _is_a(value: Any, expected: tuple[type, ...]) -> bool:
    # To Python a truth is a number; to GraphQL it is not.
    if isinstance(value, bool):
        return bool in expected
    return isinstance(value, expected)


def _where(problems: Errors) -> str:
    places = [
        f"{'.'.join(map(str, p['path']))} ({p['explanation']})"
        for p in problems
        if p["path"]
    ]
    return f" for {', '.join(places)}" if places else ""
