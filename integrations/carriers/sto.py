"""STO Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="STO Express",
    also_called=frozenset(
        {
            "STO",
            "Shentong",
            "申通",
            "申通快递",
            "申通快遞",
        }
    ),
    forms=(form("[0-9]{12,13}|[0-9]{15}"),),
    speaks=(chinese.WORDS,),
)
