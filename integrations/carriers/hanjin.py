"""Hanjin."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import korean
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Hanjin",
    also_called=frozenset(
        {
            "Hanjin Express",
            "Hanjin Shipping",
            "Hanjin Parcel",
            "Hanjin Logistics",
            "Hanjin Transportation",
            "한진택배",
            "한진",
            "한진 택배",
            "한진익스프레스",
            "(주)한진",
        }
    ),
    page=(
        "https://www.hanjin.com/kor/CMS/DeliveryMgr/WaybillResult.do"
        "?mCode=MN038&schLang=KR&wblnumText2={number}"
    ),
    forms=(form("[0-9]{10}|[0-9]{12}"),),
    speaks=(korean.WORDS,),
    says={
        Milestone.IN_TRANSIT: (
            "터미널 입고",
            "이동중입니다",
        ),
        Milestone.OUT_FOR_DELIVERY: ("배송준비중",),
    },
)
