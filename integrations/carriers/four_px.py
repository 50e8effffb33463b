"""4PX."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="4PX",
    also_called=frozenset(
        {
            "4PX Worldwide Express",
            "4PX Express",
            "4 PX",
            "Four PX",
            "FourPX",
            "4px Logistics",
            "递四方",
            "遞四方",
            "递四方速递",
        }
    ),
    page="https://track.4px.com/#/result/0/{number}",
    forms=(form("4PX[0-9]{13}CN", is_its_own=True),),
    speaks=(chinese.WORDS,),
)
