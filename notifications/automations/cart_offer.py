"""Offer somebody a code for what they have left at the checkout: a step of a flow."""

from datetime import timedelta

from core.shopping import CheckoutSeen
from core.values import Scope
from core.words import N_
from notifications import saying, wording
from notifications.automations import Automation, Config, Draft, NotProposed
from notifications.wording import Text


def concerns(event: CheckoutSeen) -> bool:
    """No event calls for it: a flow goes on with it, where its owner wants that."""
    return False


def propose(event: CheckoutSeen, config: Config) -> Draft | NotProposed:
    return NotProposed("step_of_flow")


TEMPLATE = wording.limited_offer(
    "sosik_cart_offer_1",
    examples={
        "sender": "Example Store",
        "percent": "10%",
        "cart_items": "Stoneware mug and 2 more",
        "code": "HJ4K7MRT9CXW",
        "time_left": "24 hours",
    },
    texts={
        "en": Text(
            header="",
            body=(
                ": take {{percent}} off what you left with us, {{cart_items}}. "
                "The code {{code}} counts once, for the next {{time_left}}."
            ),
            deal="Offer for you",
            link="Go to your cart",
        ),
        "ko": Text(
            header="",
            body=(
                ": 담아 두신 상품({{cart_items}})을 {{percent}} 할인해 "
                "드립니다. 할인 코드 {{code}}: 1회 사용 가능, 남은 시간 "
                "{{time_left}}입니다."
            ),
            deal="기간 한정 혜택",
            link="장바구니로 이동",
        ),
        "pt_BR": Text(
            header="",
            body=(
                ": você tem {{percent}} de desconto no que deixou com a gente: "
                "{{cart_items}}. O código {{code}} vale uma vez e termina em "
                "{{time_left}}."
            ),
            deal="Oferta limitada",
            link="Ir para o carrinho",
        ),
        "es": Text(
            header="",
            body=(
                ": tienes un {{percent}} de descuento en lo que dejaste "
                "pendiente: {{cart_items}}. El código {{code}} vale una sola "
                "vez y termina en {{time_left}}."
            ),
            deal="Oferta limitada",
            link="Ir al carrito",
        ),
        "hi": Text(
            header="",
            body=(
                ": आपके कार्ट में रखे सामान ({{cart_items}}) पर {{percent}} की "
                "छूट। कोड {{code}} एक बार इस्तेमाल हो सकता है और {{time_left}} "
                "में समाप्त हो जाएगा।"
            ),
            deal="सीमित ऑफ़र",
            link="कार्ट पर जाएँ",
        ),
        "id": Text(
            header="",
            body=(
                ": diskon {{percent}} untuk barang di keranjang Anda: "
                "{{cart_items}}. Kode {{code}} berlaku satu kali dan berakhir "
                "dalam {{time_left}}."
            ),
            deal="Promo terbatas",
            link="Buka keranjang",
        ),
        "ar": Text(
            header="",
            body=(
                ": خصم {{percent}} على ما تركته في سلتك: {{cart_items}}. الرمز "
                "{{code}} يُستخدم مرة واحدة، والوقت المتبقي: {{time_left}}."
            ),
            deal="عرض محدود",
            link="الذهاب إلى السلة",
        ),
        "de": Text(
            header="",
            body=(
                ": Sie sparen {{percent}} auf das, was noch in Ihrem Warenkorb "
                "liegt: {{cart_items}}. Der Code {{code}} gilt einmal und noch "
                "{{time_left}}."
            ),
            deal="Nur kurze Zeit",
            link="Zum Warenkorb",
        ),
        "fr": Text(
            header="",
            body=(
                " : profitez de {{percent}} de réduction sur votre panier, "
                "{{cart_items}}. Le code {{code}} est valable une fois et "
                "expire dans {{time_left}}."
            ),
            deal="Offre limitée",
            link="Voir mon panier",
        ),
        "zh_TW": Text(
            header="",
            body=(
                "：您留下的商品（{{cart_items}}）可享 {{percent}} "
                "的折扣優惠。優惠碼 {{code}} "
                "限用一次，剩餘時間：{{time_left}}。"
            ),
            deal="限時優惠",
            link="前往購物車",
        ),
    },
)

AUTOMATION = Automation(
    name="cart_offer",
    summary=N_("A code for what was left at the checkout."),
    scope=Scope.MARKETING,
    topic="carts",
    priority=1,
    lifetime=timedelta(hours=24),
    listens_to=(CheckoutSeen,),
    settings=(),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    concerns=concerns,
    step_of="cart_reminder",
    makes_offer=True,
)
