"""DHL."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="DHL",
    also_called=frozenset({"DHL Express", "DHL eCommerce", "DHL Paket", "DHL Parcel"}),
    page="https://www.dhl.com/en/express/tracking.html?AWB={number}",
)
