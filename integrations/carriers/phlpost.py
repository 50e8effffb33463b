"""PHLPost; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="PHLPost",
    also_called=frozenset(
        {
            "PHL Post",
            "Philippine Post",
            "Philippine Postal Corporation",
            "Philippines Post",
        }
    ),
    post_of="PH",
)
