"""Yunda Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Yunda Express",
    also_called=frozenset(
        {
            "Yunda",
            "韵达",
            "韵达快递",
            "韻達",
            "韻達快遞",
        }
    ),
    forms=(form("[0-9]{13}|[0-9]{15}"),),
    speaks=(chinese.WORDS,),
)
