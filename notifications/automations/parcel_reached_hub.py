"""Tell the buyer which town the parcel has come to."""

from datetime import timedelta

from core.events import ParcelMoved
from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.automations import Config, Draft, NotProposed
from notifications.wording import Text


def propose(event: ParcelMoved, config: Config) -> Draft | NotProposed:
    """Once for each town. Its name stays out of the occasion, which people read."""
    place = parcel_news.place_key(event.city, event.country)
    if place is None:
        return NotProposed("no_place")
    occasion = f"parcel_reached_hub:{event.fulfillment_id}:{place}"
    return parcel_news.draft(event, occasion, config, told={"place": place})


TEMPLATE = wording.news(
    "sosik_parcel_reached_hub_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "city": "Hong Kong",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: new location",
            body=(
                "Your parcel {{parcel}} from {{shop_name}} has reached {{city}} on its "
                "way to you.\n\n"
                "You can follow it here: {{tracking_link}}\n\n"
                "We will write again when it gets to another town."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 경유지 도착",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 상품({{parcel}})이 배송 "
                "중 {{city}}에 도착했습니다.\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "다른 도시에 도착하면 다시 알려 드리겠습니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: nova localização",
            body=(
                "O seu pacote da loja {{shop_name}} avançou no caminho até "
                "você.\n\n"
                "Pacote: {{parcel}}\n"
                "Local: {{city}}\n"
                "Acompanhe aqui: {{tracking_link}}\n\n"
                "Avisaremos quando ele chegar a outra cidade."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: nueva ubicación",
            body=(
                "Tu paquete de {{shop_name}} ha avanzado en su camino hacia ti.\n\n"
                "Paquete: {{parcel}}\n"
                "Lugar: {{city}}\n"
                "Síguelo aquí: {{tracking_link}}\n\n"
                "Te escribiremos cuando llegue a otra ciudad."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: नई जगह",
            body=(
                "आपका {{shop_name}} वाला पार्सल रास्ते में एक नई जगह पहुँचा है।\n\n"
                "पार्सल: {{parcel}}\n"
                "जगह: {{city}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "दूसरे शहर पहुँचने पर हम आपको फिर बताएँगे।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: lokasi baru",
            body=(
                "Paket Anda dari {{shop_name}} telah tiba di lokasi baru dalam "
                "perjalanannya.\n\n"
                "Paket: {{parcel}}\n"
                "Lokasi: {{city}}\n"
                "Lacak di sini: {{tracking_link}}\n\n"
                "Kami akan mengabari lagi saat paket tiba di kota lain."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: موقع جديد",
            body=(
                "وصل طردك من {{shop_name}} إلى موقع جديد في طريقه إليك.\n\n"
                "الطرد: {{parcel}}\n"
                "الموقع: {{city}}\n"
                "لتتبع الشحنة:\n"
                "{{tracking_link}}\n\n"
                "سنراسلك مجددًا عند وصوله إلى مدينة أخرى."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: neuer Ort",
            body=(
                "Ihr Paket von {{shop_name}} ist auf seinem Weg zu Ihnen "
                "weitergekommen.\n\n"
                "Paket: {{parcel}}\n"
                "Ort: {{city}}\n"
                "Sendung verfolgen: {{tracking_link}}\n\n"
                "Wir melden uns wieder, wenn es in einer anderen Stadt ankommt."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : nouveau lieu",
            body=(
                "Votre colis de {{shop_name}} a franchi une nouvelle étape.\n\n"
                "Colis : {{parcel}}\n"
                "Lieu : {{city}}\n"
                "Suivre le colis : {{tracking_link}}\n\n"
                "Nous vous écrirons quand il arrivera dans une autre ville."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 運送進度",
            body=(
                "您好，您在 {{shop_name}} 訂購的包裹已抵達新的地點。\n\n"
                "包裹：{{parcel}}\n"
                "地點：{{city}}\n"
                "查詢包裹：\n"
                "{{tracking_link}}\n\n"
                "抵達下一個城市時，我們會再通知您。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.IN_TRANSIT,
    name="parcel_reached_hub",
    summary=N_("The parcel has come to another town on its way."),
    lifetime=timedelta(hours=12),
    template=TEMPLATE,
    listens_to=(ParcelMoved,),
    propose=propose,
    chapter=parcel_news.REACHED_PLACE,
)
