"""What is answered to a cart that somebody has filled in a chat, in every language.

``{shop}`` is the store's name, ``{title}`` a thing's, ``{left}`` how many of it there
are; ``{total}``, ``{before}`` and ``{now}`` are amounts of money.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CartTexts:
    """``ready`` and ``ready_for`` begin an answer, ``nothing`` is all of one where
    nothing can be bought. The others are lines, and ``more`` stands for those that find
    no room. ``button`` has 20 characters at most."""

    ready: str
    ready_for: str
    nothing: str
    differs: str
    gone: str
    sold_out: str
    fewer: str
    price: str
    more: str
    button: str


CARTS: Mapping[str, CartTexts] = {
    "en": CartTexts(
        ready="Your cart at {shop} is ready. You can pay for it here:",
        ready_for="Your cart at {shop} is ready: {total}, before shipping and "
        "discounts. You can pay for it here:",
        nothing="We are sorry: nothing of what you chose at {shop} can be bought any "
        "more.",
        differs="This is different from what you saw:",
        gone="Something you chose is no longer sold.",
        sold_out="{title} is sold out.",
        fewer="Of {title} there are only {left} left.",
        price="{title} costs {now} now, instead of {before}.",
        more="And {left} more.",
        button="Go to checkout",
    ),
    "ko": CartTexts(
        ready="{shop} 장바구니가 준비되었습니다. 여기에서 결제하실 수 있습니다.",
        ready_for="{shop} 장바구니가 준비되었습니다. 합계 {total}(배송비와 할인 적용 "
        "전)이며, 여기에서 결제하실 수 있습니다.",
        nothing="죄송합니다. {shop}에서 고르신 상품은 지금 모두 구매하실 수 없습니다.",
        differs="보신 내용과 달라진 점이 있습니다.",
        gone="고르신 상품 중 판매가 종료된 것이 있습니다.",
        sold_out="{title}: 품절되었습니다.",
        fewer="{title}: 남은 수량이 {left}개입니다.",
        price="{title}: 가격이 {before}에서 {now}(으)로 바뀌었습니다.",
        more="그 밖에 {left}건이 더 있습니다.",
        button="결제하러 가기",
    ),
    "pt_BR": CartTexts(
        ready="Seu carrinho em {shop} está pronto. Você pode pagar aqui:",
        ready_for="Seu carrinho em {shop} está pronto: {total}, sem frete e "
        "descontos. Você pode pagar aqui:",
        nothing="Desculpe: nada do que você escolheu em {shop} está mais disponível.",
        differs="Algo mudou em relação ao que você viu:",
        gone="Um item escolhido não é mais vendido.",
        sold_out="Esgotado: {title}.",
        fewer="De {title} restam apenas {left}.",
        price="{title} agora custa {now}, em vez de {before}.",
        more="E mais {left}.",
        button="Finalizar compra",
    ),
    "es": CartTexts(
        ready="Tu carrito en {shop} está listo. Puedes pagarlo aquí:",
        ready_for="Tu carrito en {shop} está listo: {total}, sin envío ni descuentos. "
        "Puedes pagarlo aquí:",
        nothing="Lo sentimos: nada de lo que elegiste en {shop} está ya disponible.",
        differs="Algo ha cambiado respecto a lo que viste:",
        gone="Un artículo que elegiste ya no se vende.",
        sold_out="Agotado: {title}.",
        fewer="De {title} solo quedan {left}.",
        price="{title} cuesta ahora {now}, en lugar de {before}.",
        more="Y {left} más.",
        button="Ir al pago",
    ),
    "hi": CartTexts(
        ready="{shop} पर आपका कार्ट तैयार है। आप यहाँ भुगतान कर सकते हैं:",
        ready_for="{shop} पर आपका कार्ट तैयार है: {total} (शिपिंग और छूट से पहले)। आप "
        "यहाँ भुगतान कर सकते हैं:",
        nothing="क्षमा करें: {shop} पर आपने जो चुना था, उसमें से अब कुछ भी उपलब्ध नहीं है।",
        differs="आपने जो देखा था, उससे यह अलग है:",
        gone="आपकी चुनी हुई एक चीज़ अब नहीं बिकती।",
        sold_out="{title} स्टॉक में नहीं है।",
        fewer="{title} के केवल {left} बचे हैं।",
        price="{title} की कीमत अब {before} की जगह {now} है।",
        more="और {left} अन्य।",
        button="भुगतान करें",
    ),
    "id": CartTexts(
        ready="Keranjang Anda di {shop} sudah siap. Anda bisa membayarnya di sini:",
        ready_for="Keranjang Anda di {shop} sudah siap: {total}, belum termasuk ongkir "
        "dan diskon. Anda bisa membayarnya di sini:",
        nothing="Maaf, semua yang Anda pilih di {shop} sudah tidak tersedia.",
        differs="Ada yang berbeda dari yang Anda lihat:",
        gone="Salah satu pilihan Anda sudah tidak dijual.",
        sold_out="{title} sudah habis.",
        fewer="{title} hanya tersisa {left}.",
        price="{title} sekarang {now}, sebelumnya {before}.",
        more="Dan {left} lagi.",
        button="Bayar sekarang",
    ),
    "ar": CartTexts(
        ready="سلتك في {shop} جاهزة. يمكنك الدفع من هنا:",
        ready_for="سلتك في {shop} جاهزة: {total} قبل الشحن والخصومات. يمكنك الدفع من "
        "هنا:",
        nothing="نعتذر، لم يعد أي مما اخترته من {shop} متوفرًا.",
        differs="هناك اختلاف عما رأيته:",
        gone="أحد المنتجات التي اخترتها لم يعد يُباع.",
        sold_out="نفدت الكمية: {title}.",
        fewer="لم يتبق من {title} سوى {left}.",
        price="أصبح سعر {title} الآن {now} بدلًا من {before}.",
        more="و{left} أخرى.",
        button="إتمام الشراء",
    ),
    "de": CartTexts(
        ready="Ihr Warenkorb bei {shop} ist fertig. Hier können Sie ihn bezahlen:",
        ready_for="Ihr Warenkorb bei {shop} ist fertig: {total}, ohne Versand und "
        "Rabatte. Hier können Sie ihn bezahlen:",
        nothing="Es tut uns leid: Von dem, was Sie bei {shop} ausgesucht haben, ist "
        "nichts mehr erhältlich.",
        differs="Das ist anders, als Sie es gesehen haben:",
        gone="Ein ausgesuchter Artikel wird nicht mehr verkauft.",
        sold_out="{title} ist ausverkauft.",
        fewer="Von {title} gibt es nur noch {left}.",
        price="{title} kostet jetzt {now} statt {before}.",
        more="Und {left} weitere.",
        button="Zur Kasse",
    ),
    "fr": CartTexts(
        ready="Votre panier chez {shop} est prêt. Vous pouvez le régler ici :",
        ready_for="Votre panier chez {shop} est prêt : {total}, hors livraison et "
        "remises. Vous pouvez le régler ici :",
        nothing="Désolé : rien de ce que vous avez choisi chez {shop} n’est encore "
        "disponible.",
        differs="Voici ce qui a changé depuis :",
        gone="Un article choisi n’est plus vendu.",
        sold_out="Épuisé : {title}.",
        fewer="Il ne reste que {left} de {title}.",
        price="{title} coûte maintenant {now} au lieu de {before}.",
        more="Et {left} de plus.",
        button="Passer au paiement",
    ),
    "zh_TW": CartTexts(
        ready="您在 {shop} 的購物車已準備好，可以在這裡結帳：",
        ready_for="您在 {shop} 的購物車已準備好：{total}（未含運費與折扣），可以在這裡"
        "結帳：",
        nothing="很抱歉，您在 {shop} 選擇的商品目前都無法購買。",
        differs="與您看到的內容有以下不同：",
        gone="您選擇的一項商品已停止販售。",
        sold_out="{title} 已售完。",
        fewer="{title} 僅剩 {left} 件。",
        price="{title} 的價格由 {before} 變更為 {now}。",
        more="另外還有 {left} 項。",
        button="前往結帳",
    ),
}
