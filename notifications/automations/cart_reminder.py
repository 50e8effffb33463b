"""Remind somebody of what they have left at the checkout."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core.shopping import CheckoutSeen, lines_of
from core.values import Item, Scope
from core.words import N_
from notifications import cart_product_texts, saying, wording
from notifications.automations import (
    AFTER_MINUTES,
    HOLDOUT_SETTING,
    Automation,
    Config,
    Draft,
    InSteps,
    NotProposed,
    WholeNumber,
    first_told,
)
from notifications.rules.flows import Limits, Step
from notifications.wording import Text

_AFTER = WholeNumber(
    name=AFTER_MINUTES,
    meaning="How long after its last change a checkout counts as left.",
    default=60,
    # Shopify's link to a checkout leads nowhere in its first ten minutes or so.
    least=30,
    most=72 * 60,
)


_OFFER_AFTER_MINUTES = 23 * 60
"""So long after the reminder: a day after the cart was left, as it comes."""

_OFFER = WholeNumber(
    name="offer_percent",
    meaning="Percent off for a large cart a day later, with a code; 0 for no offer.",
    default=10,
    least=0,
    most=50,
)

_LARGE: Mapping[str, str] = {
    "AED": "190",
    "AUD": "75",
    "BRL": "250",
    "CAD": "70",
    "CHF": "45",
    "CLP": "48000",
    "COP": "200000",
    "CZK": "1100",
    "DKK": "350",
    "EUR": "50",
    "GBP": "40",
    "HKD": "390",
    "IDR": "800000",
    "ILS": "180",
    "INR": "4000",
    "JPY": "7500",
    "KRW": "70000",
    "MXN": "900",
    "MYR": "210",
    "NOK": "550",
    "NZD": "85",
    "PLN": "200",
    "SAR": "190",
    "SEK": "520",
    "SGD": "65",
    "THB": "1600",
    "TRY": "2100",
    "TWD": "1600",
    "USD": "50",
    "ZAR": "900",
}
"""What a cart is worth to which an offer is made, in the store's currency: fifty
dollars or so, round, of 2026. Where its currency is not named no offer is made; a store
that wants another bound writes a flow of its own."""


def concerns(event: CheckoutSeen) -> bool:
    return event.completed_at is None and event.closed_at is None


def default(config: Config) -> Mapping[str, Any]:
    first = {
        "key": "1",
        "message": "cart_reminder",
        "after_minutes": config[_AFTER.name],
    }
    if not config[_OFFER.name]:
        return {"steps": [first]}
    second = {
        "key": "2",
        "message": "cart_offer",
        "after_minutes": config[_AFTER.name] + _OFFER_AFTER_MINUTES,
        "when": {"value_at_least": dict(_LARGE)},
        "offer": {"percent": config[_OFFER.name]},
    }
    return {"steps": [first, second]}


def begin(event: CheckoutSeen, step: Step) -> Draft | NotProposed:
    """A timer, of which a checkout has one for each step.

    Moving it with each change would be a write for each. Instead it looks, when its
    time comes, at when the last change was, and waits on.
    """
    if event.phone is None:
        return NotProposed("no_phone")
    if not event.items:
        return NotProposed("cart_empty")
    if event.url is None and not _can_be_filled(event.items):
        return NotProposed("no_cart_link")
    return Draft(
        # Whatever stands first by now: who was told once is not told from the start.
        occasion="cart_reminder:1",
        order_id=None,
        checkout_token=event.token,
        told=first_told(step),
        message=step.message,
        phone=event.phone,
        wanted_at=event.happened_at,
        not_before=event.happened_at + step.after,
    )


# Before that Shopify's link to a checkout may lead nowhere.
LIMITS = Limits(earliest_minutes=30, showing=frozenset({"cart_reminder"}))
FLOW = InSteps(default=default, begin=begin, limits=LIMITS)


def propose(event: CheckoutSeen, config: Config) -> Draft | NotProposed:
    after = timedelta(minutes=config[_AFTER.name])
    return begin(event, Step(key="1", message="cart_reminder", after=after))


def _can_be_filled(items: tuple[Item, ...]) -> bool:
    """Whether an address can put the same things into a cart."""
    return bool(lines_of([(item.variant_id, item.quantity) for item in items]))


TEMPLATE = wording.offer(
    "sosik_cart_reminder_1",
    examples={
        "sender": "Example Store",
        "cart_items": "Stoneware mug and 2 more",
        "cart_link": "https://sosik.example.com/l/8fK2mQz71bYc4R",
    },
    texts={
        "en": Text(
            header="{{sender}}: your cart",
            body=(
                "You have left something with us: {{cart_items}}.\n\n"
                "We have kept your cart, and you can go on where you stopped: "
                "{{cart_link}}\n\n"
                "If you have changed your mind, there is nothing you need to do."
            ),
        ),
        "ko": Text(
            header="{{sender}} 장바구니 안내",
            body=(
                "주문을 마치지 않은 상품이 있습니다: {{cart_items}}\n\n"
                "장바구니를 그대로 보관해 두었으니, 아래에서 이어서 주문하실 수 "
                "있습니다.\n"
                "{{cart_link}}\n\n"
                "구매를 원하지 않으시면 따로 하실 일은 없습니다."
            ),
        ),
        "pt_BR": Text(
            header="{{sender}}: seu carrinho",
            body=(
                "Você deixou algo com a gente: {{cart_items}}.\n\n"
                "Guardamos o seu carrinho, e você pode continuar de onde parou: "
                "{{cart_link}}\n\n"
                "Se mudou de ideia, não precisa fazer nada."
            ),
        ),
        "es": Text(
            header="{{sender}}: tu carrito",
            body=(
                "Has dejado algo pendiente: {{cart_items}}.\n\n"
                "Te hemos guardado el carrito y puedes seguir donde lo dejaste: "
                "{{cart_link}}\n\n"
                "Si has cambiado de idea, no tienes que hacer nada."
            ),
        ),
        "hi": Text(
            header="{{sender}}: आपका कार्ट",
            body=(
                "आपका ऑर्डर अभी पूरा नहीं हुआ है: {{cart_items}}।\n\n"
                "हमने आपका कार्ट सँभालकर रखा है। जहाँ रुके थे, वहीं से आगे बढ़ें: "
                "{{cart_link}}\n\n"
                "अगर आपका मन बदल गया है, तो कुछ करने की ज़रूरत नहीं।"
            ),
        ),
        "id": Text(
            header="{{sender}}: keranjang Anda",
            body=(
                "Ada yang tertinggal di keranjang Anda: {{cart_items}}.\n\n"
                "Keranjang Anda kami simpan. Anda bisa melanjutkannya di sini: "
                "{{cart_link}}\n\n"
                "Jika Anda berubah pikiran, tidak perlu melakukan apa pun."
            ),
        ),
        "ar": Text(
            header="{{sender}}: سلة مشترياتك",
            body=(
                "لم يكتمل طلبك بعد: {{cart_items}}.\n\n"
                "احتفظنا لك بسلة مشترياتك، ويمكنك المتابعة من حيث توقفت:\n"
                "{{cart_link}}\n\n"
                "إذا غيّرت رأيك، فلا يلزمك أي إجراء."
            ),
        ),
        "de": Text(
            header="{{sender}}: Ihr Warenkorb",
            body=(
                "In Ihrem Warenkorb liegt noch etwas: {{cart_items}}.\n\n"
                "Wir haben ihn für Sie aufgehoben. Hier geht es dort weiter, wo Sie "
                "aufgehört haben: {{cart_link}}\n\n"
                "Falls Sie es sich anders überlegt haben, brauchen Sie nichts zu tun."
            ),
        ),
        "fr": Text(
            header="{{sender}} : votre panier",
            body=(
                "Vous avez laissé un achat en cours : {{cart_items}}.\n\n"
                "Nous avons gardé votre panier, et vous pouvez reprendre où vous en "
                "étiez : {{cart_link}}\n\n"
                "Si vous avez changé d’avis, vous n’avez rien à faire."
            ),
        ),
        "zh_TW": Text(
            header="{{sender}}：您的購物車",
            body=(
                "您還有尚未完成的訂購：{{cart_items}}。\n\n"
                "我們為您保留了購物車，您可以從這裡繼續：\n"
                "{{cart_link}}\n\n"
                "如果您改變了主意，無須任何動作。"
            ),
        ),
    },
)

AUTOMATION = Automation(
    name="cart_reminder",
    summary=N_("Something was left at the checkout."),
    scope=Scope.MARKETING,
    topic="carts",
    priority=1,
    lifetime=timedelta(hours=24),
    listens_to=(CheckoutSeen,),
    settings=(_AFTER, _OFFER, HOLDOUT_SETTING),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    concerns=concerns,
    flow=FLOW,
    showing=cart_product_texts.TEMPLATE,
)
