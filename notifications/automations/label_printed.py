"""Tell the buyer that the parcel has its label, and leaves next."""

from datetime import timedelta

from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_label_printed_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: label printed",
            body=(
                "Your parcel {{parcel}} from {{shop_name}} has its shipping label, "
                "and will be handed to the carrier next.\n\n"
                "You can follow it here: {{tracking_link}}\n\n"
                "The first scan may take a day to show."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 운송장 발행",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 상품({{parcel}})의 "
                "운송장이 발행되었으며 곧 택배사에 전달됩니다.\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "첫 배송 정보가 나타나기까지 하루 정도 걸릴 수 있습니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: etiqueta emitida",
            body=(
                "A etiqueta de envio do seu pacote da loja {{shop_name}} foi "
                "emitida, e ele será entregue à transportadora em seguida.\n\n"
                "Pacote: {{parcel}}\n"
                "Acompanhe aqui: {{tracking_link}}\n\n"
                "A primeira atualização pode levar até um dia para aparecer."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: etiqueta creada",
            body=(
                "La etiqueta de envío de tu paquete de {{shop_name}} ya está "
                "lista; ahora lo entregaremos al transportista.\n\n"
                "Paquete: {{parcel}}\n"
                "Síguelo aquí: {{tracking_link}}\n\n"
                "El primer movimiento puede tardar un día en aparecer."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: लेबल तैयार",
            body=(
                "आपके {{shop_name}} वाले पार्सल का शिपिंग लेबल तैयार है और अब इसे "
                "कूरियर को सौंपा जाएगा।\n\n"
                "पार्सल: {{parcel}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "ट्रैकिंग की पहली जानकारी दिखने में एक दिन लग सकता है।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: label dicetak",
            body=(
                "Label pengiriman untuk paket Anda dari {{shop_name}} sudah "
                "dicetak. Selanjutnya paket diserahkan ke kurir.\n\n"
                "Paket: {{parcel}}\n"
                "Lacak di sini: {{tracking_link}}\n\n"
                "Status pertama mungkin baru muncul setelah satu hari."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: بوليصة الشحن جاهزة",
            body=(
                "تم إصدار بوليصة الشحن لطردك من {{shop_name}}، وسيُسلَّم قريبًا إلى "
                "شركة الشحن.\n\n"
                "الطرد: {{parcel}}\n"
                "لتتبع الشحنة:\n"
                "{{tracking_link}}\n\n"
                "قد يستغرق ظهور أول تحديث يومًا واحدًا."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Versandetikett",
            body=(
                "Das Versandetikett für Ihr Paket von {{shop_name}} ist erstellt. "
                "Als Nächstes wird es dem Paketdienst übergeben.\n\n"
                "Paket: {{parcel}}\n"
                "Sendung verfolgen: {{tracking_link}}\n\n"
                "Bis zum ersten Eintrag kann es einen Tag dauern."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : étiquette prête",
            body=(
                "L’étiquette d’expédition de votre colis de {{shop_name}} est "
                "prête ; il sera bientôt remis au transporteur.\n\n"
                "Colis : {{parcel}}\n"
                "Suivre le colis : {{tracking_link}}\n\n"
                "La première étape peut mettre un jour à s’afficher."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 已建立託運單",
            body=(
                "您好，您在 {{shop_name}} 訂購的包裹已建立託運單，接下來將交給物流"
                "公司。\n\n"
                "包裹：{{parcel}}\n"
                "查詢包裹：\n"
                "{{tracking_link}}\n\n"
                "物流資訊可能需要一天才會顯示。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.LABELLED,
    name="label_printed",
    summary=N_("The parcel has its label, and goes to the carrier next."),
    lifetime=timedelta(hours=24),
    template=TEMPLATE,
    chapter=parcel_news.LABELLED,
)
