"""StarTrack."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="StarTrack",
    also_called=frozenset(
        {
            "Star Track",
            "StarTrack Express",
            "Star Track Express",
        }
    ),
    page="https://sttrackandtrace.startrack.com.au/{number}",
    forms=(form("[0-9A-Z]{12}"),),
)
