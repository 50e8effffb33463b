"""Sendle."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Sendle",
    also_called=frozenset(
        {
            "Sendle Australia",
            "Sendle US",
        }
    ),
    page="https://track.sendle.com/tracking?ref={number}",
    forms=(form("S[0-9A-Z]{6,7}"),),
)
