"""New Zealand Post."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="New Zealand Post",
    also_called=frozenset(
        {
            "NZ Post",
            "NZPost",
            "CourierPost",
            "Courier Post",
        }
    ),
    page="https://www.nzpost.co.nz/tools/tracking?trackid={number}",
    post_of="NZ",
)
