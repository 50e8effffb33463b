"""PostNord Danmark."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="PostNord Danmark",
    also_called=frozenset(
        {
            "PostNord DK",
            "PostNord Denmark",
            "Post Danmark",
            "Denmark Post",
        }
    ),
    page="https://tracking.postnord.com/en/tracking?id={number}",
    post_of="DK",
)
