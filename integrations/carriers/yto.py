"""YTO Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="YTO Express",
    also_called=frozenset(
        {
            "YTO",
            "YTO International",
            "圆通",
            "圆通速递",
            "圆通快递",
            "圓通速遞",
        }
    ),
    forms=(form("YT[0-9]{13}", is_its_own=True),),
    speaks=(chinese.WORDS,),
)
