"""Korean."""

from notifications.proofs.sentences import Sentences, acts, scopes

SENTENCES = Sentences(
    title="수신 동의 증명서",
    store="스토어",
    person="동의한 사람",
    made="발급 시각",
    entry="원장 {number}번 기록",
    about="동의 대상",
    topic="세부 항목",
    act="내용",
    source="경로",
    wording="동의 문구",
    no_wording="기록된 문구가 없습니다.",
    version="문구 버전",
    language="문구 언어",
    happened="시각",
    recorded="기록한 시각",
    evidence="근거",
    gone="본인 요청으로 삭제되었습니다.",
    digest="해시",
    previous="바로 앞 기록의 해시",
    commitment="커밋먼트",
    end="원장의 끝: {number}번 기록",
    nothing="이 사람에 관한 기록이 없습니다.",
    erased="이 사람의 개인정보는 삭제되었습니다. 남은 것은 적법하게 메시지를 보냈음을 "
    "증명하는 내용, 즉 무엇에 언제 어떤 문구로 동의하거나 철회했는지뿐입니다. "
    "누구였는지와 "
    "그 근거는 남아 있지 않습니다.",
    how="각 기록에는 바로 앞 기록의 해시(SHA-256)가 들어 있어, 뒤따르는 모든 기록을 "
    "바꾸지 않고는 어느 하나도 바꾸거나 빼거나 옮길 수 없습니다. JSON 증명서에는 이 "
    "기록들의 해시를 다시 계산하는 데 필요한 값과 방법이 모두 들어 있습니다.",
    verified="이 증명서를 만들 때 원장 전체를 하나하나 확인했으며, 기록된 "
    "그대로입니다.",
    not_verified="이 증명서를 만들 때 원장 전체를 확인했으며, 기록된 그대로가 "
    "아닙니다.",
    no_glyph="이 문서에 표시할 수 없는 글자는 U+3042와 같은 코드로 적었습니다.",
    scopes=scopes("주문 소식", "광고성 정보"),
    acts=acts("동의함", "확인함", "철회함", "다른 곳에서 동의하여 가져옴"),
    places={
        "order_attribute": "주문 시",
        "purchase": "구매로",
        "checkout_box": "결제 화면의 체크박스",
        "form": "스토어 양식",
        "form_confirmation": "WhatsApp 버튼",
        "chat_keyword": "WhatsApp 메시지",
        "chat_button": "WhatsApp 버튼",
        "whatsapp_preference": "WhatsApp 설정",
        "whatsapp_signup": "WhatsApp 가입",
        "meta_131050": "WhatsApp 설정",
        "shopify": "Shopify",
        "operator": "스토어가 기록",
        "import": "가져온 명단",
        "erasure": "개인정보 삭제로",
    },
)
