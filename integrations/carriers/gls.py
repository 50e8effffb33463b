"""GLS."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="GLS",
    also_called=frozenset({"General Logistics Systems"}),
    page="https://gls-group.com/GROUP/en/parcel-tracking?match={number}",
)
