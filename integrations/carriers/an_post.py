"""An Post."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="An Post",
    also_called=frozenset(
        {
            "AnPost",
            "Ireland Post",
            "An Post Ireland",
            "Irish Post",
        }
    ),
    page="https://www.anpost.com/Post-Parcels/Track/History?item={number}",
    post_of="IE",
)
