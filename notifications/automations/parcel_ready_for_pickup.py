"""Tell the buyer that the parcel waits to be picked up."""

from datetime import timedelta

from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_parcel_ready_for_pickup_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} can be picked up",
            body=(
                "Your parcel {{parcel}} from {{shop_name}} is ready for you to pick it "
                "up.\n\n"
                "You can see where, and until when, here: {{tracking_link}}\n\n"
                "Please bring a document that shows your name."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 수령 가능",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 상품({{parcel}})을 이제 "
                "직접 수령하실 수 있습니다.\n\n"
                "수령 장소와 기한은 여기에서 확인하실 수 있습니다: "
                "{{tracking_link}}\n\n"
                "수령하실 때 본인 확인이 가능한 신분증을 지참해 주세요."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} pronto para retirada",
            body=(
                "O seu pacote da loja {{shop_name}} está pronto para ser "
                "retirado.\n\n"
                "Pacote: {{parcel}}\n"
                "Veja onde e até quando: {{tracking_link}}\n\n"
                "Leve um documento com o seu nome."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} listo para recoger",
            body=(
                "Tu paquete de {{shop_name}} está listo para que lo recojas.\n\n"
                "Paquete: {{parcel}}\n"
                "Mira dónde y hasta cuándo: {{tracking_link}}\n\n"
                "Lleva un documento con tu nombre, por favor."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} लेने के लिए तैयार",
            body=(
                "आपका {{shop_name}} वाला पार्सल अब आप ले सकते हैं।\n\n"
                "पार्सल: {{parcel}}\n"
                "कहाँ और कब तक, यहाँ देखें: {{tracking_link}}\n\n"
                "कृपया अपने नाम वाला कोई पहचान पत्र साथ लाएँ।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} siap diambil",
            body=(
                "Paket Anda dari {{shop_name}} sudah dapat diambil.\n\n"
                "Paket: {{parcel}}\n"
                "Lihat tempat dan batas waktunya: {{tracking_link}}\n\n"
                "Mohon bawa tanda pengenal dengan nama Anda."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}} جاهز للاستلام",
            body=(
                "طردك من {{shop_name}} جاهز لتستلمه.\n\n"
                "الطرد: {{parcel}}\n"
                "لمعرفة مكان الاستلام وآخر موعد له:\n"
                "{{tracking_link}}\n\n"
                "يرجى إحضار وثيقة تحمل اسمك."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} ist abholbereit",
            body=(
                "Ihr Paket von {{shop_name}} liegt zur Abholung bereit.\n\n"
                "Paket: {{parcel}}\n"
                "Wo und bis wann, sehen Sie hier: {{tracking_link}}\n\n"
                "Bitte bringen Sie einen Ausweis mit Ihrem Namen mit."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} à retirer",
            body=(
                "Votre colis de {{shop_name}} est prêt à être retiré.\n\n"
                "Colis : {{parcel}}\n"
                "Voir où, et jusqu’à quand : {{tracking_link}}\n\n"
                "Merci d’apporter un document à votre nom."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 可取件",
            body=(
                "您好，您在 {{shop_name}} 訂購的包裹已可取件。\n\n"
                "包裹：{{parcel}}\n"
                "取件地點與期限請見：\n"
                "{{tracking_link}}\n\n"
                "取件時請攜帶可證明姓名的證件。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.READY_FOR_PICKUP,
    name="parcel_ready_for_pickup",
    summary=N_("The parcel waits at a shop or a locker for the buyer."),
    lifetime=timedelta(hours=72),
    template=TEMPLATE,
)
