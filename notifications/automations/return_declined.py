"""Tell the buyer that they cannot return something, and why."""

from datetime import timedelta

from core.values import ReturnStep
from core.words import N_
from notifications import return_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_return_declined_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "reason": "the return period has ended",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: return declined",
            body=(
                "We are sorry: the return for your order at {{shop_name}} cannot "
                "be accepted.\n\n"
                "Reason: {{reason}}\n"
                "You can look at the order here: {{order_link}}\n\n"
                "If you have a question about this, please write to the store."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 반품 불가 안내",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 죄송하지만 신청하신 "
                "반품을 진행할 수 없습니다.\n\n"
                "사유: {{reason}}\n"
                "주문 내역은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "궁금하신 점이 있으면 쇼핑몰에 문의해 주세요."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: devolução recusada",
            body=(
                "Lamentamos: a devolução do seu pedido na loja {{shop_name}} não "
                "pôde ser aceita.\n\n"
                "Motivo: {{reason}}\n"
                "Veja o pedido aqui: {{order_link}}\n\n"
                "Em caso de dúvida, fale com a loja."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: devolución rechazada",
            body=(
                "Lo sentimos: no podemos aceptar la devolución de tu pedido en "
                "{{shop_name}}.\n\n"
                "Motivo: {{reason}}\n"
                "Puedes ver el pedido aquí: {{order_link}}\n\n"
                "Si tienes alguna duda, escribe a la tienda."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: वापसी अस्वीकृत",
            body=(
                "हमें खेद है, आपके {{shop_name}} के ऑर्डर की वापसी स्वीकार नहीं की "
                "जा सकती।\n\n"
                "कारण: {{reason}}\n"
                "अपना ऑर्डर यहाँ देखें: {{order_link}}\n\n"
                "कोई सवाल हो तो कृपया स्टोर को लिखें।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: retur ditolak",
            body=(
                "Mohon maaf, retur untuk pesanan Anda di {{shop_name}} tidak dapat "
                "diterima.\n\n"
                "Alasan: {{reason}}\n"
                "Lihat pesanan Anda di sini: {{order_link}}\n\n"
                "Jika ada pertanyaan, silakan hubungi toko."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: رفض الإرجاع",
            body=(
                "نأسف، لا يمكن قبول إرجاع طلبك من {{shop_name}}.\n\n"
                "السبب: {{reason}}\n"
                "يمكنك الاطلاع على طلبك من هنا:\n"
                "{{order_link}}\n\n"
                "إذا كان لديك سؤال، فيُرجى التواصل مع المتجر."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Retoure abgelehnt",
            body=(
                "Es tut uns leid: Die Rücksendung zu Ihrer Bestellung bei "
                "{{shop_name}} können wir nicht annehmen.\n\n"
                "Grund: {{reason}}\n"
                "Hier können Sie die Bestellung ansehen: {{order_link}}\n\n"
                "Bei Fragen wenden Sie sich bitte an den Shop."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : retour refusé",
            body=(
                "Nous sommes désolés : le retour de votre commande chez "
                "{{shop_name}} ne peut pas être accepté.\n\n"
                "Motif : {{reason}}\n"
                "Vous pouvez consulter la commande ici : {{order_link}}\n\n"
                "Pour toute question, contactez la boutique."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 退貨申請未通過",
            body=(
                "您好，很抱歉，您在 {{shop_name}} 的退貨申請未能通過。\n\n"
                "原因：{{reason}}\n"
                "您可以在這裡查看訂單：\n"
                "{{order_link}}\n\n"
                "如有疑問，請與店家聯絡。"
            ),
        ),
    },
)

AUTOMATION = return_news.of_step(
    ReturnStep.DECLINED,
    name="return_declined",
    summary=N_("The store does not let the buyer return something."),
    lifetime=timedelta(hours=72),
    template=TEMPLATE,
)
