"""PostNord."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="PostNord",
    also_called=frozenset(
        {
            "Post Nord",
            "PostNord SE",
            "PostNord Sverige",
            "PostNord Sweden",
            "PostNord Sverige AB",
            "Portal PostNord",
            "Sweden Post",
        }
    ),
    page="https://tracking.postnord.com/en/tracking?id={number}",
    post_of="SE",
    forms=(form("[0-9]{17,18}"),),
)
