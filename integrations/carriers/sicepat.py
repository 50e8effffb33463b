"""SiCepat; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import indonesian
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="SiCepat",
    also_called=frozenset(
        {
            "Si Cepat",
            "SiCepat Ekspres",
            "SiCepat Express",
            "SiCepat REG",
            "SiCepat HALU",
            "SiCepat BEST",
            "SiCepat GOKIL",
        }
    ),
    forms=(form("00[0-9]{10}"),),
    speaks=(indonesian.WORDS,),
)
