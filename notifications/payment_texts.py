"""What asks somebody for a payment: of an order, and of the invoice of a draft."""

from notifications import wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_payment_pending_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "total": "€39.90",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: payment awaited",
            body=(
                "Thank you for your order at {{shop_name}}. It has come in, and "
                "awaits your payment of {{total}}.\n\n"
                "You can see how to pay here: {{order_link}}\n\n"
                "If you have paid in the meantime, there is nothing left to do: we "
                "confirm the order once the payment is in."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 결제 대기",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 주문이 접수되었으며 "
                "결제를 기다리고 있습니다. 결제하실 금액은 {{total}}입니다.\n\n"
                "결제 방법은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "이미 결제하셨다면 따로 하실 일은 없습니다. 결제가 확인되면 주문을 "
                "확정해 드립니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: falta o pagamento",
            body=(
                "Recebemos o seu pedido na loja {{shop_name}} e aguardamos o "
                "pagamento.\n\n"
                "Valor: {{total}}\n"
                "Veja como pagar aqui: {{order_link}}\n\n"
                "Se você já pagou, não precisa fazer nada: confirmamos o pedido assim "
                "que o pagamento for identificado."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: pago pendiente",
            body=(
                "Hemos recibido tu pedido en {{shop_name}} y está pendiente de "
                "pago.\n\n"
                "Importe: {{total}}\n"
                "Puedes ver cómo pagar aquí: {{order_link}}\n\n"
                "Si ya has pagado, no tienes que hacer nada más: confirmaremos el "
                "pedido cuando nos llegue el pago."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: भुगतान बाकी",
            body=(
                "आपका {{shop_name}} का ऑर्डर हमें मिल गया है और उसका भुगतान बाकी है।\n\n"
                "रकम: {{total}}\n"
                "भुगतान का तरीका यहाँ देखें: {{order_link}}\n\n"
                "अगर आप भुगतान कर चुके हैं, तो कुछ और करने की ज़रूरत नहीं; भुगतान मिलते "
                "ही हम ऑर्डर की पुष्टि करेंगे।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: menunggu bayar",
            body=(
                "Pesanan Anda di {{shop_name}} sudah kami terima dan menunggu "
                "pembayaran.\n\n"
                "Jumlah: {{total}}\n"
                "Cara membayar: {{order_link}}\n\n"
                "Jika Anda sudah membayar, tidak perlu melakukan apa pun; kami "
                "mengonfirmasi pesanan setelah pembayaran masuk."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: بانتظار الدفع",
            body=(
                "استلمنا طلبك من {{shop_name}} وهو بانتظار الدفع.\n\n"
                "المبلغ: {{total}}\n"
                "لمعرفة طريقة الدفع:\n"
                "{{order_link}}\n\n"
                "إذا كنت قد دفعت بالفعل، فلا يلزمك أي إجراء؛ سنؤكد الطلب فور وصول "
                "الدفعة."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Zahlung offen",
            body=(
                "Ihre Bestellung bei {{shop_name}} ist eingegangen; nun warten wir "
                "auf Ihre Zahlung.\n\n"
                "Betrag: {{total}}\n"
                "So können Sie bezahlen: {{order_link}}\n\n"
                "Falls Sie schon bezahlt haben, brauchen Sie nichts zu tun: Wir "
                "bestätigen die Bestellung, sobald das Geld eingegangen ist."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : à régler",
            body=(
                "Votre commande chez {{shop_name}} est enregistrée et nous "
                "attendons votre paiement.\n\n"
                "Montant : {{total}}\n"
                "Comment payer : {{order_link}}\n\n"
                "Si vous avez déjà payé, vous n’avez rien à faire : nous confirmerons "
                "la commande dès réception du paiement."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 等待付款",
            body=(
                "您好，我們已收到您在 {{shop_name}} 的訂單，目前等待付款。\n\n"
                "金額：{{total}}\n"
                "付款方式請見：\n"
                "{{order_link}}\n\n"
                "如果您已完成付款，無須再做任何動作；收到款項後，我們會確認訂單。"
            ),
        ),
    },
)
