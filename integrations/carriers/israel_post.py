"""Israel Post."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Israel Post",
    also_called=frozenset(
        {
            "דואר ישראל",
            "Israel Postal Company",
            "Doar Israel",
        }
    ),
    page="https://mypost.israelpost.co.il/itemtrace?itemcode={number}",
    post_of="IL",
)
