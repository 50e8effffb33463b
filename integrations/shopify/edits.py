"""What the Admin API says of an order's edits, in the words of ``orders/edited``.

It keeps no edit, but what was agreed by it: without the edit's own id, and without
whether Shopify has told the buyer.
"""

from collections import Counter
from collections.abc import Iterator

from integrations.shopify.retold import (
    Body,
    Node,
    Retold,
    moment_of,
    number_of,
    written,
)


def edits(node: Node) -> Iterator[Retold]:
    """The edits of an order, but one of which a page could not show all: what it comes
    to would be wrong."""
    order_id = number_of(node["id"])
    for agreement in (node.get("agreements") or {}).get("nodes") or ():
        sales = agreement["sales"]
        if agreement["reason"] != "ORDER_EDIT" or sales["pageInfo"]["hasNextPage"]:
            continue
        at = agreement["happenedAt"]
        body: Body = {
            "order_edit": {
                "id": None,
                "order_id": order_id,
                "committed_at": at,
                "notify_customer": None,
                "line_items": {
                    "additions": _deltas(sales["nodes"], "ORDER"),
                    "removals": _deltas(sales["nodes"], "RETURN"),
                },
            }
        }
        yield Retold("orders/edited", str(order_id), moment_of(at), written(body))


def _deltas(sales: list[Node], action: str) -> list[Body]:
    """By line, how many; what is sold without a line is shipping, a fee or a tip."""
    counts = Counter[int]()
    for sale in sales:
        line_id = number_of((sale.get("lineItem") or {}).get("id"))
        if sale["actionType"] == action and line_id is not None:
            counts[line_id] += abs(sale["quantity"] or 0)
    return [{"id": line_id, "delta": n} for line_id, n in counts.items() if n]
