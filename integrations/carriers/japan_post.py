"""Japan Post."""

from integrations.carriers import Carrier
from integrations.status_words import japanese
from integrations.tracking_numbers import form, mod_7_holds

CARRIER = Carrier(
    name="Japan Post",
    also_called=frozenset(
        {
            "Japan Post (JA)",
            "Japan Post (EN)",
            "日本郵便",
            "日本郵政",
            "郵便局",
            "ゆうパック",
            "ゆうパケット",
            "ゆうメール",
            "クリックポスト",
            "レターパック",
            "Yu-Pack",
            "Yu Pack",
            "JP Post",
            "Japan EMS",
            "EMS Japan",
            "Japan Post EMS",
        }
    ),
    page=(
        "https://trackings.post.japanpost.jp/services/srv/search/direct"
        "?searchKind=S004&locale=en&reqCodeNo1={number}"
    ),
    post_of="JP",
    forms=(
        form("[0-9]{11}"),
        form("[0-9]{12}", mod_7_holds),
    ),
    speaks=(japanese.WORDS,),
)
