"""Lotte Global Logistics."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import korean
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Lotte Global Logistics",
    also_called=frozenset(
        {
            "Lotte",
            "Lotte Logistics",
            "Lotte Express",
            "Lotte Parcel",
            "Hyundai Logistics",
            "롯데택배",
            "롯데글로벌로지스",
            "롯데 택배",
            "롯데",
            "현대택배",
            "현대로지스틱스",
        }
    ),
    page=(
        "https://www.lotteglogis.com/home/reservation/tracking/linkView?InvNo={number}"
    ),
    forms=(form("[0-9]{10}|[0-9]{12}"),),
    speaks=(korean.WORDS,),
    says={
        Milestone.IN_TRANSIT: (
            "상품접수 및 인수",
            "구간도착",
            "구간발송",
        ),
    },
)
