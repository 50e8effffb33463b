"""Fukuyama Transporting."""

from integrations.carriers import Carrier
from integrations.status_words import japanese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Fukuyama Transporting",
    also_called=frozenset(
        {
            "福山通運",
            "福通",
            "Fukuyama",
            "Fukutsu",
            "フクツー",
        }
    ),
    page="https://corp.fukutsu.co.jp/situation/tracking_no_hunt/{number}",
    forms=(form("[0-9]{9,11}"),),
    speaks=(japanese.WORDS,),
)
