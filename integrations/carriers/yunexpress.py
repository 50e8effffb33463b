"""YunExpress."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="YunExpress",
    also_called=frozenset({"Yun Express"}),
    page="https://www.yuntrack.com/parcelTracking?id={number}",
)
