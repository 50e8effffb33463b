"""Chilexpress; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Chilexpress",
    also_called=frozenset(
        {
            "Chile Express",
            "ChileExpress",
        }
    ),
    forms=(form("[0-9]{12}"),),
    speaks=(spanish.WORDS,),
)
