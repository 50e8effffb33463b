"""Korea Post."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import korean
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Korea Post",
    also_called=frozenset(
        {
            "EMS Korea",
            "Korea EMS",
            "우체국택배",
            "우체국",
            "우체국소포",
            "우체국 등기",
            "우정사업본부",
            "ePOST",
            "K-Packet",
            "KPacket",
            "Koreapost",
            "EMS (Korea Post)",
            "EMS 국제우편",
        }
    ),
    page=(
        "https://service.epost.go.kr/trace.RetrieveDomRigiTraceList.comm?sid1={number}"
    ),
    page_abroad=(
        "https://service.epost.go.kr/trace.RetrieveEmsRigiTraceList.comm"
        "?POST_CODE={number}"
    ),
    post_of="KR",
    forms=(form("[1-9][0-9]{12}"),),
    speaks=(korean.WORDS,),
    says={
        Milestone.IN_TRANSIT: (
            "발송교환국에 도착",
            "운송사 인계",
            "항공사 인수",
            "운송사로 인계",
        ),
    },
)
