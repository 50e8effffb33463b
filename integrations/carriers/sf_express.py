"""SF Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="SF Express",
    also_called=frozenset({"S.F. Express", "顺丰", "順豐", "順豐速運"}),
)
