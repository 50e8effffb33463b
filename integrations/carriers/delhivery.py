"""Delhivery."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Delhivery",
    page="https://www.delhivery.com/track/package/{number}",
)
