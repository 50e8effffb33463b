"""Pos Indonesia; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import indonesian

CARRIER = Carrier(
    name="Pos Indonesia",
    also_called=frozenset(
        {
            "POS IND",
            "PosIndonesia",
            "PT Pos Indonesia",
            "Indonesia Post",
        }
    ),
    post_of="ID",
    speaks=(indonesian.WORDS,),
)
