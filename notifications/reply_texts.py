"""What replies say that no wish is answered with, in every language.

A confirmation holds no advertising: it asks for a yes, says to what, and how to end it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CONFIRMING: Mapping[str, str] = {
    "en": (
        "One more step, so that nobody signs you up against your will: would you like "
        "to get offers from {shop} here on WhatsApp? If so, please confirm below. If "
        "you do nothing, you will get none. You can end it at any time with STOP."
    ),
    "ko": (
        "본인이 원하신 것인지 한 번 더 확인합니다. {shop}의 광고성 메시지를 이 "
        "WhatsApp으로 받으시겠습니까? 받으시려면 아래 버튼을 눌러 주세요. "
        "누르지 않으시면 보내지 않습니다. 언제든지 STOP을 보내 그만 받으실 수 있습니다."
    ),
    "pt_BR": (
        "Só mais um passo, para que ninguém inscreva você sem querer: deseja receber "
        "ofertas de {shop} aqui no WhatsApp? Se sim, confirme abaixo. Se não fizer "
        "nada, não enviaremos ofertas. Você pode encerrar quando quiser com STOP."
    ),
    "es": (
        "Un paso más, para que nadie te suscriba sin tu permiso: ¿quieres recibir "
        "ofertas de {shop} por WhatsApp? Si es así, confírmalo abajo. Si no haces "
        "nada, no recibirás ninguna. Puedes dejarlo cuando quieras con STOP."
    ),
    "hi": (
        "एक और कदम, ताकि कोई आपकी मर्ज़ी के बिना आपको न जोड़े: क्या आप {shop} के ऑफ़र यहाँ "
        "WhatsApp पर पाना चाहते हैं? यदि हाँ, तो नीचे पुष्टि करें। कुछ न करने पर कोई ऑफ़र नहीं "
        "आएगा। आप कभी भी STOP लिखकर इसे बंद कर सकते हैं।"
    ),
    "id": (
        "Satu langkah lagi, agar tidak ada yang mendaftarkan Anda tanpa izin: apakah "
        "Anda ingin menerima promo dari {shop} di WhatsApp ini? Jika ya, silakan "
        "konfirmasi di bawah. Jika tidak, Anda tidak akan menerimanya. Anda dapat "
        "berhenti kapan saja dengan STOP."
    ),
    "ar": (
        "خطوة أخيرة حتى لا يشترك أحد نيابة عنك: هل ترغب في تلقي عروض {shop} هنا على "
        "واتساب؟ إذا كنت ترغب فيُرجى التأكيد أدناه. وإن لم تفعل شيئًا فلن تصلك أي عروض. "
        "يمكنك إيقافها في أي وقت بإرسال STOP."
    ),
    "de": (
        "Noch ein Schritt, damit niemand Sie ungewollt anmeldet: Möchten Sie Angebote "
        "von {shop} hier per WhatsApp erhalten? Dann bestätigen Sie das bitte unten. "
        "Wenn Sie nichts tun, erhalten Sie keine. Mit STOP können Sie das jederzeit "
        "beenden."
    ),
    "fr": (
        "Encore une étape, pour que personne ne vous inscrive à votre insu : "
        "souhaitez-vous recevoir les offres de {shop} ici sur WhatsApp ? Si oui, "
        "confirmez ci-dessous. Sinon, vous n’en recevrez aucune. Vous pouvez arrêter à "
        "tout moment avec STOP."
    ),
    "zh_TW": (
        "還差一步，以確認是您本人的意願：您想在 WhatsApp 上收到 {shop} 的優惠訊息嗎？"
        "如果願意，請點選下方按鈕確認。若您不做任何動作，我們不會傳送優惠訊息。"
        "您隨時可以傳送 STOP 取消。"
    ),
}

CONFIRM_TITLES: Mapping[str, str] = {
    "en": "Yes, send offers",
    "ko": "네, 받겠습니다",
    "pt_BR": "Sim, quero receber",
    "es": "Sí, quiero ofertas",
    "hi": "हाँ, ऑफ़र भेजें",
    "id": "Ya, kirim promo",
    "ar": "نعم، أرسلوا العروض",
    "de": "Ja, bitte Angebote",
    "fr": "Oui, je confirme",
    "zh_TW": "是，我願意",
}


@dataclass(frozen=True, slots=True)
class HowToCancel:
    """For somebody who wants an order cancelled, which nobody can do in the chat."""

    with_page: str
    without_page: str


CANCELLING: Mapping[str, HowToCancel] = {
    "en": HowToCancel(
        "Order {order} has not been cancelled: this chat cannot do that. Please ask "
        "{shop} to cancel it as soon as you can, by answering the e-mail that "
        "confirmed it, or through its page: {link}",
        "Order {order} has not been cancelled: this chat cannot do that. Please ask "
        "{shop} to cancel it as soon as you can, by answering the e-mail that "
        "confirmed it.",
    ),
    "ko": HowToCancel(
        "주문 {order}은(는) 아직 취소되지 않았습니다. 이 채팅에서는 주문을 취소할 수 "
        "없습니다. 주문 확인 이메일에 답장하시거나 주문 페이지를 통해 가능한 한 빨리 "
        "{shop}에 취소를 요청해 주세요: {link}",
        "주문 {order}은(는) 아직 취소되지 않았습니다. 이 채팅에서는 주문을 취소할 수 "
        "없습니다. 주문 확인 이메일에 답장하여 가능한 한 빨리 {shop}에 취소를 "
        "요청해 주세요.",
    ),
    "pt_BR": HowToCancel(
        "O pedido {order} não foi cancelado: não é possível fazer isso por este chat. "
        "Peça o cancelamento a {shop} o quanto antes, respondendo ao e-mail de "
        "confirmação ou pela página do pedido: {link}",
        "O pedido {order} não foi cancelado: não é possível fazer isso por este chat. "
        "Peça o cancelamento a {shop} o quanto antes, respondendo ao e-mail de "
        "confirmação.",
    ),
    "es": HowToCancel(
        "El pedido {order} no se ha cancelado: no es posible hacerlo por este chat. "
        "Pide a {shop} que lo cancele cuanto antes, respondiendo al correo de "
        "confirmación o desde la página del pedido: {link}",
        "El pedido {order} no se ha cancelado: no es posible hacerlo por este chat. "
        "Pide a {shop} que lo cancele cuanto antes, respondiendo al correo de "
        "confirmación.",
    ),
    "hi": HowToCancel(
        "ऑर्डर {order} रद्द नहीं हुआ है: इस चैट से यह नहीं हो सकता। कृपया जल्द से जल्द {shop} से "
        "इसे रद्द करने को कहें, ऑर्डर की पुष्टि वाले ईमेल का जवाब देकर या ऑर्डर के पेज से: {link}",
        "ऑर्डर {order} रद्द नहीं हुआ है: इस चैट से यह नहीं हो सकता। कृपया जल्द से जल्द ऑर्डर की "
        "पुष्टि वाले ईमेल का जवाब देकर {shop} से इसे रद्द करने को कहें।",
    ),
    "id": HowToCancel(
        "Pesanan {order} belum dibatalkan: chat ini tidak dapat melakukannya. Mintalah "
        "{shop} membatalkannya sesegera mungkin dengan membalas email konfirmasi, atau "
        "melalui halaman pesanan: {link}",
        "Pesanan {order} belum dibatalkan: chat ini tidak dapat melakukannya. Mintalah "
        "{shop} membatalkannya sesegera mungkin dengan membalas email konfirmasi.",
    ),
    "ar": HowToCancel(
        "لم يتم إلغاء الطلب {order}، إذ لا يمكن ذلك عبر هذه المحادثة. يُرجى أن تطلب من "
        "{shop} إلغاءه في أقرب وقت، بالرد على رسالة البريد التي أكدت الطلب أو عبر صفحة "
        "الطلب: {link}",
        "لم يتم إلغاء الطلب {order}، إذ لا يمكن ذلك عبر هذه المحادثة. يُرجى أن تطلب من "
        "{shop} إلغاءه في أقرب وقت، بالرد على رسالة البريد التي أكدت الطلب.",
    ),
    "de": HowToCancel(
        "Die Bestellung {order} ist nicht storniert: Das geht in diesem Chat nicht. "
        "Bitten Sie {shop} möglichst bald darum, als Antwort auf die Bestätigung per "
        "E-Mail oder über die Seite der Bestellung: {link}",
        "Die Bestellung {order} ist nicht storniert: Das geht in diesem Chat nicht. "
        "Bitten Sie {shop} möglichst bald darum, als Antwort auf die Bestätigung per "
        "E-Mail.",
    ),
    "fr": HowToCancel(
        "La commande {order} n’est pas annulée : cette discussion ne le permet pas. "
        "Demandez son annulation à {shop} dès que possible, en répondant à l’e-mail de "
        "confirmation ou depuis la page de la commande : {link}",
        "La commande {order} n’est pas annulée : cette discussion ne le permet pas. "
        "Demandez son annulation à {shop} dès que possible, en répondant à l’e-mail de "
        "confirmation.",
    ),
    "zh_TW": HowToCancel(
        "訂單 {order} 尚未取消：此聊天室無法取消訂單。請盡快回覆訂單確認電子郵件，"
        "或透過訂單頁面向 {shop} 申請取消：{link}",
        "訂單 {order} 尚未取消：此聊天室無法取消訂單。請盡快回覆訂單確認電子郵件，"
        "向 {shop} 申請取消。",
    ),
}
