"""Hanjin."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Hanjin",
    also_called=frozenset({"Hanjin Express", "한진택배"}),
    page=(
        "https://www.hanjin.com/kor/CMS/DeliveryMgr/WaybillResult.do"
        "?mCode=MN038&schLang=KR&wblnumText2={number}"
    ),
)
