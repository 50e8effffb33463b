"""J&T Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="J&T Express",
    also_called=frozenset({"J&T", "JT Express"}),
)
