"""CJ Logistics."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="CJ Logistics",
    also_called=frozenset({"CJ대한통운", "대한통운"}),
    page="https://trace.cjlogistics.com/next/tracking.html?wblNo={number}",
)
