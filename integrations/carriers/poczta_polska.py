"""Poczta Polska."""

from integrations.carriers import Carrier
from integrations.status_words import polish
from integrations.tracking_numbers import form, gs1_holds

CARRIER = Carrier(
    name="Poczta Polska",
    also_called=frozenset(
        {
            "Polish Post",
            "Poland Post",
            "Pocztex",
            "Poczta",
            "Pocztex Kurier",
        }
    ),
    page="https://emonitoring.poczta-polska.pl/?numer={number}",
    post_of="PL",
    forms=(form("00[0-9]{18}", gs1_holds),),
    speaks=(polish.WORDS,),
)
