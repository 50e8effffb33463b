"""Tell the buyer that something is wrong with the parcel."""

from datetime import timedelta

from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_parcel_in_trouble_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: parcel problem",
            body=(
                "The carrier reports a problem with your parcel {{parcel}} from "
                "{{shop_name}} and cannot deliver it as planned.\n\n"
                "You can see what it says here: {{tracking_link}}\n\n"
                "If something is asked of you there, such as an address, please answer "
                "the carrier soon."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 배송 문제 안내",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 택배사에서 "
                "상품({{parcel}})의 배송에 문제가 있다고 알려 왔습니다.\n\n"
                "자세한 내용은 여기에서 확인하실 수 있습니다: {{tracking_link}}\n\n"
                "주소 확인 등 요청 사항이 있으면 택배사에 답해 주시기 바랍니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: problema na entrega",
            body=(
                "A transportadora informa um problema com o seu pacote da loja "
                "{{shop_name}} e não consegue entregá-lo como previsto.\n\n"
                "Pacote: {{parcel}}\n"
                "Veja o que ela informa: {{tracking_link}}\n\n"
                "Se pedirem algo a você, como um endereço, responda logo à "
                "transportadora."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: incidencia",
            body=(
                "El transportista nos informa de una incidencia con tu paquete de "
                "{{shop_name}} y no puede entregarlo como estaba previsto.\n\n"
                "Paquete: {{parcel}}\n"
                "Consulta aquí lo que indica: {{tracking_link}}\n\n"
                "Si te pide algo, como una dirección, respóndele cuanto antes."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: पार्सल में समस्या",
            body=(
                "कूरियर के अनुसार {{shop_name}} से आ रहे आपके पार्सल में कोई "
                "समस्या है और वह तय योजना से नहीं पहुँच सकेगा।\n\n"
                "पार्सल: {{parcel}}\n"
                "पूरी जानकारी यहाँ देखें: {{tracking_link}}\n\n"
                "अगर कूरियर ने पता या कुछ और पूछा हो, तो कृपया जल्दी जवाब दें।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: kendala paket",
            body=(
                "Kurir melaporkan kendala pada paket Anda dari {{shop_name}} dan "
                "belum dapat mengantarnya sesuai rencana.\n\n"
                "Paket: {{parcel}}\n"
                "Lihat keterangannya di sini: {{tracking_link}}\n\n"
                "Jika kurir meminta sesuatu, misalnya alamat, mohon segera dijawab."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: مشكلة في الشحنة",
            body=(
                "أبلغتنا شركة الشحن بوجود مشكلة في طردك من {{shop_name}}، ولا "
                "يمكنها تسليمه كما هو مخطط.\n\n"
                "الطرد: {{parcel}}\n"
                "لمعرفة التفاصيل:\n"
                "{{tracking_link}}\n\n"
                "إذا طلبت منك الشركة شيئًا، مثل العنوان، فيرجى الرد عليها قريبًا."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Paketproblem",
            body=(
                "Der Paketdienst meldet ein Problem mit Ihrem Paket von "
                "{{shop_name}} und kann es nicht wie geplant zustellen.\n\n"
                "Paket: {{parcel}}\n"
                "Hier sehen Sie, was er meldet: {{tracking_link}}\n\n"
                "Wenn dort etwas von Ihnen gebraucht wird, etwa eine Adresse, "
                "antworten Sie dem Paketdienst bitte bald."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : incident",
            body=(
                "Le transporteur signale un problème avec votre colis de "
                "{{shop_name}} et ne peut pas le livrer comme prévu.\n\n"
                "Colis : {{parcel}}\n"
                "Voir ce qu’il indique : {{tracking_link}}\n\n"
                "S’il vous demande quelque chose, comme une adresse, merci de lui "
                "répondre rapidement."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 配送異常",
            body=(
                "您好，物流公司通知，您在 {{shop_name}} 訂購的包裹配送異常，無法如"
                "期送達。\n\n"
                "包裹：{{parcel}}\n"
                "您可以在這裡查看詳情：\n"
                "{{tracking_link}}\n\n"
                "若物流公司需要您提供地址等資料，請儘快回覆。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.IN_TROUBLE,
    name="parcel_in_trouble",
    summary=N_("The carrier reports a problem with the parcel."),
    lifetime=timedelta(hours=48),
    template=TEMPLATE,
)
