"""Japan Post."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Japan Post",
    also_called=frozenset({"Japan Post (JA)", "Japan Post (EN)", "日本郵便"}),
    page=(
        "https://trackings.post.japanpost.jp/services/srv/search/direct"
        "?searchKind=S004&locale=en&reqCodeNo1={number}"
    ),
)
