"""Lotte Global Logistics."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Lotte Global Logistics",
    also_called=frozenset({"Lotte", "롯데택배"}),
    page=(
        "https://www.lotteglogis.com/home/reservation/tracking/linkView?InvNo={number}"
    ),
)
