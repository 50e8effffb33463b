"""Cainiao."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Cainiao",
    also_called=frozenset({"Cainiao Global", "AliExpress Standard Shipping"}),
    page="https://global.cainiao.com/newDetail.htm?mailNoList={number}",
)
