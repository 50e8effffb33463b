"""JNE; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import indonesian
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="JNE",
    also_called=frozenset(
        {
            "JNE Express",
            "JNE REG",
            "JNE YES",
            "JNE OKE",
            "JNE Trucking",
            "Jalur Nugraha Ekakurir",
        }
    ),
    forms=(
        form("[0-9]{15,16}"),
        form("[A-Z]{5}[0-9]{11}"),
    ),
    speaks=(indonesian.WORDS,),
)
