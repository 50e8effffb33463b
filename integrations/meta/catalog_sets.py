"""A set of a catalog's items as Meta reads and tells it.

A set is a rule about items. A list of their ids would grow with the set, and Meta takes
rules of up to 500 KiB; the word that its items have in a label does not.
"""

import json
from collections.abc import Mapping
from typing import Any

from core.catalog import MOST_LABELS, MOST_SET_NAME, ItemSet, ShownSet
from integrations.meta.parts import text
from integrations.strict_json import objects_in

Wire = Mapping[str, Any]

FIELDS = "id,retailer_id,name,filter"
_LABELS = tuple(f"custom_label_{n}" for n in range(MOST_LABELS))


def data_of(wanted: ItemSet) -> dict[str, str]:
    # Meta takes a filter as JSON within JSON.
    rule = {"or": [{name: {"i_contains": wanted.label}} for name in _LABELS]}
    return {"name": wanted.name[:MOST_SET_NAME], "filter": json.dumps(rule)}


def shown_set(said: Wire) -> ShownSet | None:
    """None for what has no id of the store's: it is not ours."""
    id_, own_id = text(said.get("id")), text(said.get("retailer_id"))
    if not id_ or not own_id:
        return None
    label, name = _label_in(said.get("filter")), text(said.get("name"))
    if label is None or name is None:
        return ShownSet(id_, own_id, None)
    return ShownSet(id_, own_id, ItemSet(own_id=own_id, name=name, label=label))


def _label_in(rule: object) -> str | None:
    """The word that a rule of ours looks for; None for a rule of another form."""
    try:
        read = json.loads(rule) if isinstance(rule, str) else rule
    except (RecursionError, ValueError):
        return None
    either = objects_in(read.get("or") if isinstance(read, Mapping) else None)
    asked = [(name, sign) for each in either for name, sign in each.items()]
    words = {
        text(sign.get("i_contains")) for _, sign in asked if isinstance(sign, Mapping)
    }
    if {name for name, _ in asked} != set(_LABELS) or len(words) != 1:
        return None
    return words.pop()
