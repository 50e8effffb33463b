"""Tell the buyer that nobody took the parcel, and what to do."""

from datetime import timedelta

from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_delivery_attempted_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: delivery attempted",
            body=(
                "The courier tried to deliver your parcel {{parcel}} from "
                "{{shop_name}} and could not hand it over.\n\n"
                "What you can do: open {{tracking_link}} and choose another day, or "
                "see where you can pick it up. If you do nothing, most carriers try "
                "once more."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 배달 시도 안내",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 배달 기사가 "
                "상품({{parcel}})을 전해 드리려 했으나 전달하지 못했습니다.\n\n"
                "다음 페이지에서 다른 날짜를 선택하거나 수령 장소를 확인해 주세요: "
                "{{tracking_link}}\n\n"
                "따로 신청하지 않으셔도 대부분의 택배사는 한 번 더 배달을 시도합니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: tentativa de entrega",
            body=(
                "O entregador tentou entregar o seu pacote da loja {{shop_name}}, "
                "mas não conseguiu.\n\n"
                "Pacote: {{parcel}}\n"
                "Escolha outro dia ou um ponto de retirada aqui: "
                "{{tracking_link}}\n\n"
                "Se você não fizer nada, a maioria das transportadoras tenta mais "
                "uma vez."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: intento de entrega",
            body=(
                "El repartidor intentó entregar tu paquete de {{shop_name}} y no "
                "pudo hacerlo.\n\n"
                "Paquete: {{parcel}}\n"
                "Elige otro día o un punto de recogida aquí: {{tracking_link}}\n\n"
                "Si no haces nada, la mayoría de los transportistas lo intenta una "
                "vez más."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: डिलीवरी का प्रयास",
            body=(
                "कूरियर ने {{shop_name}} से आया आपका पार्सल पहुँचाने की कोशिश की, "
                "पर दे नहीं सका।\n\n"
                "पार्सल: {{parcel}}\n"
                "दूसरा दिन या पिकअप की जगह यहाँ चुनें: {{tracking_link}}\n\n"
                "आप कुछ न करें, तो भी अधिकतर कूरियर एक बार और कोशिश करते हैं।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: belum berhasil diantar",
            body=(
                "Kurir sudah mencoba mengantar paket Anda dari {{shop_name}}, "
                "tetapi belum berhasil.\n\n"
                "Paket: {{parcel}}\n"
                "Pilih hari lain atau tempat pengambilan di sini: "
                "{{tracking_link}}\n\n"
                "Jika Anda tidak memilih, biasanya kurir akan mencoba sekali lagi."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: محاولة توصيل",
            body=(
                "حاول مندوب التوصيل تسليم طردك من {{shop_name}} ولم يتمكن من "
                "ذلك.\n\n"
                "الطرد: {{parcel}}\n"
                "لاختيار يوم آخر أو مكان للاستلام:\n"
                "{{tracking_link}}\n\n"
                "إذا لم تختر شيئًا، فإن معظم شركات الشحن تحاول مرة أخرى."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Zustellversuch",
            body=(
                "Der Zusteller wollte Ihr Paket von {{shop_name}} bringen und "
                "konnte es nicht übergeben.\n\n"
                "Paket: {{parcel}}\n"
                "Anderen Tag oder Abholort wählen: {{tracking_link}}\n\n"
                "Wenn Sie nichts tun, versuchen es die meisten Paketdienste noch "
                "einmal."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : livraison tentée",
            body=(
                "Le livreur a tenté de livrer votre colis de {{shop_name}}, sans "
                "pouvoir vous le remettre.\n\n"
                "Colis : {{parcel}}\n"
                "Choisir un autre jour ou un point de retrait : "
                "{{tracking_link}}\n\n"
                "Sans réponse de votre part, la plupart des transporteurs essaient "
                "encore une fois."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 配送未成功",
            body=(
                "您好，物流人員曾嘗試配送您在 {{shop_name}} 訂購的包裹，"
                "但未能送達。\n\n"
                "包裹：{{parcel}}\n"
                "您可以在這裡改約時間或選擇取件地點：\n"
                "{{tracking_link}}\n\n"
                "若您未另行安排，多數物流公司會再配送一次。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.ATTEMPTED,
    name="delivery_attempted",
    summary=N_("The courier could not hand the parcel over."),
    lifetime=timedelta(hours=24),
    is_told_daily=True,
    template=TEMPLATE,
)
