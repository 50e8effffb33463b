"""Tell the buyer that a parcel has left which holds a part of the order."""

from core.words import N_
from notifications import departures, parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_partial_shipment_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "carrier": "DHL",
        "tracking_number": "JD014600003333",
        "count": "2",
        "all_items": "3",
        "rest": "follows in another parcel",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: part on its way",
            body=(
                "Good news from {{shop_name}}: a part of your order has left us "
                "with {{carrier}}. The tracking number is {{tracking_number}}.\n\n"
                "Items in this parcel: {{count}} of {{all_items}}\n"
                "The rest of the order: {{rest}}\n\n"
                "You can follow it here: {{tracking_link}}\n\n"
                "The first scan may take a day to show."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 일부 발송",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 주문하신 상품 중 "
                "일부가 {{carrier}} 편으로 발송되었습니다. 운송장 번호는 "
                "{{tracking_number}}입니다.\n\n"
                "이번 발송: 전체 {{all_items}}개 중 {{count}}개\n"
                "나머지 상품: {{rest}}\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "첫 배송 정보가 나타나기까지 하루 정도 걸릴 수 있습니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: envio parcial",
            body=(
                "Boas notícias da loja {{shop_name}}: parte do seu pedido foi "
                "enviada.\n\n"
                "Itens neste pacote: {{count}} de {{all_items}}\n"
                "Restante do pedido: {{rest}}\n"
                "Transportadora: {{carrier}}\n"
                "Código de rastreamento: {{tracking_number}}\n"
                "Acompanhe aqui: {{tracking_link}}\n\n"
                "A primeira atualização pode levar até um dia para aparecer."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: envío parcial",
            body=(
                "Buenas noticias de {{shop_name}}: una parte de tu pedido ya ha "
                "salido.\n\n"
                "Artículos en este paquete: {{count}} de {{all_items}}\n"
                "Resto del pedido: {{rest}}\n"
                "Transportista: {{carrier}}\n"
                "Número de seguimiento: {{tracking_number}}\n"
                "Síguelo aquí: {{tracking_link}}\n\n"
                "El primer movimiento puede tardar un día en aparecer."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: एक हिस्सा रवाना",
            body=(
                "नमस्ते, {{shop_name}} से आपके ऑर्डर का एक हिस्सा रवाना हो गया है।\n\n"
                "इस पार्सल में आइटम: {{all_items}} में से {{count}}\n"
                "बाकी ऑर्डर: {{rest}}\n"
                "कूरियर: {{carrier}}\n"
                "ट्रैकिंग नंबर: {{tracking_number}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "ट्रैकिंग की पहली जानकारी दिखने में एक दिन लग सकता है।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: dikirim sebagian",
            body=(
                "Kabar baik dari {{shop_name}}: sebagian pesanan Anda sudah "
                "dikirim.\n\n"
                "Barang dalam paket ini: {{count}} dari {{all_items}}\n"
                "Sisa pesanan: {{rest}}\n"
                "Kurir: {{carrier}}\n"
                "Nomor resi: {{tracking_number}}\n"
                "Lacak di sini: {{tracking_link}}\n\n"
                "Status pertama mungkin baru muncul setelah satu hari."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: شحن جزء منه",
            body=(
                "أخبار سارة من {{shop_name}}: تم شحن جزء من طلبك.\n\n"
                "عدد المنتجات في هذا الطرد: {{count}} من {{all_items}}\n"
                "بقية الطلب: {{rest}}\n"
                "شركة الشحن: {{carrier}}\n"
                "رقم التتبع: {{tracking_number}}\n"
                "لتتبع الشحنة:\n"
                "{{tracking_link}}\n\n"
                "قد يستغرق ظهور أول تحديث يومًا واحدًا."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Teillieferung",
            body=(
                "Gute Nachrichten von {{shop_name}}: Ein Teil Ihrer Bestellung ist "
                "unterwegs.\n\n"
                "Artikel in diesem Paket: {{count}} von {{all_items}}\n"
                "Rest der Bestellung: {{rest}}\n"
                "Versand mit: {{carrier}}\n"
                "Sendungsnummer: {{tracking_number}}\n"
                "Sendung verfolgen: {{tracking_link}}\n\n"
                "Bis zum ersten Eintrag kann es einen Tag dauern."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : envoi partiel",
            body=(
                "Bonne nouvelle de {{shop_name}} : une partie de votre commande "
                "est partie.\n\n"
                "Articles dans ce colis : {{count}} sur {{all_items}}\n"
                "Reste de la commande : {{rest}}\n"
                "Transporteur : {{carrier}}\n"
                "Numéro de suivi : {{tracking_number}}\n"
                "Suivre le colis : {{tracking_link}}\n\n"
                "La première étape peut mettre un jour à s’afficher."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 部分出貨",
            body=(
                "您好，{{shop_name}} 通知您：您訂購的部分商品已寄出。\n\n"
                "本包裹商品數：共 {{all_items}} 件中的 {{count}} 件\n"
                "其餘商品：{{rest}}\n"
                "物流公司：{{carrier}}\n"
                "物流單號：{{tracking_number}}\n"
                "查詢包裹：\n"
                "{{tracking_link}}\n\n"
                "物流資訊可能需要一天才會顯示。"
            ),
        ),
    },
)

AUTOMATION = departures.of_parcel(
    name="partial_shipment",
    summary=N_("A parcel has left that holds a part of the order."),
    template=TEMPLATE,
    chapter=parcel_news.LEFT_IN_PART,
    tells_part=True,
)
