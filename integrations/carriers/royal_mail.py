"""Royal Mail."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Royal Mail",
    page="https://www.royalmail.com/track-your-item#/tracking-results/{number}",
)
