"""Tell the buyer that the parcel has arrived."""

from datetime import timedelta

from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_parcel_delivered_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} has been delivered",
            body=(
                "Your parcel {{parcel}} from {{shop_name}} has been delivered.\n\n"
                "You can see where it was left here: {{tracking_link}}\n\n"
                "If you have not received it, please ask your neighbours first, then "
                "the carrier."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 배송 완료",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 상품({{parcel}})이 배송 "
                "완료되었습니다.\n\n"
                "배송 결과는 여기에서 확인하실 수 있습니다: {{tracking_link}}\n\n"
                "아직 받지 못하셨다면 먼저 이웃이나 경비실에, 그다음 택배사에 확인해 "
                "주세요."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} entregue",
            body=(
                "O seu pacote da loja {{shop_name}} foi entregue.\n\n"
                "Pacote: {{parcel}}\n"
                "Veja onde ele foi deixado: {{tracking_link}}\n\n"
                "Se você não o recebeu, pergunte primeiro aos vizinhos ou à "
                "portaria e depois à transportadora."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} entregado",
            body=(
                "Tu paquete de {{shop_name}} ha sido entregado.\n\n"
                "Paquete: {{parcel}}\n"
                "Mira aquí dónde se dejó: {{tracking_link}}\n\n"
                "Si no lo has recibido, pregunta primero a tus vecinos y después "
                "al transportista."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} पहुँच गया",
            body=(
                "आपका {{shop_name}} वाला पार्सल पहुँचा दिया गया है।\n\n"
                "पार्सल: {{parcel}}\n"
                "कहाँ दिया गया, यहाँ देखें: {{tracking_link}}\n\n"
                "अगर आपको नहीं मिला, तो पहले पड़ोसियों से और फिर कूरियर से पूछें।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} sudah tiba",
            body=(
                "Paket Anda dari {{shop_name}} sudah diantar.\n\n"
                "Paket: {{parcel}}\n"
                "Lihat di mana paket diserahkan: {{tracking_link}}\n\n"
                "Jika belum Anda terima, tanyakan dulu kepada tetangga, lalu "
                "kepada kurir."
            ),
        ),
        "ar": Text(
            header="تم تسليم الطلب {{order_name}}",
            body=(
                "تم تسليم طردك من {{shop_name}}.\n\n"
                "الطرد: {{parcel}}\n"
                "لمعرفة مكان التسليم:\n"
                "{{tracking_link}}\n\n"
                "إذا لم تستلمه، فاسأل جيرانك أولًا ثم شركة الشحن."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} zugestellt",
            body=(
                "Ihr Paket von {{shop_name}} wurde zugestellt.\n\n"
                "Paket: {{parcel}}\n"
                "Hier sehen Sie, wo es abgegeben wurde: {{tracking_link}}\n\n"
                "Falls Sie es nicht bekommen haben, fragen Sie bitte zuerst Ihre "
                "Nachbarn, dann den Paketdienst."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} livrée",
            body=(
                "Votre colis de {{shop_name}} a été livré.\n\n"
                "Colis : {{parcel}}\n"
                "Voir où il a été déposé : {{tracking_link}}\n\n"
                "Si vous ne l’avez pas reçu, demandez d’abord à vos voisins, puis "
                "au transporteur."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 已送達",
            body=(
                "您好，您在 {{shop_name}} 訂購的包裹已送達。\n\n"
                "包裹：{{parcel}}\n"
                "您可以在這裡查看送達地點：\n"
                "{{tracking_link}}\n\n"
                "若您尚未收到，請先詢問鄰居或管理員，再聯絡物流公司。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.DELIVERED,
    name="parcel_delivered",
    summary=N_("The parcel has arrived."),
    lifetime=timedelta(hours=24),
    template=TEMPLATE,
)
