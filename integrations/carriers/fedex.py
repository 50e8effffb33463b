"""FedEx."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="FedEx",
    also_called=frozenset({"Federal Express"}),
    page="https://www.fedex.com/fedextrack/?trknbr={number}",
)
