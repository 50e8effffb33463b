"""Tell the buyer that the parcel comes today."""

from collections.abc import Mapping
from datetime import timedelta

from core.values import Category, Milestone, Scope
from notifications import parcel_news
from notifications.automations import Automation, Config, Draft, Known, NotProposed
from notifications.parcel_news import Step
from notifications.rules.journey import day_of
from notifications.wording import Template, Text


def propose(event: Step, config: Config) -> Draft | NotProposed:
    occasion = (
        f"parcel_out_for_delivery:{event.fulfillment_id}:{day_of(event.happened_at)}"
    )
    return parcel_news.draft(event, occasion)


def compose(known: Known) -> Mapping[str, str]:
    return parcel_news.values(known, TEMPLATE.examples)


TEMPLATE = Template(
    name="sosik_parcel_out_for_delivery_1",
    category=Category.UTILITY,
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
            footer="You asked for news about your order.",
        ),
        "ko": Text(
            header="주문 {{order_name}} 배달 출발",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 상품({{parcel}})의 "
                "배달이 시작되었습니다.\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "상품을 받으실 수 있도록 준비해 주세요."
            ),
            footer="주문 소식 수신에 동의하신 분께 보내 드립니다.",
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
            footer="Você pediu para receber notícias do seu pedido.",
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
            footer="Pediste recibir avisos sobre tu pedido.",
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} डिलीवरी पर है",
            body=(
                "आपका {{shop_name}} वाला पार्सल डिलीवरी के लिए निकल चुका है।\n\n"
                "पार्सल: {{parcel}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "कृपया ध्यान रखें कि पार्सल लेने के लिए कोई मौजूद हो।"
            ),
            footer="आपने अपने ऑर्डर की जानकारी पाने की सहमति दी है।",
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
            footer="Anda meminta kabar tentang pesanan Anda.",
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
            footer="لقد طلبت تلقي أخبار طلبك.",
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
            footer="Sie haben um Nachrichten zu Ihrer Bestellung gebeten.",
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
            footer="Vous avez demandé à suivre votre commande.",
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
            footer="您已同意接收訂單相關通知。",
        ),
    },
)

AUTOMATION = Automation(
    name="parcel_out_for_delivery",
    summary="The parcel is with the courier, who brings it to the door.",
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=timedelta(hours=12),
    listens_to=parcel_news.LISTENS_TO,
    settings=(),
    propose=propose,
    template=TEMPLATE,
    compose=compose,
    concerns=parcel_news.passes(Milestone.OUT_FOR_DELIVERY),
    milestone=Milestone.OUT_FOR_DELIVERY,
    is_told_daily=True,
)
