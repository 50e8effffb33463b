"""Tell the buyer that the order has been cancelled."""

from datetime import timedelta

from core.events import OrderSeen
from core.values import Scope
from core.words import N_
from notifications import saying, wording
from notifications.automations import Automation, Config, Draft, NotProposed
from notifications.wording import Text


def concerns(event: OrderSeen) -> bool:
    return event.cancelled_at is not None


def propose(event: OrderSeen, config: Config) -> Draft | NotProposed:
    """As old as the cancellation, however late an order is told that has one."""
    return Draft(
        occasion=f"order_cancelled:{event.order_id}",
        order_id=event.order_id,
        phone=event.phone,
        wanted_at=event.cancelled_at or event.happened_at,
    )


TEMPLATE = wording.news(
    "sosik_order_cancelled_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} was cancelled",
            body=(
                "Your order at {{shop_name}} has been cancelled, and nothing more of "
                "it will be shipped.\n\n"
                "You can look at the order here: {{order_link}}\n\n"
                "Money that you have paid for it is returned to you apart from this."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 취소 완료",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 주문이 취소되었으며 더 "
                "이상 상품이 발송되지 않습니다.\n\n"
                "주문 내역은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "결제하신 금액이 있으면 별도로 환불됩니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} cancelado",
            body=(
                "O seu pedido na loja {{shop_name}} foi cancelado e nada mais dele "
                "será enviado.\n\n"
                "Veja o pedido aqui: {{order_link}}\n\n"
                "Se você já pagou, o valor será devolvido separadamente."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} cancelado",
            body=(
                "Tu pedido en {{shop_name}} ha sido cancelado y no se enviará nada "
                "más.\n\n"
                "Puedes ver el pedido aquí: {{order_link}}\n\n"
                "Si ya lo habías pagado, el importe se te devuelve por separado."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} रद्द हुआ",
            body=(
                "आपका {{shop_name}} का ऑर्डर रद्द कर दिया गया है और अब इसका कोई "
                "सामान नहीं भेजा जाएगा।\n\n"
                "अपना ऑर्डर यहाँ देखें: {{order_link}}\n\n"
                "अगर आपने भुगतान किया है, तो रकम अलग से लौटाई जाएगी।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} dibatalkan",
            body=(
                "Pesanan Anda di {{shop_name}} telah dibatalkan dan tidak ada lagi "
                "barang yang akan dikirim.\n\n"
                "Lihat pesanan Anda di sini: {{order_link}}\n\n"
                "Jika sudah Anda bayar, dananya dikembalikan secara terpisah."
            ),
        ),
        "ar": Text(
            header="تم إلغاء الطلب {{order_name}}",
            body=(
                "تم إلغاء طلبك من {{shop_name}}، ولن يُشحن منه أي شيء آخر.\n\n"
                "يمكنك الاطلاع على طلبك من هنا:\n"
                "{{order_link}}\n\n"
                "إذا كنت قد دفعت، فسيُعاد إليك المبلغ بشكل منفصل."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} storniert",
            body=(
                "Ihre Bestellung bei {{shop_name}} wurde storniert; es wird nichts "
                "mehr daraus verschickt.\n\n"
                "Hier können Sie die Bestellung ansehen: {{order_link}}\n\n"
                "Was Sie bereits bezahlt haben, wird Ihnen getrennt davon "
                "erstattet."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} annulée",
            body=(
                "Votre commande chez {{shop_name}} a été annulée et plus rien n’en "
                "sera expédié.\n\n"
                "Vous pouvez la consulter ici : {{order_link}}\n\n"
                "Ce que vous avez déjà payé vous sera remboursé séparément."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 已取消",
            body=(
                "您好，您在 {{shop_name}} 的訂單已取消，商品將不再寄出。\n\n"
                "您可以在這裡查看訂單：\n"
                "{{order_link}}\n\n"
                "若您已付款，款項會另行退還。"
            ),
        ),
    },
)

AUTOMATION = Automation(
    name="order_cancelled",
    summary=N_("The order has been cancelled, by the buyer or by the store."),
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=timedelta(hours=24),
    listens_to=(OrderSeen,),
    settings=(),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    concerns=concerns,
    outlives_cancellation=True,
)
