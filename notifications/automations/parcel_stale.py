"""Tell the buyer that nothing has been heard of the parcel for days."""

from datetime import timedelta

from core.values import Scope
from core.words import N_
from notifications import parcel_news, saying, wording
from notifications.automations import (
    Automation,
    Config,
    Draft,
    NotProposed,
    WholeNumber,
)
from notifications.parcel_news import Step
from notifications.rules.silence import UNDER_WAY, period_of
from notifications.wording import Text

_DAYS = WholeNumber(
    name="days",
    meaning="How many days without a scan are worth telling.",
    default=7,
    least=3,
    most=30,
)


def concerns(event: Step) -> bool:
    return event.milestone in UNDER_WAY


def propose(event: Step, config: Config) -> Draft | NotProposed:
    """A timer, of which a parcel has one for every three days in which it is scanned.

    A message for each scan would be many that come to nothing, and moving one with each
    would be a write for each. This one looks at the newest scan when its time comes,
    and waits on, or leaves it to the timer of a later period. So each silence is told
    once: it is longer than a period, and what is scanned after it has another timer.
    """
    if parcel_news.is_cancelled(event):
        return NotProposed("parcel_cancelled")
    days = config[_DAYS.name]
    silent_at = event.happened_at + timedelta(days=days)
    return Draft(
        occasion=f"parcel_stale:{event.fulfillment_id}:{period_of(event.happened_at)}",
        order_id=event.order_id,
        fulfillment_id=event.fulfillment_id,
        told={"silent_days": str(days)},
        phone=parcel_news.phone_of(event),
        wanted_at=silent_at,
        not_before=silent_at,
    )


TEMPLATE = wording.news(
    "sosik_parcel_stale_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "parcel": "JD014600003333",
        "heard_on": "November 25, 2026",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: no news",
            body=(
                "The carrier has told nothing new of your parcel {{parcel}} from "
                "{{shop_name}} since {{heard_on}}. We are looking into it.\n\n"
                "You can see its last scan here: {{tracking_link}}\n\n"
                "There is nothing that you need to do for now."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 배송 확인 중",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 상품({{parcel}})의 "
                "배송 정보가 {{heard_on}} 이후 갱신되지 않아 확인하고 있습니다.\n\n"
                "마지막 배송 정보는 여기에서 보실 수 있습니다: {{tracking_link}}\n\n"
                "지금 따로 하실 일은 없습니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: sem novidades",
            body=(
                "Há alguns dias não há novas informações sobre o seu pacote da "
                "loja {{shop_name}}, e estamos verificando o que houve.\n\n"
                "Pacote: {{parcel}}\n"
                "Última atualização: {{heard_on}}\n"
                "Acompanhe aqui: {{tracking_link}}\n\n"
                "Por enquanto, você não precisa fazer nada."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: sin novedades",
            body=(
                "Hace unos días que no hay novedades de tu paquete de "
                "{{shop_name}} y lo estamos revisando.\n\n"
                "Paquete: {{parcel}}\n"
                "Último movimiento: {{heard_on}}\n"
                "Síguelo aquí: {{tracking_link}}\n\n"
                "De momento no tienes que hacer nada."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: नई खबर नहीं",
            body=(
                "आपके {{shop_name}} वाले पार्सल की कुछ दिनों से कोई नई जानकारी नहीं "
                "आई है और हम पता लगा रहे हैं।\n\n"
                "पार्सल: {{parcel}}\n"
                "आखिरी जानकारी: {{heard_on}}\n"
                "यहाँ ट्रैक करें: {{tracking_link}}\n\n"
                "फ़िलहाल आपको कुछ करने की ज़रूरत नहीं है।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: belum ada kabar",
            body=(
                "Sudah beberapa hari tidak ada kabar baru tentang paket Anda dari "
                "{{shop_name}}, dan kami sedang memeriksanya.\n\n"
                "Paket: {{parcel}}\n"
                "Kabar terakhir: {{heard_on}}\n"
                "Lacak di sini: {{tracking_link}}\n\n"
                "Untuk saat ini Anda tidak perlu melakukan apa pun."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: لا جديد",
            body=(
                "لم تصلنا منذ أيام معلومات جديدة عن طردك من {{shop_name}}، ونحن "
                "نتحقق من الأمر.\n\n"
                "الطرد: {{parcel}}\n"
                "آخر تحديث: {{heard_on}}\n"
                "لتتبع الشحنة:\n"
                "{{tracking_link}}\n\n"
                "لا يلزمك أي إجراء في الوقت الحالي."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: nichts Neues",
            body=(
                "Seit einigen Tagen gibt es nichts Neues zu Ihrem Paket von "
                "{{shop_name}}; wir gehen der Sache nach.\n\n"
                "Paket: {{parcel}}\n"
                "Letzte Meldung: {{heard_on}}\n"
                "Sendung verfolgen: {{tracking_link}}\n\n"
                "Im Moment brauchen Sie nichts zu tun."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : sans nouvelles",
            body=(
                "Nous n’avons pas de nouvelles de votre colis de {{shop_name}} "
                "depuis quelques jours et nous vérifions ce qu’il en est.\n\n"
                "Colis : {{parcel}}\n"
                "Dernière étape : {{heard_on}}\n"
                "Suivre le colis : {{tracking_link}}\n\n"
                "Vous n’avez rien à faire pour le moment."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 物流查詢中",
            body=(
                "您好，您在 {{shop_name}} 訂購的包裹已有數天沒有新的物流資訊，我們"
                "正在查詢。\n\n"
                "包裹：{{parcel}}\n"
                "最後更新：{{heard_on}}\n"
                "查詢包裹：\n"
                "{{tracking_link}}\n\n"
                "目前您無須做任何動作。"
            ),
        ),
    },
)

AUTOMATION = Automation(
    name="parcel_stale",
    summary=N_("The carrier has told nothing of the parcel for days."),
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=timedelta(days=5),
    listens_to=parcel_news.LISTENS_TO,
    settings=(_DAYS,),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    concerns=concerns,
)
