"""Cainiao."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Cainiao",
    also_called=frozenset(
        {
            "Cainiao Global",
            "Cainiao Network",
            "AliExpress Standard Shipping",
            "Aliexpress Saver Shipping",
            "Cainiao Super Economy",
            "Cainiao Heavy Parcel Line",
            "菜鸟",
            "菜鸟国际",
            "菜鳥",
            "菜鸟物流",
            "菜鸟网络",
            "菜鳥國際",
        }
    ),
    page="https://global.cainiao.com/newDetail.htm?mailNoList={number}",
    forms=(
        form("LP[0-9]{14}", is_its_own=True),
        form("CNG[0-9]{14,17}", is_its_own=True),
    ),
    speaks=(chinese.WORDS,),
)
