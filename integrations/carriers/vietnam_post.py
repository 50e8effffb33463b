"""Vietnam Post; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Vietnam Post",
    also_called=frozenset(
        {
            "VNPost",
            "VN Post",
            "Vietnam EMS",
            "Bưu điện Việt Nam",
        }
    ),
    post_of="VN",
)
