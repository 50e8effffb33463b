"""Evri."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Evri",
    also_called=frozenset({"Hermes", "Hermes UK", "myHermes"}),
    page="https://www.evri.com/track/parcel/{number}",
)
