"""Aramex."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Aramex",
    page="https://www.aramex.com/track/results?ShipmentNumber={number}",
)
