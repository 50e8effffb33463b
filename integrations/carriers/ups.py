"""UPS."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="UPS",
    also_called=frozenset({"United Parcel Service"}),
    page="https://www.ups.com/track?tracknum={number}",
)
