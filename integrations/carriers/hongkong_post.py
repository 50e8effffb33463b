"""Hongkong Post; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Hongkong Post",
    also_called=frozenset({"Hong Kong Post", "香港郵政"}),
)
