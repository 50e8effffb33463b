"""Tell the buyer that the parcel comes later, and when."""

from datetime import timedelta

from core.events import ParcelMoved
from core.values import Milestone
from core.words import N_
from notifications import parcel_news, wording
from notifications.automations import Config, Draft, NotProposed
from notifications.parcel_news import Step
from notifications.wording import Text


def propose(event: Step, config: Config) -> Draft | NotProposed:
    """With the new day, since a later scan may say nothing of it."""
    expected_at = event.expected_at if isinstance(event, ParcelMoved) else None
    return parcel_news.draft(
        event,
        f"parcel_delayed:{event.fulfillment_id}",
        config,
        told={} if expected_at is None else {"expected": expected_at.isoformat()},
    )


TEMPLATE = wording.news(
    "sosik_parcel_delayed_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
        "expected_on": "November 25, 2026",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} is delayed",
            body=(
                "The carrier tells us that your parcel {{parcel}} from {{shop_name}} "
                "will arrive later than planned. New delivery date: "
                "{{expected_on}}.\n\n"
                "You can follow it here: {{tracking_link}}\n\n"
                "We are sorry that you have to wait."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 배송 지연",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 상품({{parcel}})의 "
                "배송이 예정보다 늦어지고 있습니다. 새 배송 예정일: "
                "{{expected_on}}.\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "기다리시게 해 드려 죄송합니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} atrasado",
            body=(
                "A transportadora informa que o seu pacote da loja {{shop_name}} "
                "chegará mais tarde do que o previsto.\n\n"
                "Pacote: {{parcel}}\n"
                "Nova previsão de entrega: {{expected_on}}\n"
                "Acompanhe aqui: {{tracking_link}}\n\n"
                "Pedimos desculpas pela espera."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} con retraso",
            body=(
                "El transportista nos informa de que tu paquete de {{shop_name}} "
                "llegará más tarde de lo previsto.\n\n"
                "Paquete: {{parcel}}\n"
                "Nueva fecha de entrega: {{expected_on}}\n"
                "Síguelo aquí: {{tracking_link}}\n\n"
                "Sentimos que tengas que esperar."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} में देरी",
            body=(
                "कूरियर के अनुसार {{shop_name}} से आ रहा आपका पार्सल तय समय से देर "
                "से पहुँचेगा।\n\n"
                "पार्सल: {{parcel}}\n"
                "डिलीवरी की नई तारीख: {{expected_on}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "देरी के लिए हमें खेद है।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} terlambat",
            body=(
                "Kurir memberi tahu bahwa paket Anda dari {{shop_name}} akan tiba "
                "lebih lambat dari rencana.\n\n"
                "Paket: {{parcel}}\n"
                "Perkiraan tiba yang baru: {{expected_on}}\n"
                "Lacak di sini: {{tracking_link}}\n\n"
                "Mohon maaf atas keterlambatan ini."
            ),
        ),
        "ar": Text(
            header="تأخر توصيل الطلب {{order_name}}",
            body=(
                "أبلغتنا شركة الشحن أن طردك من {{shop_name}} سيصل متأخرًا عن "
                "الموعد.\n\n"
                "الطرد: {{parcel}}\n"
                "موعد التسليم الجديد: {{expected_on}}\n"
                "لتتبع الشحنة:\n"
                "{{tracking_link}}\n\n"
                "نعتذر عن هذا التأخير."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} kommt später",
            body=(
                "Der Paketdienst meldet, dass Ihr Paket von {{shop_name}} später "
                "ankommt als geplant.\n\n"
                "Paket: {{parcel}}\n"
                "Neuer Liefertermin: {{expected_on}}\n"
                "Sendung verfolgen: {{tracking_link}}\n\n"
                "Es tut uns leid, dass Sie warten müssen."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} retardée",
            body=(
                "Le transporteur nous signale que votre colis de {{shop_name}} "
                "arrivera plus tard que prévu.\n\n"
                "Colis : {{parcel}}\n"
                "Nouvelle date de livraison : {{expected_on}}\n"
                "Suivre le colis : {{tracking_link}}\n\n"
                "Nous sommes désolés de cette attente."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 配送延遲",
            body=(
                "您好，物流公司通知，您在 {{shop_name}} 訂購的包裹將比預期晚送達。\n\n"
                "包裹：{{parcel}}\n"
                "新的預計送達日：{{expected_on}}\n"
                "查詢包裹：\n"
                "{{tracking_link}}\n\n"
                "讓您久候，我們深感抱歉。"
            ),
        ),
    },
)

AUTOMATION = parcel_news.of_milestone(
    Milestone.DELAYED,
    name="parcel_delayed",
    summary=N_("The carrier says that the parcel comes later."),
    lifetime=timedelta(hours=24),
    template=TEMPLATE,
    propose=propose,
)
