"""Ask the buyer of an order that is paid at the door whether they want it."""

from datetime import timedelta

from core.events import OrderSeen
from core.values import Scope
from core.words import N_
from notifications import saying, unpaid_orders, wording
from notifications.automations import (
    Automation,
    Choice,
    Config,
    Draft,
    NotProposed,
    WholeNumber,
)
from notifications.rules.buyers_answers import CANCEL, CONFIRM, Wanted
from notifications.rules.news import is_paid_at_door
from notifications.wording import Text

_WAIT = WholeNumber(
    name="wait_minutes",
    meaning="How long after the order its buyer is asked.",
    default=5,
    least=0,
    most=1440,
)
_AGAIN = WholeNumber(
    name="ask_again_hours",
    meaning="How long after the first question they are asked once more.",
    default=6,
    least=1,
    most=48,
)
_SILENT = WholeNumber(
    name="silent_after_hours",
    meaning="How long after the last question silence counts as no answer.",
    default=18,
    least=1,
    most=96,
)
_ON_SILENCE = Choice(
    name="on_silence",
    meaning="What is done with an order whose buyer gives no answer, beside the tag: "
    "nothing, hold its shipping, or cancel it.",
    default="nothing",
    words=("nothing", "hold", "cancel"),
)
_ON_CANCEL = Choice(
    name="on_cancel",
    meaning="What is done when the buyer cancels: cancel the order at Shopify, or tag "
    "it only.",
    default="cancel",
    words=("cancel", "tag"),
)


def asked_again_after(config: Config) -> timedelta:
    """How long after the first question the second one follows."""
    return timedelta(hours=config[_AGAIN.name])


def silent_after(config: Config) -> timedelta:
    """How long after the last question silence counts."""
    return timedelta(hours=config[_SILENT.name])


def wanted(config: Config) -> Wanted:
    return Wanted(
        cancels_at_once=config[_ON_CANCEL.name] == "cancel",
        on_silence=config[_ON_SILENCE.name],
    )


def concerns(event: OrderSeen) -> bool:
    return is_paid_at_door(event.payment, event.cash_on_delivery)


def propose(event: OrderSeen, config: Config) -> Draft | NotProposed:
    """Once for an order, however often it changes."""
    wait = timedelta(minutes=config[_WAIT.name])
    return unpaid_orders.asked_once(event, "cod_confirmation", wait=wait)


TEMPLATE = wording.question(
    "sosik_cod_confirmation_1",
    answers=(CONFIRM, CANCEL),
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "total": "€39.90",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: please confirm",
            body=(
                "Thank you for your order at {{shop_name}}. You pay when it is "
                "delivered: {{total}}.\n\n"
                "Do you want us to send it? Please answer with one of the buttons "
                "below."
            ),
            answers=("Yes, send it", "Cancel my order"),
        ),
        "ko": Text(
            header="주문 {{order_name}} 확인 요청",
            body=(
                "안녕하세요. {{shop_name}}에서 주문해 주셔서 감사합니다. 상품을 받으실 "
                "때 결제하시는 주문입니다. 결제하실 금액은 {{total}}입니다.\n\n"
                "이 주문을 보내 드릴까요? 아래 버튼으로 답해 주세요."
            ),
            answers=("네, 보내 주세요", "주문을 취소할게요"),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: confirme",
            body=(
                "Obrigado pelo seu pedido na loja {{shop_name}}. O pagamento é feito "
                "na entrega: {{total}}.\n\n"
                "Podemos enviar o pedido? Responda com um dos botões abaixo."
            ),
            answers=("Sim, podem enviar", "Cancelar o pedido"),
        ),
        "es": Text(
            header="Pedido {{order_name}}: confírmalo",
            body=(
                "Gracias por tu pedido en {{shop_name}}. Se paga a la entrega: "
                "{{total}}.\n\n"
                "¿Quieres que lo enviemos? Responde con uno de los botones de abajo."
            ),
            answers=("Sí, envíenlo", "Cancelar mi pedido"),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: पुष्टि करें",
            body=(
                "नमस्ते! {{shop_name}} पर ऑर्डर करने के लिए धन्यवाद। भुगतान डिलीवरी पर होगा: "
                "{{total}}।\n\n"
                "क्या हम इसे भेज दें? कृपया नीचे दिए बटन से जवाब दें।"
            ),
            answers=("हाँ, भेज दें", "ऑर्डर रद्द करें"),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: konfirmasi",
            body=(
                "Terima kasih atas pesanan Anda di {{shop_name}}. Pembayaran dilakukan "
                "saat barang tiba: {{total}}.\n\n"
                "Apakah pesanan ini boleh kami kirim? Silakan jawab dengan salah satu "
                "tombol di bawah."
            ),
            answers=("Ya, kirimkan", "Batalkan pesanan"),
        ),
        "ar": Text(
            header="الطلب {{order_name}} بانتظار تأكيدك",
            body=(
                "شكرًا لطلبك من {{shop_name}}. الدفع عند الاستلام، والمبلغ هو "
                "{{total}}.\n\n"
                "هل تريد أن نرسله إليك؟ يُرجى الرد بأحد الزرين أدناه."
            ),
            answers=("نعم، أرسلوه", "إلغاء طلبي"),
        ),
        "de": Text(
            header="Bestellung {{order_name}} bestätigen",
            body=(
                "Vielen Dank für Ihre Bestellung bei {{shop_name}}. Sie zahlen bei der "
                "Zustellung: {{total}}.\n\n"
                "Sollen wir sie verschicken? Bitte antworten Sie mit einem der beiden "
                "Knöpfe."
            ),
            answers=("Ja, bitte senden", "Bestellung stornieren"),
        ),
        "fr": Text(
            header="Commande {{order_name}} à confirmer",
            body=(
                "Merci pour votre commande chez {{shop_name}}. Vous payez à la "
                "livraison : {{total}}.\n\n"
                "Souhaitez-vous que nous l’expédiions ? Répondez avec l’un des boutons "
                "ci-dessous."
            ),
            answers=("Oui, expédiez-la", "Annuler ma commande"),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 待您確認",
            body=(
                "感謝您在 {{shop_name}} 訂購。此訂單為貨到付款，金額為 {{total}}。\n\n"
                "請問要為您寄出嗎？請點選下方按鈕回覆。"
            ),
            answers=("好，請寄出", "取消訂單"),
        ),
    },
)

AUTOMATION = Automation(
    name="cod_confirmation",
    summary=N_("The buyer is to pay at the door, and is asked to confirm the order."),
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=timedelta(hours=24),
    listens_to=(OrderSeen,),
    settings=(_WAIT, _AGAIN, _SILENT, _ON_SILENCE, _ON_CANCEL),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    concerns=concerns,
    asks_buyer=True,
)
