"""Kerry Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import thai
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Kerry Express",
    also_called=frozenset(
        {
            "KEX",
            "KEX Express",
            "Kerry",
            "Kerry Thailand",
            "Kerry Express Thailand",
            "เคอรี่",
            "เคอรี่ เอ็กซ์เพรส",
        }
    ),
    forms=(form("[A-Z]{4}[0-9]{9,12}"),),
    speaks=(thai.WORDS,),
)
