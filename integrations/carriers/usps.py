"""USPS."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="USPS",
    also_called=frozenset({"United States Postal Service"}),
    page="https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
)
