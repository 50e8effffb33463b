"""DPD."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="DPD",
    also_called=frozenset({"DPD Germany"}),
    page="https://tracking.dpd.de/status/en_US/parcel/{number}",
)
