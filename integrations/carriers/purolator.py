"""Purolator."""

from integrations.carriers import Carrier
from integrations.status_words import french
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Purolator",
    also_called=frozenset(
        {
            "Purolator Ground",
            "Purolator Express",
            "Purolator Courier",
            "Purolator Inc",
        }
    ),
    page="https://www.purolator.com/en/shipping/tracker?searchValue={number}",
    forms=(
        form("[A-Z]{3}[0-9]{9}"),
        form("[0-9]{12}"),
    ),
    speaks=(french.WORDS,),
)
