"""Sagawa."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import japanese
from integrations.tracking_numbers import form, mod_7_holds

CARRIER = Carrier(
    name="Sagawa",
    also_called=frozenset(
        {
            "Sagawa (JA)",
            "Sagawa (EN)",
            "Sagawa Express",
            "SagawaExpress",
            "Sagawa Kyubin",
            "佐川急便",
            "佐川",
            "飛脚宅配便",
            "飛脚便",
        }
    ),
    page="https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={number}",
    forms=(form("[0-9]{12}", mod_7_holds),),
    speaks=(japanese.WORDS,),
    says={
        Milestone.OUT_FOR_DELIVERY: (
            "配達中",
            "持出",
        ),
        Milestone.IN_TRANSIT: (
            "輸送中",
            "集荷",
            "営業所に到着",
        ),
    },
)
