"""Korea Post."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Korea Post",
    also_called=frozenset({"EMS Korea", "우체국택배"}),
    page=(
        "https://service.epost.go.kr/trace.RetrieveDomRigiTraceList.comm?sid1={number}"
    ),
)
