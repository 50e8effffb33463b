"""Tell the buyer that the order has come in."""

from datetime import timedelta

from core.events import OrderSeen
from core.values import Scope
from core.words import N_
from notifications import saying, wording
from notifications.automations import Automation, Config, Draft, NotProposed
from notifications.rules.news import is_paid_at_door
from notifications.wording import Text

_LIFETIME = timedelta(hours=24)
_PAID_WITHIN = timedelta(days=30)
"""A bank's transfer takes days, and some pay at a counter within weeks."""

_PAID = frozenset({"paid", "authorized", "partially_paid", "partially_refunded"})
"""A payment that stands."""


def propose(event: OrderSeen, config: Config) -> Draft | NotProposed:
    if event.cancelled_at is not None:
        return NotProposed("order_cancelled")
    is_new_for = _PAID_WITHIN if event.was_just_paid else _LIFETIME
    if event.happened_at - event.placed_at > is_new_for:
        return NotProposed("order_is_old")
    is_at_door = is_paid_at_door(event.payment, event.cash_on_delivery)
    if event.payment not in _PAID and not is_at_door:
        return NotProposed("not_paid")
    return Draft(
        occasion=f"order_confirmation:{event.order_id}",
        order_id=event.order_id,
        phone=event.phone,
        wanted_at=event.happened_at,
    )


TEMPLATE = wording.news(
    "sosik_order_confirmation_1",
    examples={
        "order_name": "#1001",
        "first_name": "Ada",
        "shop_name": "Example Store",
        "total": "€39.90",
        "payment": "received",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} confirmed",
            body=(
                "Hello {{first_name}}, thank you for your order at {{shop_name}}. "
                "We have received it, and the total is {{total}}.\n\n"
                "Payment: {{payment}}\n\n"
                "You can look at the order here: {{order_link}}\n\n"
                "We will write again when your parcel is on its way."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 접수 완료",
            body=(
                "안녕하세요, {{first_name}}님. {{shop_name}}에서 주문해 주셔서 "
                "감사합니다. 주문이 정상적으로 접수되었으며 "
                "결제 금액은 {{total}}입니다.\n\n"
                "결제: {{payment}}\n\n"
                "주문 내역은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "상품이 발송되면 다시 알려 드리겠습니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} confirmado",
            body=(
                "Olá, {{first_name}}! Agradecemos a sua compra na loja {{shop_name}}. "
                "Recebemos o seu pedido, no valor total de {{total}}.\n\n"
                "Pagamento: {{payment}}\n"
                "Veja o pedido aqui: {{order_link}}\n\n"
                "Avisaremos você quando o pacote estiver a caminho."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} confirmado",
            body=(
                "¡Hola, {{first_name}}! Gracias por tu compra en {{shop_name}}. "
                "Hemos recibido tu pedido y el total es de {{total}}.\n\n"
                "Pago: {{payment}}\n"
                "Puedes ver el pedido aquí: {{order_link}}\n\n"
                "Te escribiremos de nuevo cuando tu paquete esté en camino."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} की पुष्टि हुई",
            body=(
                "नमस्ते {{first_name}}, {{shop_name}} से ऑर्डर करने के लिए धन्यवाद। "
                "आपका ऑर्डर हमें मिल गया है और कुल राशि {{total}} है।\n\n"
                "भुगतान: {{payment}}\n"
                "अपना ऑर्डर यहाँ देखें: {{order_link}}\n\n"
                "पार्सल रवाना होते ही हम आपको फिर से बताएँगे।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} dikonfirmasi",
            body=(
                "Halo {{first_name}}, terima kasih sudah berbelanja di {{shop_name}}. "
                "Pesanan Anda sudah kami terima dengan total {{total}}.\n\n"
                "Pembayaran: {{payment}}\n"
                "Lihat pesanan Anda di sini: {{order_link}}\n\n"
                "Kami akan mengabari Anda lagi saat paket dikirim."
            ),
        ),
        # A link stands on a line of its own where the text runs from right to left:
        # such a line is laid out by itself, and its signs keep their places.
        "ar": Text(
            header="تم تأكيد الطلب {{order_name}}",
            body=(
                "مرحبًا {{first_name}}، شكرًا لطلبك من {{shop_name}}. "
                "لقد استلمنا طلبك، والمبلغ الإجمالي هو {{total}}.\n\n"
                "الدفع: {{payment}}\n"
                "يمكنك الاطلاع على طلبك من هنا:\n{{order_link}}\n\n"
                "سنراسلك مجددًا عند شحن طلبك."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} bestätigt",
            body=(
                "Hallo {{first_name}}, vielen Dank für Ihre Bestellung bei "
                "{{shop_name}}. Wir haben sie erhalten; der Gesamtbetrag ist "
                "{{total}}.\n\n"
                "Zahlung: {{payment}}\n"
                "Hier können Sie die Bestellung ansehen: {{order_link}}\n\n"
                "Wir melden uns wieder, sobald Ihr Paket unterwegs ist."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} confirmée",
            body=(
                "Bonjour {{first_name}}, merci pour votre commande chez "
                "{{shop_name}}. Nous l’avons bien reçue, pour un montant total de "
                "{{total}}.\n\n"
                "Paiement : {{payment}}\n"
                "Vous pouvez la consulter ici : {{order_link}}\n\n"
                "Nous vous écrirons de nouveau quand votre colis sera en route."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 已成立",
            body=(
                "親愛的{{first_name}}，您好！感謝您在 {{shop_name}} 訂購。"
                "我們已收到您的訂單，總金額為 {{total}}。\n\n"
                "付款：{{payment}}\n"
                "您可以在這裡查看訂單：\n{{order_link}}\n\n"
                "包裹寄出後，我們會再通知您。"
            ),
        ),
    },
)

AUTOMATION = Automation(
    name="order_confirmation",
    summary=N_("The order has come in and is paid, or will be paid at the door."),
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=_LIFETIME,
    listens_to=(OrderSeen,),
    settings=(),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
)
