"""Singapore Post; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Singapore Post",
    also_called=frozenset({"SingPost"}),
)
