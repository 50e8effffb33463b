"""What a store is asked to let us see and do: as little as there is use for."""

from types import MappingProxyType

SCOPES = MappingProxyType(
    {
        "read_orders": (
            "Orders, payments, refunds, carts and checkouts: what the buyer is told "
            "of, and the yes that they gave at the checkout. Of the last 60 days, "
            "since nothing older is told."
        ),
        "write_orders": (
            "Orders that are paid at the door: tagged with what their buyer answered, "
            "and cancelled where the buyer does so in the chat."
        ),
        "write_merchant_managed_fulfillment_orders": (
            "The shipping of such an order is held, where its buyer gives no answer "
            "and the store wants that."
        ),
        "read_draft_orders": (
            "Draft orders of which an invoice was sent: whether it is paid by now, to "
            "remind whoever it was sent to."
        ),
        "read_fulfillments": (
            "Parcels, their tracking numbers, and where the carrier saw them."
        ),
        "read_customers": (
            "The buyer's number, first name and language, and their WhatsApp consent."
        ),
        "write_customers": (
            "Their WhatsApp consent alone: a STOP in the chat, and a yes that was "
            "given elsewhere, stand in the store at once."
        ),
        "read_returns": (
            "Whether a return was asked for, approved or declined, to tell the buyer."
        ),
        "read_products": (
            "Which products an order is of; and what the store has for sale, so that "
            "its catalog on WhatsApp shows the same. Whether what was left in a cart "
            "can still be bought."
        ),
        "read_inventory": (
            "Whether a thing is in stock: what is sold out is so in the catalog within "
            "a minute."
        ),
        "read_markets": (
            "Whether a market has changed: what things cost in a country is told to "
            "the catalog on WhatsApp, where its owner wants that."
        ),
        "write_discounts": (
            "Codes for offers: each is made for one message and ends with it. No "
            "discount that somebody else has made is changed."
        ),
        "write_app_proxy": (
            "One address of the storefront that leads here, for forms in which buyers "
            "say yes or no."
        ),
    }
)
"""Each with its reason, which the documentation repeats."""

OPTIONAL = MappingProxyType(
    {
        "write_draft_orders": (
            "A cart from the chat with more different things than an address can name: "
            "it is written up as a draft order, which its buyer pays by its invoice. "
            "No draft order that somebody else has made is changed."
        ),
    }
)
"""Those without which a store is not asked again, and misses little."""


def missing_from(granted: frozenset[str]) -> list[str]:
    """Those that a store has not granted. To write something includes to read it."""
    return [
        scope
        for scope in SCOPES
        if scope not in granted and scope.replace("read_", "write_", 1) not in granted
    ]
