"""4PX."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="4PX",
    also_called=frozenset({"4PX Worldwide Express"}),
    page="https://track.4px.com/#/result/0/{number}",
)
