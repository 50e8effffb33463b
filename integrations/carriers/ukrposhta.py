"""Ukrposhta."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Ukrposhta",
    also_called=frozenset(
        {
            "Укрпошта",
            "Ukraine Post",
            "Ukrposhta EMS",
        }
    ),
    page="https://track.ukrposhta.ua/tracking_EN.html?barcode={number}",
    post_of="UA",
    forms=(form("[0-9]{13}"),),
)
