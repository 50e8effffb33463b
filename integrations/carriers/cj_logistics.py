"""CJ Logistics."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import korean
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="CJ Logistics",
    also_called=frozenset(
        {
            "CJ대한통운",
            "CJ대한통운택배",
            "CJ 대한통운",
            "대한통운",
            "대한통운택배",
            "CJ택배",
            "씨제이대한통운",
            "CJ GLS",
            "CJ Korea Express",
            "CJ Express",
            "CJ KX",
            "Korea Express",
            "CJ Logistics (Korea)",
        }
    ),
    page="https://trace.cjlogistics.com/next/tracking.html?wblNo={number}",
    forms=(form("[0-9]{10}|[0-9]{12}"),),
    speaks=(korean.WORDS,),
    says={
        Milestone.OUT_FOR_DELIVERY: (
            "배달출발",
            "SM배달출발",
        ),
        Milestone.IN_TRANSIT: (
            "집화처리",
            "간선상차",
            "간선하차",
            "SM입고",
        ),
    },
)
