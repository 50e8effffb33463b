"""Tell the buyer that money goes back to them, and how much."""

from datetime import timedelta

from core.events import RefundIssued
from core.values import Money, Scope
from core.words import N_
from notifications import saying, wording
from notifications.automations import Automation, Config, Draft, NotProposed
from notifications.wording import Text


def propose(event: RefundIssued, config: Config) -> Draft | NotProposed:
    """Once for each refund. One of things alone, or of an amount that nobody can tell
    for sure, is no news about money."""
    money = _together(event.amount, event.pending)
    if money is None or money.amount <= 0:
        return NotProposed("no_money")
    return Draft(
        occasion=f"refund_issued:{event.refund_id}",
        order_id=event.order_id,
        told={"amount": str(money.amount), "currency": money.currency},
        wanted_at=event.happened_at,
    )


def _together(gone: Money | None, pending: Money | None) -> Money | None:
    """What went back and what is still on its way: the buyer gets both."""
    if gone is None or pending is None:
        return gone or pending
    if gone.currency != pending.currency:
        return None
    return Money(gone.amount + pending.amount, gone.currency)


TEMPLATE = wording.news(
    "sosik_refund_issued_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "amount": "€12.50",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: refund issued",
            body=(
                "A refund of {{amount}} for your order at {{shop_name}} has been "
                "issued. It goes back the way you paid.\n\n"
                "You can look at the order here: {{order_link}}\n\n"
                "It may take some days until your bank shows it."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 환불 처리",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 주문에 대한 환불이 "
                "처리되었습니다. 환불 금액은 {{amount}}이며 결제하신 수단으로 "
                "돌아갑니다.\n\n"
                "주문 내역은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "은행이나 카드사에 표시되기까지 며칠이 걸릴 수 있습니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: reembolso emitido",
            body=(
                "Emitimos um reembolso do seu pedido na loja {{shop_name}}.\n\n"
                "Valor: {{amount}}\n"
                "Veja o pedido aqui: {{order_link}}\n\n"
                "O valor volta pelo mesmo meio de pagamento e pode levar alguns "
                "dias para aparecer."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: reembolso emitido",
            body=(
                "Hemos emitido un reembolso de tu pedido en {{shop_name}}.\n\n"
                "Importe: {{amount}}\n"
                "Puedes ver el pedido aquí: {{order_link}}\n\n"
                "Vuelve por el mismo medio de pago y puede tardar unos días en "
                "aparecer."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: रिफ़ंड जारी",
            body=(
                "आपके {{shop_name}} के ऑर्डर का रिफ़ंड जारी कर दिया गया है।\n\n"
                "रकम: {{amount}}\n"
                "अपना ऑर्डर यहाँ देखें: {{order_link}}\n\n"
                "रकम उसी माध्यम से लौटेगी जिससे आपने भुगतान किया था; बैंक में "
                "दिखने में कुछ दिन लग सकते हैं।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: dana dikembalikan",
            body=(
                "Pengembalian dana untuk pesanan Anda di {{shop_name}} sudah "
                "diproses.\n\n"
                "Jumlah: {{amount}}\n"
                "Lihat pesanan Anda di sini: {{order_link}}\n\n"
                "Dana kembali melalui cara pembayaran Anda dan mungkin baru "
                "terlihat setelah beberapa hari."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: تم رد المبلغ",
            body=(
                "تم إصدار رد مبلغ عن طلبك من {{shop_name}}.\n\n"
                "المبلغ: {{amount}}\n"
                "يمكنك الاطلاع على طلبك من هنا:\n"
                "{{order_link}}\n\n"
                "يعود المبلغ بوسيلة الدفع نفسها، وقد يستغرق ظهوره بضعة أيام."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Erstattung",
            body=(
                "Wir haben eine Erstattung für Ihre Bestellung bei {{shop_name}} "
                "veranlasst.\n\n"
                "Betrag: {{amount}}\n"
                "Hier können Sie die Bestellung ansehen: {{order_link}}\n\n"
                "Sie geht auf Ihr Zahlungsmittel zurück; bis die Bank sie zeigt, "
                "können einige Tage vergehen."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : remboursement",
            body=(
                "Un remboursement a été émis pour votre commande chez "
                "{{shop_name}}.\n\n"
                "Montant : {{amount}}\n"
                "Vous pouvez la consulter ici : {{order_link}}\n\n"
                "Il revient par votre moyen de paiement et peut mettre quelques "
                "jours à s’afficher."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 退款已處理",
            body=(
                "您好，您在 {{shop_name}} 的訂單已辦理退款。\n\n"
                "金額：{{amount}}\n"
                "您可以在這裡查看訂單：\n"
                "{{order_link}}\n\n"
                "款項會退回原付款方式，銀行可能需要數天才會顯示。"
            ),
        ),
    },
)

AUTOMATION = Automation(
    name="refund_issued",
    summary=N_("Money for the order goes back to the buyer."),
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=timedelta(hours=48),
    listens_to=(RefundIssued,),
    settings=(),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    outlives_cancellation=True,
)
