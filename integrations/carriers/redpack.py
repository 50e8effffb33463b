"""Redpack; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import spanish

CARRIER = Carrier(
    name="Redpack",
    also_called=frozenset(
        {
            "Red Pack",
            "Redpack México",
        }
    ),
    speaks=(spanish.WORDS,),
)
