"""Logen."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import korean
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Logen",
    also_called=frozenset(
        {
            "Logen Logistics",
            "Logen Express",
            "ILOGEN",
            "Rozen",
            "로젠택배",
            "로젠",
            "로젠 택배",
            "로젠(주)",
        }
    ),
    page="https://www.ilogen.com/web/personal/trace/{number}",
    forms=(form("[0-9]{10,11}"),),
    speaks=(korean.WORDS,),
    says={
        Milestone.IN_TRANSIT: (
            "터미널입고",
            "터미널출고",
            "배송입고",
        ),
    },
)
