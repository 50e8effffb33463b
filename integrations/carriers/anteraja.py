"""AnterAja."""

from integrations.carriers import Carrier
from integrations.status_words import indonesian
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="AnterAja",
    also_called=frozenset(
        {
            "Anter Aja",
            "Anteraja Express",
        }
    ),
    page="https://anteraja.id/tracking/{number}",
    forms=(form("1[0-9]{13}"),),
    speaks=(indonesian.WORDS,),
)
