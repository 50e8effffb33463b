"""Thailand Post."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Thailand Post",
    also_called=frozenset({"ไปรษณีย์ไทย"}),
    page="https://track.thailandpost.co.th/?trackNumber={number}",
)
