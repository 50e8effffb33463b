"""Sagawa."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Sagawa",
    also_called=frozenset({"Sagawa (JA)", "Sagawa (EN)", "Sagawa Express", "佐川急便"}),
    page="https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={number}",
)
