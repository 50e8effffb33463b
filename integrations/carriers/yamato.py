"""Yamato."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import japanese
from integrations.tracking_numbers import form, mod_7_holds

CARRIER = Carrier(
    name="Yamato",
    also_called=frozenset(
        {
            "Yamato (JA)",
            "Yamato (EN)",
            "Yamato Transport",
            "Yamato Unyu",
            "Kuroneko",
            "Kuroneko Yamato",
            "Ta-Q-Bin",
            "TA-Q-BIN",
            "Takkyubin",
            "ヤマト運輸",
            "ヤマト",
            "クロネコヤマト",
            "宅急便",
            "クロネコ",
            "ネコポス",
            "黑猫宅急便",
            "黑貓宅急便",
        }
    ),
    page="https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={number}",
    forms=(form("[0-9]{12}", mod_7_holds),),
    speaks=(japanese.WORDS,),
    says={
        Milestone.READY_FOR_PICKUP: ("ご来店予定（保管中）",),
        Milestone.DELIVERED: ("投函完了",),
        Milestone.IN_TROUBLE: ("依頼受付（返品）",),
    },
)
