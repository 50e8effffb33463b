"""How a reminder is worded that shows what was left, out of the catalog.

It has no button of its own beside the one that opens the things, since Meta takes none.
"""

from collections.abc import Mapping

from notifications import wording
from notifications.wording import Text

TITLES: Mapping[str, str] = {
    "en": "Your cart",
    "ko": "장바구니 상품",
    "pt_BR": "Seu carrinho",
    "es": "Tu carrito",
    "hi": "आपका कार्ट",
    "id": "Keranjang Anda",
    "ar": "سلة مشترياتك",
    "de": "Ihr Warenkorb",
    "fr": "Votre panier",
    "zh_TW": "您的購物車",
}

TEMPLATE = wording.offer_of_products(
    "sosik_cart_products_1",
    examples={
        "sender": "Example Store",
        "cart_items": "Stoneware mug and 2 more",
        "cart_link": "https://example.com/l/8fK2mQz71bYc4R",
    },
    texts={
        "en": Text(
            header="{{sender}}: your cart",
            body=(
                "You have left something with us: {{cart_items}}. Here you can look "
                "at it again.\n\n"
                "Your cart is kept as well, and you can go on where you stopped: "
                "{{cart_link}}\n\n"
                "If you have changed your mind, there is nothing you need to do."
            ),
        ),
        "ko": Text(
            header="{{sender}} 장바구니 안내",
            body=(
                "주문을 마치지 않은 상품이 있습니다: {{cart_items}}\n"
                "아래에서 상품을 다시 살펴보실 수 있습니다.\n\n"
                "장바구니도 그대로 보관해 두었으니, 이어서 주문하실 수 있습니다.\n"
                "{{cart_link}}\n\n"
                "구매를 원하지 않으시면 따로 하실 일은 없습니다."
            ),
        ),
        "pt_BR": Text(
            header="{{sender}}: seu carrinho",
            body=(
                "Você deixou algo com a gente: {{cart_items}}. Veja de novo aqui.\n\n"
                "O seu carrinho também está guardado, e você pode continuar de onde "
                "parou: {{cart_link}}\n\n"
                "Se mudou de ideia, não precisa fazer nada."
            ),
        ),
        "es": Text(
            header="{{sender}}: tu carrito",
            body=(
                "Has dejado algo pendiente: {{cart_items}}. Aquí puedes volver a "
                "verlo.\n\n"
                "También te hemos guardado el carrito, y puedes seguir donde lo "
                "dejaste: {{cart_link}}\n\n"
                "Si has cambiado de idea, no tienes que hacer nada."
            ),
        ),
        "hi": Text(
            header="{{sender}}: आपका कार्ट",
            body=(
                "आपका ऑर्डर अभी पूरा नहीं हुआ है: {{cart_items}}। इन्हें यहाँ फिर से देख सकते "
                "हैं।\n\n"
                "आपका कार्ट भी सँभालकर रखा है। जहाँ रुके थे, वहीं से आगे बढ़ें: "
                "{{cart_link}}\n\n"
                "अगर आपका मन बदल गया है, तो कुछ करने की ज़रूरत नहीं।"
            ),
        ),
        "id": Text(
            header="{{sender}}: keranjang Anda",
            body=(
                "Ada yang tertinggal di keranjang Anda: {{cart_items}}. Anda bisa "
                "melihatnya lagi di sini.\n\n"
                "Keranjang Anda juga kami simpan. Lanjutkan dari sini: "
                "{{cart_link}}\n\n"
                "Jika Anda berubah pikiran, tidak perlu melakukan apa pun."
            ),
        ),
        "ar": Text(
            header="{{sender}}: سلة مشترياتك",
            body=(
                "لم يكتمل طلبك بعد: {{cart_items}}. يمكنك تصفّح المنتجات مجددًا هنا.\n\n"
                "واحتفظنا لك أيضًا بسلة مشترياتك، ويمكنك المتابعة من حيث توقفت:\n"
                "{{cart_link}}\n\n"
                "إذا غيّرت رأيك، فلا يلزمك أي إجراء."
            ),
        ),
        "de": Text(
            header="{{sender}}: Ihr Warenkorb",
            body=(
                "In Ihrem Warenkorb liegt noch etwas: {{cart_items}}. Hier können Sie "
                "es sich noch einmal ansehen.\n\n"
                "Auch Ihr Warenkorb ist noch da, und hier geht es dort weiter, wo Sie "
                "aufgehört haben: {{cart_link}}\n\n"
                "Falls Sie es sich anders überlegt haben, brauchen Sie nichts zu tun."
            ),
        ),
        "fr": Text(
            header="{{sender}} : votre panier",
            body=(
                "Vous avez laissé un achat en cours : {{cart_items}}. Vous pouvez le "
                "revoir ici.\n\n"
                "Nous avons aussi gardé votre panier, et vous pouvez reprendre où vous "
                "en étiez : {{cart_link}}\n\n"
                "Si vous avez changé d’avis, vous n’avez rien à faire."
            ),
        ),
        "zh_TW": Text(
            header="{{sender}}：您的購物車",
            body=(
                "您還有尚未完成的訂購：{{cart_items}}。您可以在這裡再看看這些商品。\n\n"
                "我們也為您保留了購物車，您可以從這裡繼續：\n"
                "{{cart_link}}\n\n"
                "如果您改變了主意，無須任何動作。"
            ),
        ),
    },
)
