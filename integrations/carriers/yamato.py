"""Yamato."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Yamato",
    also_called=frozenset(
        {"Yamato (JA)", "Yamato (EN)", "Yamato Transport", "ヤマト運輸"}
    ),
    page="https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={number}",
)
