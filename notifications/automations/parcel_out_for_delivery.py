"""Tell the buyer that the parcel comes today."""

from datetime import timedelta

from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_parcel_out_for_delivery_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} is out for delivery",
            body=(
                "Your parcel {{parcel}} from {{shop_name}} is with the courier and on "
                "its way to you now.\n\n"
                "You can follow it here: {{tracking_link}}\n\n"
                "Please make sure that somebody can take it."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 배달 출발",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 상품({{parcel}})의 "
                "배달이 시작되었습니다.\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "상품을 받으실 수 있도록 준비해 주세요."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} saiu para entrega",
            body=(
                "O seu pacote da loja {{shop_name}} está com o entregador, a "
                "caminho de você.\n\n"
                "Pacote: {{parcel}}\n"
                "Acompanhe aqui: {{tracking_link}}\n\n"
                "Por favor, cuide para que alguém possa recebê-lo."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} en reparto",
            body=(
                "Tu paquete de {{shop_name}} está con el repartidor y va hacia "
                "ti.\n\n"
                "Paquete: {{parcel}}\n"
                "Síguelo aquí: {{tracking_link}}\n\n"
                "Asegúrate de que alguien pueda recibirlo, por favor."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} डिलीवरी पर है",
            body=(
                "आपका {{shop_name}} वाला पार्सल डिलीवरी के लिए निकल चुका है।\n\n"
                "पार्सल: {{parcel}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "कृपया ध्यान रखें कि पार्सल लेने के लिए कोई मौजूद हो।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} sedang diantar",
            body=(
                "Paket Anda dari {{shop_name}} sedang dibawa kurir ke alamat "
                "Anda.\n\n"
                "Paket: {{parcel}}\n"
                "Lacak di sini: {{tracking_link}}\n\n"
                "Mohon pastikan ada yang dapat menerimanya."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}} خرج للتوصيل",
            body=(
                "طردك من {{shop_name}} مع مندوب التوصيل وهو في طريقه إليك الآن.\n\n"
                "الطرد: {{parcel}}\n"
                "لتتبع الشحنة:\n"
                "{{tracking_link}}\n\n"
                "يرجى التأكد من وجود من يستلمه."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} in Zustellung",
            body=(
                "Ihr Paket von {{shop_name}} ist beim Zusteller und jetzt auf dem "
                "Weg zu Ihnen.\n\n"
                "Paket: {{parcel}}\n"
                "Sendung verfolgen: {{tracking_link}}\n\n"
                "Bitte sorgen Sie dafür, dass es jemand annehmen kann."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} en livraison",
            body=(
                "Votre colis de {{shop_name}} est avec le livreur, en route vers "
                "vous.\n\n"
                "Colis : {{parcel}}\n"
                "Suivre le colis : {{tracking_link}}\n\n"
                "Merci de faire en sorte que quelqu’un puisse le recevoir."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 配送中",
            body=(
                "您好，您在 {{shop_name}} 訂購的包裹正由物流人員配送。\n\n"
                "包裹：{{parcel}}\n"
                "查詢包裹：\n"
                "{{tracking_link}}\n\n"
                "請留意收件，並確認有人可以簽收。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.OUT_FOR_DELIVERY,
    name="parcel_out_for_delivery",
    summary=N_("The parcel is with the courier, who brings it to the door."),
    lifetime=timedelta(hours=12),
    is_told_daily=True,
    template=TEMPLATE,
)
