"""Tell the buyer that the carrier has the parcel, and moves it."""

from datetime import timedelta

from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_parcel_in_transit_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} is in transit",
            body=(
                "The carrier has your parcel {{parcel}} from {{shop_name}} and it is "
                "now in transit.\n\n"
                "You can follow it here: {{tracking_link}}\n\n"
                "Places and times may take a few hours to show there."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 배송 중",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 택배사가 "
                "상품({{parcel}})을 인수하여 현재 배송 중입니다.\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "배송 정보가 나타나기까지 몇 시간이 걸릴 수 있습니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} em trânsito",
            body=(
                "O seu pacote da loja {{shop_name}} está com a transportadora e já "
                "está em trânsito.\n\n"
                "Pacote: {{parcel}}\n"
                "Acompanhe aqui: {{tracking_link}}\n\n"
                "Locais e horários podem levar algumas horas para aparecer."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} en tránsito",
            body=(
                "El transportista ya tiene tu paquete de {{shop_name}} y está en "
                "tránsito.\n\n"
                "Paquete: {{parcel}}\n"
                "Síguelo aquí: {{tracking_link}}\n\n"
                "Los lugares y las horas pueden tardar un poco en aparecer."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} रास्ते में है",
            body=(
                "आपका {{shop_name}} वाला पार्सल कूरियर को मिल गया है और अब रास्ते "
                "में है।\n\n"
                "पार्सल: {{parcel}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "जगह और समय की जानकारी दिखने में कुछ घंटे लग सकते हैं।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} dalam perjalanan",
            body=(
                "Paket Anda dari {{shop_name}} sudah diterima kurir dan sedang "
                "dalam perjalanan.\n\n"
                "Paket: {{parcel}}\n"
                "Lacak di sini: {{tracking_link}}\n\n"
                "Lokasi dan waktu mungkin baru muncul setelah beberapa jam."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}} قيد النقل",
            body=(
                "استلمت شركة الشحن طردك من {{shop_name}} وهو الآن قيد النقل.\n\n"
                "الطرد: {{parcel}}\n"
                "لتتبع الشحنة:\n"
                "{{tracking_link}}\n\n"
                "قد يستغرق ظهور الأماكن والأوقات بضع ساعات."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} ist im Versand",
            body=(
                "Der Paketdienst hat Ihr Paket von {{shop_name}} übernommen und "
                "befördert es jetzt.\n\n"
                "Paket: {{parcel}}\n"
                "Sendung verfolgen: {{tracking_link}}\n\n"
                "Bis Orte und Zeiten dort erscheinen, können einige Stunden "
                "vergehen."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} en transit",
            body=(
                "Le transporteur a pris en charge votre colis de {{shop_name}}, "
                "qui est maintenant en transit.\n\n"
                "Colis : {{parcel}}\n"
                "Suivre le colis : {{tracking_link}}\n\n"
                "Les lieux et les heures peuvent mettre un peu de temps à "
                "s’afficher."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 運送中",
            body=(
                "您好，物流公司已收到您在 {{shop_name}} 訂購的包裹，目前運送中。\n\n"
                "包裹：{{parcel}}\n"
                "查詢包裹：\n"
                "{{tracking_link}}\n\n"
                "地點與時間可能需要數小時才會顯示。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.IN_TRANSIT,
    name="parcel_in_transit",
    summary=N_("The carrier has scanned the parcel, and it is moving."),
    lifetime=timedelta(hours=24),
    template=TEMPLATE,
)
