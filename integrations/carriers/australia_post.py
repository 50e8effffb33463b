"""Australia Post."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Australia Post",
    also_called=frozenset({"AusPost"}),
    page="https://auspost.com.au/mypost/track/#/details/{number}",
)
