"""Tell the buyer that they may send something back."""

from datetime import timedelta

from core.values import ReturnStep
from core.words import N_
from notifications import return_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_return_approved_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: return approved",
            body=(
                "Your return for the order at {{shop_name}} has been approved.\n\n"
                "You can see how to send it back here: {{order_link}}\n\n"
                "Please pack it so that it arrives safely."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 반품 승인",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 신청하신 반품이 "
                "승인되었습니다.\n\n"
                "반품 방법은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "배송 중 파손되지 않도록 잘 포장해 주세요."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: devolução aprovada",
            body=(
                "A sua devolução na loja {{shop_name}} foi aprovada.\n\n"
                "Veja como enviar aqui: {{order_link}}\n\n"
                "Embale bem os itens para que cheguem em segurança."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: devolución aprobada",
            body=(
                "Tu devolución en {{shop_name}} ha sido aprobada.\n\n"
                "Puedes ver cómo enviarla aquí: {{order_link}}\n\n"
                "Embala bien los artículos para que lleguen en buen estado."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: वापसी स्वीकृत",
            body=(
                "आपके {{shop_name}} के ऑर्डर की वापसी स्वीकार कर ली गई है।\n\n"
                "वापस भेजने का तरीका यहाँ देखें: {{order_link}}\n\n"
                "कृपया सामान अच्छी तरह पैक करें।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: retur disetujui",
            body=(
                "Retur untuk pesanan Anda di {{shop_name}} telah disetujui.\n\n"
                "Cara mengirim kembali: {{order_link}}\n\n"
                "Mohon kemas barang dengan baik agar tiba dengan aman."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: قبول الإرجاع",
            body=(
                "تم قبول إرجاع طلبك من {{shop_name}}.\n\n"
                "لمعرفة طريقة الإرسال:\n"
                "{{order_link}}\n\n"
                "يُرجى تغليف المنتجات جيدًا لتصل سليمة."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Retoure genehmigt",
            body=(
                "Ihre Rücksendung zur Bestellung bei {{shop_name}} ist genehmigt.\n\n"
                "So senden Sie sie zurück: {{order_link}}\n\n"
                "Bitte verpacken Sie alles gut, damit es heil ankommt."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : retour accepté",
            body=(
                "Votre retour pour la commande chez {{shop_name}} est accepté.\n\n"
                "Comment le renvoyer : {{order_link}}\n\n"
                "Merci de bien emballer les articles."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 退貨申請通過",
            body=(
                "您好，您在 {{shop_name}} 的退貨申請已通過。\n\n"
                "退貨方式請見：\n"
                "{{order_link}}\n\n"
                "請妥善包裝商品，以免運送時受損。"
            ),
        ),
    },
)

AUTOMATION = return_news.of_step(
    ReturnStep.APPROVED,
    name="return_approved",
    summary=N_("The store lets the buyer return something."),
    lifetime=timedelta(hours=72),
    template=TEMPLATE,
)
