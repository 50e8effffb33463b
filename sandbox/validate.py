"""``python -m sandbox.validate``: one GraphQL document in, a verdict and a plan out.

A process of its own, since the schema costs a second and 60 MB. It
reads the document from standard input and writes one JSON object: ``errors`` as Shopify
words them, or ``operations`` boiled down to what is needed to carry them out.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    build_client_schema,
    get_named_type,
    is_composite_type,
    parse,
    type_from_ast,
    validate,
    value_from_ast_untyped,
    visit,
)
from graphql.language import ListValueNode, ObjectValueNode, ValueNode

Scopes = dict[str, list[str]]


def verdict(document: str) -> dict[str, Any]:
    """What Shopify would say of the document before it looks at any data."""
    schema, scopes = _schema()
    try:
        tree = parse(document)
        errors = validate(schema, tree)
    except GraphQLError as error:
        errors = [error]
    if errors:
        return {"errors": [_error(each) for each in errors]}
    plan = _Plan(schema, scopes)
    visit(tree, TypeInfoVisitor(plan.types, plan))
    fragments = {
        each.name.value: each
        for each in tree.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    operations = [
        _operation(schema, each, plan, fragments)
        for each in tree.definitions
        if isinstance(each, OperationDefinitionNode)
    ]
    return {"operations": operations}


class _Plan(Visitor):
    """Remembers for every field its kind and the scopes that it needs."""

    def __init__(self, schema: GraphQLSchema, scopes: Scopes) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self.fields: dict[int, dict[str, Any]] = {}
        self._scopes = scopes

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        definition = self.types.get_field_def()
        parent = self.types.get_parent_type()
        if definition is None or parent is None:
            return
        named = get_named_type(definition.type)
        place = f"{parent.name}.{node.name.value}"
        self.fields[id(node)] = {
            "place": place,
            "is_object": is_composite_type(named),
            "is_connection": named.name.endswith("Connection"),
            "scopes": [
                self._scopes[each]
                for each in (place, named.name)
                if each in self._scopes
            ],
        }


def _operation(
    schema: GraphQLSchema,
    node: OperationDefinitionNode,
    plan: _Plan,
    fragments: dict[str, FragmentDefinitionNode],
) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    variables = {}
    for each in node.variable_definitions or ():
        type_ = type_from_ast(schema, each.type)
        assert type_ is not None
        _remember_input(type_, inputs)
        variable: dict[str, Any] = {"type": str(type_)}
        if each.default_value is not None:
            variable["default"] = value_from_ast_untyped(each.default_value)
        variables[each.variable.name.value] = variable
    return {
        "name": node.name.value if node.name else None,
        "kind": node.operation.value,
        "variables": variables,
        "inputs": inputs,
        "fields": list(_fields(node.selection_set, None, plan, fragments)),
    }


def _fields(
    chosen: SelectionSetNode,
    on: str | None,
    plan: _Plan,
    fragments: dict[str, FragmentDefinitionNode],
) -> Iterator[dict[str, Any]]:
    for node in chosen.selections:
        if isinstance(node, FieldNode):
            known = plan.fields.get(id(node), {"place": node.name.value})
            field = {
                **known,
                "name": node.name.value,
                "as": node.alias.value if node.alias else node.name.value,
                "line": node.loc.start_token.line if node.loc else 1,
                "column": node.loc.start_token.column if node.loc else 1,
                "arguments": {
                    a.name.value: _value(a.value) for a in node.arguments or ()
                },
                "on": on,
                "fields": [],
            }
            if node.selection_set:
                inside = _fields(node.selection_set, None, plan, fragments)
                field["fields"] = list(inside)
            yield field
        elif isinstance(node, FragmentSpreadNode):
            fragment = fragments[node.name.value]
            name = fragment.type_condition.name.value
            yield from _fields(fragment.selection_set, name, plan, fragments)
        elif isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            name_or_none = condition.name.value if condition else on
            yield from _fields(node.selection_set, name_or_none, plan, fragments)


def _value(node: ValueNode) -> Any:
    """``{"$": name}`` for a variable, ``{"{}": ...}`` around an object."""
    if isinstance(node, VariableNode):
        return {"$": node.name.value}
    if isinstance(node, ListValueNode):
        return [_value(each) for each in node.values or ()]
    if isinstance(node, ObjectValueNode):
        return {
            "{}": {each.name.value: _value(each.value) for each in node.fields or ()}
        }
    return value_from_ast_untyped(node)


def _remember_input(type_: Any, inputs: dict[str, Any]) -> None:
    named = get_named_type(type_)
    if named.name in inputs:
        return
    if isinstance(named, GraphQLEnumType):
        inputs[named.name] = list(named.values)
    elif isinstance(named, GraphQLInputObjectType):
        inputs[named.name] = {name: str(f.type) for name, f in named.fields.items()}
        for field in named.fields.values():
            _remember_input(field.type, inputs)


def _error(error: GraphQLError) -> dict[str, Any]:
    places = [{"line": p.line, "column": p.column} for p in error.locations or ()]
    return {"message": error.message, "locations": places}


@cache
def _schema() -> tuple[GraphQLSchema, Scopes]:
    packed = files("sandbox").joinpath("schema/admin_2026-10.json.gz").read_bytes()
    known = json.loads(gzip.decompress(packed))
    return build_client_schema(known["schema"], assume_valid=True), known["scopes"]


if __name__ == "__main__":
    print(json.dumps(verdict(sys.stdin.read())))
