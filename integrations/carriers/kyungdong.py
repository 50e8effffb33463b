"""Kyungdong Express."""

from integrations.carriers import Carrier
from integrations.status_words import korean
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Kyungdong Express",
    also_called=frozenset(
        {
            "Kyungdong",
            "Kyoungdong",
            "KD Express",
            "KDEXP",
            "경동택배",
            "경동",
            "경동 택배",
        }
    ),
    page="https://kdexp.com/service/delivery/etc/delivery.do?barcode={number}",
    forms=(form("[0-9]{9,16}"),),
    speaks=(korean.WORDS,),
)
