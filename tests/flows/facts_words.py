"""What is known of a shop's things, each said in a line: what it is like, and whether
its buyer and the rest of it are known, but nothing of what anybody ordered."""

from collections.abc import Mapping, Sequence
from typing import Any

from storage.after_sale import FULFILLMENT_ORDERS, PAYMENTS, REFUNDS, RETURNS
from storage.drafts import DRAFT_ORDERS
from storage.merging import Kept
from storage.orders import ORDERS, PARCELS
from storage.shoppers import CARTS, CHECKOUTS, CUSTOMERS, MERGES
from tests.world import World

EVERY: Sequence[Kept[Any]] = (
    *(ORDERS, PARCELS, PAYMENTS, REFUNDS, RETURNS, FULFILLMENT_ORDERS),
    *(CUSTOMERS, MERGES, CHECKOUTS, DRAFT_ORDERS, CARTS),
)


def said_of_shops(world: World) -> dict[int, str]:
    """For each shop all its lines, in the order of the alphabet; '' for none."""
    found: dict[int, list[str]] = {row.id: _of_shop(row) for row in world.rows("shops")}
    for kept in EVERY:
        for row in world.rows(kept.table.name):
            known = kept.of_row(row._asdict(), world.services.sealer)
            found[row.shop_id].append(_SAID[kept.table.name](known))
    for row in world.rows("consents"):
        found[row.shop_id].append(f"consent {row.scope} {row.act}")
    return {shop_id: "; ".join(sorted(lines)) for shop_id, lines in found.items()}


def _words(*said: Any) -> str:
    return " ".join(str(each) for each in said if each not in (None, ""))


def _known(known: Any, **named: str) -> str:
    """What of it is known at all, by a word for each."""
    told = [word for name, word in named.items() if getattr(known, name)]
    return f"({', '.join(told)})" if told else ""


def _things(items: Sequence[Mapping[str, Any]] | None) -> str:
    if items is None:
        return ""
    return f"of {sum(item['quantity'] for item in items)} things"


def _of_shop(row: Any) -> list[str]:
    followed = "shop followed" if row.name != "A Shop" else ""
    claimed = "shop said to be gone" if row.uninstall_claimed_at else ""
    return [each for each in (followed, claimed) if each]


_BUYER = {
    "customer_id": "customer",
    "contact_id": "phone",
    "first_name": "name",
    "email": "mail",
    "place": "place",
    "country": "country",
    "locale": "language",
}


def _order(known: Any) -> str:
    is_changed = known.current_total not in (None, known.total)
    worth = known.worth_currency
    return _words(
        "order" if known.whole_since else "part of an order",
        known.payment,
        known.shipping,
        "at the door" if known.cash_on_delivery else "",
        "cancelled" if known.cancelled_at else "",
        known.cancel_reason,
        "closed" if known.closed_at else "",
        "edited" if known.edited_at else "",
        "test" if known.is_test else "",
        _things(known.items),
        f"in {known.currency}" if known.currency else "",
        f"worth {worth}" if worth != known.currency else "",
        "total changed" if is_changed else "",
        f"phone of {known.phone_place}" if known.phone_place else "",
        _known(known, **_BUYER),
        _known(
            known,
            status_url="page",
            checkout_key="checkout",
            cart_key="cart",
            discount_codes="codes",
            marks="marks",
        ),
    )


def _parcel(known: Any) -> str:
    private = known.private or {}
    numbers = private.get("numbers", "").split("\n") if "numbers" in private else []
    return _words(
        "parcel",
        known.status,
        known.milestone,
        "never under way" if not known.was_under_way else "",
        _things(known.items),
        f"with {len(numbers)} numbers" if known.private is not None else "by a scan",
        "in one place" if known.set_out_at else "",
        "a scan undone" if known.deleted_scans else "",
    )


def _payment(known: Any) -> str:
    return _words("payment", known.kind, known.status, f"in {known.amount_currency}")


def _refund(known: Any) -> str:
    amount = f"in {known.amount_currency}" if known.amount else "without money"
    return _words("refund", amount, _things(known.items))


def _return(known: Any) -> str:
    return _words(
        "return",
        known.step,
        known.decline_reason,
        "" if known.lines is None else f"of {known.lines} lines",
        "" if known.order_id else "of some order",
    )


def _waiting(known: Any) -> str:
    return _words(
        "part",
        "to be fetched" if known.prepared_at else "",
        "held" if known.held_at else "",
        *(known.hold_reasons or ()),
        "" if known.order_id else "of some order",
    )


def _customer(known: Any) -> str:
    place = f"phone of {known.phone_place}" if known.phone_place else ""
    named = {name: word for name, word in _BUYER.items() if hasattr(known, name)}
    return _words("customer", place, _known(known, **named))


def _checkout(known: Any) -> str:
    return _words(
        "checkout",
        "completed" if known.completed_at else "",
        _things(known.items),
        f"in {known.total_currency}" if known.total_currency else "",
        f"phone of {known.phone_place}" if known.phone_place else "",
        _known(known, **_BUYER),
        _known(known, url="page", cart_key="cart", marks="marks"),
    )


def _cart(known: Any) -> str:
    return _words(
        "cart",
        _things(known.items),
        f"in {known.total_currency}" if known.total_currency else "",
        _known(known, agreed="yes", marks="marks"),
    )


def _draft(known: Any) -> str:
    return _words(
        "draft",
        known.status or "",
        _things(known.items),
        f"in {known.total_currency}" if known.total_currency else "",
        "invoiced" if known.invoiced_at else "",
        "completed" if known.completed_at else "",
        f"phone of {known.phone_place}" if known.phone_place else "",
        _known(known, customer_id="customer", country="country", url="page"),
    )


_SAID = {
    "orders": _order,
    "parcels": _parcel,
    "payments": _payment,
    "refunds": _refund,
    "returns": _return,
    "fulfillment_orders": _waiting,
    "customers": _customer,
    "merged_customers": lambda known: "merge",
    "checkouts": _checkout,
    "draft_orders": _draft,
    "carts": _cart,
}
