"""ZTO Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="ZTO Express",
    also_called=frozenset(
        {
            "ZTO",
            "ZTO International",
            "中通",
            "中通快递",
            "中通快遞",
            "中通国际",
        }
    ),
    forms=(form("[0-9]{12}|[0-9]{14}"),),
    speaks=(chinese.WORDS,),
)
