"""YunExpress."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="YunExpress",
    also_called=frozenset(
        {
            "Yun Express",
            "YunExpress Logistics",
            "Yuntu",
            "YUN",
            "YunTrack",
            "云途",
            "云途物流",
            "雲途物流",
        }
    ),
    page="https://www.yuntrack.com/parcelTracking?id={number}",
    forms=(form("YT[0-9]{16}", is_its_own=True),),
    speaks=(chinese.WORDS,),
)
