"""JD Logistics; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="JD Logistics",
    also_called=frozenset(
        {
            "JD Express",
            "Jingdong",
            "京东",
            "京东快递",
            "京东物流",
            "京東物流",
            "京東快遞",
        }
    ),
    forms=(form("JD[A-Z][A-Z0-9]{2}[0-9]{10,12}"),),
    speaks=(chinese.WORDS,),
)
