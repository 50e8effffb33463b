"""What is answered to a buyer who has said whether they want what they have ordered, in
every language. ``{order}`` and ``{shop}`` stand for the names of both."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerTexts:
    """``noted`` is for whose wish the store sees to itself, and ``late`` for who said
    something when the store had gone on without it."""

    confirmed: str
    cancelled: str
    on_its_way: str
    noted: str
    late: str


ANSWERS: Mapping[str, AnswerTexts] = {
    "en": AnswerTexts(
        "Thank you: order {order} at {shop} is confirmed.",
        "Order {order} at {shop} has been cancelled. You have nothing to pay.",
        "Order {order} is on its way to you already and cannot be cancelled any more. "
        "If you do not want it, please tell {shop}.",
        "{shop} has been told that you do not want order {order}, and will see to it.",
        "Thank you for your answer about order {order}. It came late, so {shop} will "
        "see to it and tell you how it goes on.",
    ),
    "ko": AnswerTexts(
        "감사합니다. {shop}의 주문 {order}이(가) 확정되었습니다.",
        "{shop}의 주문 {order}이(가) 취소되었습니다. 결제하실 금액은 없습니다.",
        "주문 {order}은(는) 이미 발송되어 취소할 수 없습니다. 상품을 원하지 않으시면 "
        "{shop}에 알려 주세요.",
        "주문 {order}을(를) 원하지 않으신다는 뜻을 {shop}에 전달했습니다. 쇼핑몰에서 "
        "확인 후 처리해 드립니다.",
        "주문 {order}에 대해 답해 주셔서 감사합니다. 답변이 늦게 도착하여 {shop}에서 "
        "확인한 뒤 이후 진행을 알려 드립니다.",
    ),
    "pt_BR": AnswerTexts(
        "Obrigado! O pedido {order} em {shop} está confirmado.",
        "O pedido {order} em {shop} foi cancelado. Você não tem nada a pagar.",
        "O pedido {order} já está a caminho e não pode mais ser cancelado. Se você não "
        "o quiser, avise {shop}.",
        "Avisamos {shop} de que você não quer o pedido {order}. A loja vai cuidar "
        "disso.",
        "Obrigado pela resposta sobre o pedido {order}. Ela chegou tarde, por isso "
        "{shop} vai verificar e avisar você como fica.",
    ),
    "es": AnswerTexts(
        "¡Gracias! El pedido {order} en {shop} está confirmado.",
        "El pedido {order} en {shop} se ha cancelado. No tienes nada que pagar.",
        "El pedido {order} ya está en camino y no se puede cancelar. Si no lo quieres, "
        "avisa a {shop}.",
        "Hemos avisado a {shop} de que no quieres el pedido {order}. La tienda se "
        "encargará de ello.",
        "Gracias por tu respuesta sobre el pedido {order}. Ha llegado tarde, así que "
        "{shop} lo revisará y te dirá cómo sigue.",
    ),
    "hi": AnswerTexts(
        "धन्यवाद! {shop} पर आपका ऑर्डर {order} पक्का हो गया है।",
        "{shop} पर आपका ऑर्डर {order} रद्द कर दिया गया है। आपको कुछ नहीं चुकाना है।",
        "ऑर्डर {order} पहले ही भेजा जा चुका है और अब रद्द नहीं हो सकता। यदि आपको यह नहीं "
        "चाहिए, तो कृपया {shop} को बताएँ।",
        "हमने {shop} को बता दिया है कि आपको ऑर्डर {order} नहीं चाहिए। आगे की कार्रवाई स्टोर "
        "करेगा।",
        "ऑर्डर {order} के बारे में जवाब देने के लिए धन्यवाद। जवाब देर से मिला, इसलिए {shop} इसे "
        "देखकर आपको आगे की जानकारी देगा।",
    ),
    "id": AnswerTexts(
        "Terima kasih! Pesanan {order} di {shop} sudah dikonfirmasi.",
        "Pesanan {order} di {shop} telah dibatalkan. Tidak ada yang perlu Anda bayar.",
        "Pesanan {order} sudah dalam perjalanan dan tidak dapat dibatalkan lagi. Jika "
        "Anda tidak menginginkannya, silakan beri tahu {shop}.",
        "Kami sudah memberi tahu {shop} bahwa Anda tidak menginginkan pesanan {order}. "
        "Toko akan menanganinya.",
        "Terima kasih atas jawaban Anda tentang pesanan {order}. Karena terlambat kami "
        "terima, {shop} akan memeriksanya dan mengabari Anda.",
    ),
    "ar": AnswerTexts(
        "شكرًا لك، تم تأكيد الطلب {order} لدى {shop}.",
        "تم إلغاء الطلب {order} لدى {shop}. لا يلزمك دفع أي مبلغ.",
        "الطلب {order} في الطريق إليك بالفعل ولا يمكن إلغاؤه. إذا كنت لا تريده فيُرجى "
        "إبلاغ {shop}.",
        "أبلغنا {shop} بأنك لا تريد الطلب {order}، وسيتولى المتجر الأمر.",
        "شكرًا على ردك بشأن الطلب {order}. وصل الرد متأخرًا، لذا سيتابع {shop} الأمر "
        "ويخبرك بالخطوة التالية.",
    ),
    "de": AnswerTexts(
        "Vielen Dank, die Bestellung {order} bei {shop} ist bestätigt.",
        "Die Bestellung {order} bei {shop} ist storniert. Sie müssen nichts bezahlen.",
        "Die Bestellung {order} ist schon unterwegs und lässt sich nicht mehr "
        "stornieren. Wenn Sie sie nicht möchten, melden Sie sich bitte bei {shop}.",
        "{shop} weiß jetzt, dass Sie die Bestellung {order} nicht möchten, und kümmert "
        "sich darum.",
        "Danke für Ihre Antwort zur Bestellung {order}. Sie kam spät: {shop} kümmert "
        "sich darum und sagt Ihnen, wie es weitergeht.",
    ),
    "fr": AnswerTexts(
        "Merci, la commande {order} chez {shop} est confirmée.",
        "La commande {order} chez {shop} est annulée. Vous n’avez rien à payer.",
        "La commande {order} est déjà en route et ne peut plus être annulée. Si vous "
        "n’en voulez pas, merci de prévenir {shop}.",
        "{shop} sait maintenant que vous ne souhaitez pas la commande {order} et s’en "
        "occupe.",
        "Merci pour votre réponse au sujet de la commande {order}. Elle est arrivée "
        "tard : {shop} s’en occupe et vous dira la suite.",
    ),
    "zh_TW": AnswerTexts(
        "謝謝您，{shop} 的訂單 {order} 已確認。",
        "{shop} 的訂單 {order} 已取消，您無須付款。",
        "訂單 {order} 已經寄出，無法再取消。如果您不需要這些商品，請告知 {shop}。",
        "已告知 {shop} 您不需要訂單 {order}，店家會為您處理。",
        "謝謝您回覆訂單 {order}。由於回覆較晚，{shop} 會確認後告知您後續安排。",
    ),
}
