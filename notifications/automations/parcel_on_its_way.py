"""Tell the buyer that a parcel has left, and where it can be followed."""

from core.words import N_
from notifications import departures, parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_parcel_on_its_way_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "carrier": "DHL",
        "tracking_number": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} is on its way",
            body=(
                "Good news from {{shop_name}}: your parcel has left us with "
                "{{carrier}}. The tracking number is {{tracking_number}}.\n\n"
                "You can follow it here: {{tracking_link}}\n\n"
                "The first scan may take a day to show."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 발송 완료",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. "
                "주문하신 상품이 {{carrier}} 편으로 "
                "발송되었습니다. 운송장 번호는 {{tracking_number}}입니다.\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "첫 배송 정보가 나타나기까지 하루 정도 걸릴 수 있습니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} a caminho",
            body=(
                "Boas notícias da loja {{shop_name}}: o seu pacote foi enviado.\n\n"
                "Transportadora: {{carrier}}\n"
                "Código de rastreamento: {{tracking_number}}\n"
                "Acompanhe aqui: {{tracking_link}}\n\n"
                "A primeira atualização pode levar até um dia para aparecer."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} en camino",
            body=(
                "Buenas noticias de {{shop_name}}: tu paquete ya ha salido.\n\n"
                "Transportista: {{carrier}}\n"
                "Número de seguimiento: {{tracking_number}}\n"
                "Síguelo aquí: {{tracking_link}}\n\n"
                "El primer movimiento puede tardar un día en aparecer."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} रवाना हो गया",
            body=(
                "नमस्ते, {{shop_name}} से आपका पार्सल रवाना हो गया है।\n\n"
                "कूरियर: {{carrier}}\n"
                "ट्रैकिंग नंबर: {{tracking_number}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "ट्रैकिंग की पहली जानकारी दिखने में एक दिन लग सकता है।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} sedang dikirim",
            body=(
                "Kabar baik dari {{shop_name}}: paket Anda sudah dikirim.\n\n"
                "Kurir: {{carrier}}\n"
                "Nomor resi: {{tracking_number}}\n"
                "Lacak di sini: {{tracking_link}}\n\n"
                "Status pertama mungkin baru muncul setelah satu hari."
            ),
        ),
        # What may be in Latin letters ends its line, and a link has one of its own:
        # so it keeps its shape in a text that runs from right to left.
        "ar": Text(
            header="طلبك {{order_name}} في الطريق إليك",
            body=(
                "أخبار سارة من {{shop_name}}: تم شحن طلبك.\n\n"
                "شركة الشحن: {{carrier}}\n"
                "رقم التتبع: {{tracking_number}}\n"
                "لتتبع الشحنة:\n{{tracking_link}}\n\n"
                "قد يستغرق ظهور أول تحديث يومًا واحدًا."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} ist unterwegs",
            body=(
                "Gute Nachrichten von {{shop_name}}: Ihr Paket ist unterwegs.\n\n"
                "Versand mit: {{carrier}}\n"
                "Sendungsnummer: {{tracking_number}}\n"
                "Sendung verfolgen: {{tracking_link}}\n\n"
                "Bis zum ersten Eintrag kann es einen Tag dauern."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} en route",
            body=(
                "Bonne nouvelle de {{shop_name}} : votre colis est parti.\n\n"
                "Transporteur : {{carrier}}\n"
                "Numéro de suivi : {{tracking_number}}\n"
                "Suivre le colis : {{tracking_link}}\n\n"
                "La première étape peut mettre un jour à s’afficher."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 已出貨",
            body=(
                "您好，{{shop_name}} 通知您：您的包裹已寄出。\n\n"
                "物流公司：{{carrier}}\n"
                "物流單號：{{tracking_number}}\n"
                "查詢包裹：\n{{tracking_link}}\n\n"
                "物流資訊可能需要一天才會顯示。"
            ),
        ),
    },
)

AUTOMATION = departures.of_parcel(
    name="parcel_on_its_way",
    summary=N_("A parcel has left, with the number by which it can be followed."),
    template=TEMPLATE,
    chapter=parcel_news.LEFT,
)
