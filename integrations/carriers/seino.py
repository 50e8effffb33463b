"""Seino; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import japanese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Seino",
    also_called=frozenset(
        {
            "西濃運輸",
            "西濃",
            "Seino Transportation",
            "カンガルー便",
            "セイノー",
        }
    ),
    forms=(form("[0-9]{10}"),),
    speaks=(japanese.WORDS,),
)
