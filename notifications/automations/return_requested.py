"""Tell the buyer that their wish to return something has come in."""

from datetime import timedelta

from core.values import ReturnStep
from core.words import N_
from notifications import return_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_return_requested_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: return requested",
            body=(
                "We have your request to return something from your order at "
                "{{shop_name}}, and will look at it.\n\n"
                "You can look at the order here: {{order_link}}\n\n"
                "Please wait for our answer before you send anything."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 반품 접수",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 반품 신청이 접수되어 "
                "검토하고 있습니다.\n\n"
                "주문 내역은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "답변을 받으실 때까지 상품을 보내지 말고 기다려 주세요."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: devolução solicitada",
            body=(
                "Recebemos a sua solicitação de devolução na loja {{shop_name}} e "
                "vamos analisá-la.\n\n"
                "Veja o pedido aqui: {{order_link}}\n\n"
                "Aguarde a nossa resposta antes de enviar qualquer coisa."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: devolución solicitada",
            body=(
                "Hemos recibido tu solicitud de devolución en {{shop_name}} y la "
                "estamos revisando.\n\n"
                "Puedes ver el pedido aquí: {{order_link}}\n\n"
                "Espera nuestra respuesta antes de enviar nada."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: वापसी का अनुरोध",
            body=(
                "आपके {{shop_name}} के ऑर्डर की वापसी का अनुरोध हमें मिल गया है और "
                "हम उसे देख रहे हैं।\n\n"
                "अपना ऑर्डर यहाँ देखें: {{order_link}}\n\n"
                "कृपया हमारे जवाब से पहले कुछ न भेजें।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: retur diajukan",
            body=(
                "Permintaan retur untuk pesanan Anda di {{shop_name}} sudah kami "
                "terima dan sedang kami periksa.\n\n"
                "Lihat pesanan Anda di sini: {{order_link}}\n\n"
                "Mohon tunggu jawaban kami sebelum mengirim barang."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: طلب إرجاع",
            body=(
                "وصلنا طلب الإرجاع الخاص بطلبك من {{shop_name}} ونحن نراجعه.\n\n"
                "يمكنك الاطلاع على طلبك من هنا:\n"
                "{{order_link}}\n\n"
                "يُرجى انتظار ردنا قبل إرسال أي شيء."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Retoure angefragt",
            body=(
                "Ihr Wunsch, etwas aus Ihrer Bestellung bei {{shop_name}} "
                "zurückzugeben, ist bei uns eingegangen und wird geprüft.\n\n"
                "Hier können Sie die Bestellung ansehen: {{order_link}}\n\n"
                "Bitte warten Sie mit dem Zurücksenden auf unsere Antwort."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : retour demandé",
            body=(
                "Votre demande de retour pour la commande chez {{shop_name}} nous "
                "est parvenue et nous l’examinons.\n\n"
                "Vous pouvez consulter la commande ici : {{order_link}}\n\n"
                "Merci d’attendre notre réponse avant de renvoyer quoi que ce soit."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 已申請退貨",
            body=(
                "您好，我們已收到您在 {{shop_name}} 的退貨申請，正在處理中。\n\n"
                "您可以在這裡查看訂單：\n"
                "{{order_link}}\n\n"
                "在收到我們的回覆前，請先不要寄回商品。"
            ),
        ),
    },
)

AUTOMATION = return_news.of_step(
    ReturnStep.REQUESTED,
    name="return_requested",
    summary=N_("The buyer has asked to return something."),
    lifetime=timedelta(hours=48),
    template=TEMPLATE,
)
