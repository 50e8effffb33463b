"""SF Express; its pages have no address by number that we could rely on."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="SF Express",
    also_called=frozenset(
        {
            "S.F. Express",
            "SF",
            "SF Expresss",
            "SF International",
            "SF Express International",
            "SF-Express",
            "ShunFeng",
            "Shun Feng",
            "SF Express (HK)",
            "SF Express (CN)",
            "SF Express HK",
            "顺丰",
            "顺丰速运",
            "顺丰快递",
            "順豐",
            "順豐速運",
            "順豐快遞",
            "順豐速遞",
            "顺丰国际",
            "順豐國際",
        }
    ),
    forms=(
        form("SF[0-9]{13}", is_its_own=True),
        form("[0-9]{12}"),
    ),
    speaks=(chinese.WORDS,),
    says={
        Milestone.DELIVERED: (
            "已派送至客户",
            "快件已派送成功",
        ),
        Milestone.READY_FOR_PICKUP: (
            "快件已到达自助柜",
            "已到順便智能櫃",
        ),
    },
)
