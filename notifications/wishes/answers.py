"""What is answered to a wish, in every language that buyers are written in.

One short message each: what ends and what still comes, and the word for the way back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from notifications.wishes.understanding import Wish, understood

LONGEST_BODY, LONGEST_TITLE = 1024, 20
"""Characters that Meta takes in a message with buttons, and on a button."""


class Choice(StrEnum):
    """What somebody meant who said CANCEL; the ids of the buttons."""

    STOP_OFFERS = "wish_stop_offers"
    CANCEL_ORDER = "wish_cancel_order"
    NOTHING = "wish_nothing"


@dataclass(frozen=True, slots=True)
class Button:
    choice: Choice
    title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A message within the day after the buyer's own, so no template."""

    body: str
    buttons: tuple[Button, ...] = ()


def answer_to(wish: Wish, language: str) -> Answer:
    """The answer in one of the languages of ``wording``.

    «START» and «STOP ALL» are what the answers ask to be sent back, in Latin letters
    everywhere: they are understood in every language.
    """
    if wish is Wish.CANCEL:
        body, *titles = _WHAT_IS_MEANT[language]
        return Answer(body, tuple(map(Button, Choice, titles)))
    return Answer(_ANSWERS[language][wish])


def wish_pressed(payload: str, title: str) -> Wish | None:
    """The wish behind a button, ours or that of somebody's template, or None.

    Meta's own for advertising («Stop promotions», in the template's language) tells
    its title as its payload where nobody gave it another.
    """
    if payload == Choice.STOP_OFFERS:
        return Wish.STOP
    for said in (title, payload):
        if (found := understood(said)) is not None:
            return found.wish
    return None


_WHAT_IS_MEANT: Mapping[str, tuple[str, str, str, str]] = {
    "en": (
        "What would you like to cancel? Pick one below. Nothing has been changed yet.",
        *("Stop offers", "Cancel my order", "Nothing"),
    ),
    "ko": (
        "무엇을 취소해 드릴까요? 아래에서 골라 주세요. 아직 변경된 것은 없습니다.",
        *("광고 그만 받기", "주문 취소", "아무것도 아니에요"),
    ),
    "pt_BR": (
        "O que você gostaria de cancelar? Escolha abaixo. Nada foi alterado ainda.",
        *("Parar ofertas", "Cancelar meu pedido", "Nada"),
    ),
    "es": (
        "¿Qué te gustaría cancelar? Elige una opción. Todavía no se ha cambiado nada.",
        *("No más ofertas", "Cancelar mi pedido", "Nada"),
    ),
    "hi": (
        "आप क्या रद्द करना चाहते हैं? नीचे से चुनें। अभी तक कुछ भी बदला नहीं गया है।",
        *("ऑफ़र बंद करें", "ऑर्डर रद्द करें", "कुछ नहीं"),
    ),
    "id": (
        "Apa yang ingin Anda batalkan? Pilih di bawah ini. Belum ada yang diubah.",
        *("Stop promo", "Batalkan pesanan", "Tidak ada"),
    ),
    "ar": (
        "ما الذي تود إلغاءه؟ اختر مما يلي. لم يتغير أي شيء بعد.",
        *("إيقاف العروض", "إلغاء طلبي", "لا شيء"),
    ),
    "de": (
        "Was möchten Sie beenden oder stornieren? Bisher wurde nichts geändert.",
        *("Keine Angebote mehr", "Auftrag stornieren", "Nichts davon"),
    ),
    "fr": (
        "Que souhaitez-vous annuler ? Rien n’a encore été modifié.",
        *("Arrêter les offres", "Annuler ma commande", "Rien"),
    ),
    "zh_TW": (
        "請問您想取消什麼？請從下方選擇。目前尚未做任何變更。",
        *("不再收到優惠訊息", "取消訂單", "都不是"),
    ),
}
_ANSWERS: Mapping[str, Mapping[Wish, str]] = {
    "en": {
        Wish.STOP: (
            "Done: you will get no more offers from us here. News about your orders "
            "and parcels still comes. To get offers again, reply START. To end all "
            "messages, reply STOP ALL."
        ),
        Wish.STOP_ALL: (
            "Done: you will get no more messages from us here, and no news of your "
            "parcels either. To hear from us again, reply START."
        ),
        Wish.START: (
            "Welcome back: you will hear from us here again. To end offers, reply "
            "STOP; to end all messages, STOP ALL."
        ),
    },
    "ko": {
        Wish.STOP: (
            "처리되었습니다. 이제 광고 메시지를 보내지 않습니다. 주문과 배송 소식은 "
            "계속 보내 드립니다. 광고를 다시 받으시려면 START, 모든 메시지를 그만 "
            "받으시려면 STOP ALL을 보내 주세요."
        ),
        Wish.STOP_ALL: (
            "처리되었습니다. 배송 소식을 포함해 앞으로 아무 메시지도 보내지 않습니다. "
            "다시 받으시려면 START를 보내 주세요."
        ),
        Wish.START: (
            "처리되었습니다. 이제 다시 메시지를 보내 드립니다. 광고를 그만 받으시려면 "
            "STOP, 모든 메시지를 그만 받으시려면 STOP ALL을 보내 주세요."
        ),
    },
    "pt_BR": {
        Wish.STOP: (
            "Pronto: você não vai mais receber ofertas por aqui. As notícias dos seus "
            "pedidos e entregas continuam chegando. Para voltar a receber ofertas, "
            "responda START. Para encerrar todas as mensagens, responda STOP ALL."
        ),
        Wish.STOP_ALL: (
            "Pronto: você não vai mais receber nenhuma mensagem nossa por aqui, nem "
            "notícias das suas entregas. Para voltar a receber, responda START."
        ),
        Wish.START: (
            "Pronto: você voltará a receber nossas mensagens por aqui. Para parar as "
            "ofertas, responda STOP; para encerrar tudo, STOP ALL."
        ),
    },
    "es": {
        Wish.STOP: (
            "Listo: ya no recibirás ofertas por aquí. Las noticias de tus pedidos y "
            "envíos seguirán llegando. Para volver a recibir ofertas, responde START. "
            "Para no recibir ningún mensaje, responde STOP ALL."
        ),
        Wish.STOP_ALL: (
            "Listo: ya no recibirás ningún mensaje nuestro por aquí, tampoco las "
            "noticias de tus envíos. Para volver a recibirlos, responde START."
        ),
        Wish.START: (
            "Listo: volverás a recibir nuestros mensajes por aquí. Para dejar las "
            "ofertas, responde STOP; para no recibir nada, STOP ALL."
        ),
    },
    "hi": {
        Wish.STOP: (
            "हो गया: अब आपको यहाँ हमारे ऑफ़र नहीं मिलेंगे। आपके ऑर्डर और पार्सल की जानकारी "
            "मिलती रहेगी। ऑफ़र फिर से पाने के लिए START लिखें। सभी मैसेज बंद करने के लिए "
            "STOP ALL लिखें।"
        ),
        Wish.STOP_ALL: (
            "हो गया: अब आपको यहाँ हमारा कोई मैसेज नहीं मिलेगा, पार्सल की जानकारी भी नहीं। "
            "फिर से पाने के लिए START लिखें।"
        ),
        Wish.START: (
            "हो गया: अब आपको यहाँ फिर से हमारे मैसेज मिलेंगे। ऑफ़र बंद करने के लिए STOP "
            "लिखें, और सभी मैसेज बंद करने के लिए STOP ALL।"
        ),
    },
    "id": {
        Wish.STOP: (
            "Selesai: Anda tidak akan menerima penawaran lagi di sini. Kabar pesanan "
            "dan paket Anda tetap dikirim. Untuk menerima penawaran lagi, balas START. "
            "Untuk menghentikan semua pesan, balas STOP ALL."
        ),
        Wish.STOP_ALL: (
            "Selesai: Anda tidak akan menerima pesan apa pun lagi dari kami di sini, "
            "termasuk kabar paket. Untuk menerima lagi, balas START."
        ),
        Wish.START: (
            "Selesai: Anda akan menerima pesan kami lagi di sini. Untuk menghentikan "
            "penawaran, balas STOP; untuk semua pesan, STOP ALL."
        ),
    },
    "ar": {
        Wish.STOP: (
            "تم: لن تصلك عروضنا هنا بعد الآن. أخبار طلباتك وشحناتك ستستمر في الوصول.\n"
            "للعودة إلى العروض أرسل START\n"
            "ولإيقاف كل الرسائل أرسل STOP ALL"
        ),
        Wish.STOP_ALL: (
            "تم: لن تصلك أي رسائل منا هنا بعد الآن، ولا حتى أخبار شحناتك.\n"
            "للعودة أرسل START"
        ),
        Wish.START: (
            "تم: ستصلك رسائلنا هنا من جديد.\n"
            "لإيقاف العروض أرسل STOP\n"
            "ولإيقاف كل الرسائل أرسل STOP ALL"
        ),
    },
    "de": {
        Wish.STOP: (
            "Erledigt: Sie bekommen hier keine Angebote mehr von uns. Nachrichten zu "
            "Ihren Bestellungen und Paketen kommen weiterhin. Mit START bekommen Sie "
            "wieder Angebote, mit STOP ALL enden alle Nachrichten."
        ),
        Wish.STOP_ALL: (
            "Erledigt: Sie bekommen hier keine Nachrichten mehr von uns, auch nicht zu "
            "Ihren Paketen. Wenn Sie wieder von uns hören möchten, antworten Sie START."
        ),
        Wish.START: (
            "Erledigt: Sie hören hier wieder von uns. Mit STOP enden die Angebote, mit "
            "STOP ALL alle Nachrichten."
        ),
    },
    "fr": {
        Wish.STOP: (
            "C’est fait : vous ne recevrez plus d’offres ici. Les nouvelles de vos "
            "commandes et colis continuent d’arriver. Pour recevoir à nouveau nos "
            "offres, répondez START. Pour arrêter tous les messages, répondez STOP ALL."
        ),
        Wish.STOP_ALL: (
            "C’est fait : vous ne recevrez plus aucun message de notre part ici, pas "
            "même les nouvelles de vos colis. Pour en recevoir à nouveau, répondez "
            "START."
        ),
        Wish.START: (
            "C’est fait : vous recevrez à nouveau nos messages ici. Pour arrêter les "
            "offres, répondez STOP ; pour tout arrêter, STOP ALL."
        ),
    },
    "zh_TW": {
        Wish.STOP: (
            "已為您處理：您不會再收到我們的優惠訊息，訂單與包裹的通知仍會照常傳送。"
            "若要再次收到優惠，請回覆 START；若要停止所有訊息，請回覆 STOP ALL。"
        ),
        Wish.STOP_ALL: (
            "已為您處理：您不會再收到我們的任何訊息，包裹通知也會停止。"
            "若要恢復，請回覆 START。"
        ),
        Wish.START: (
            "已為您處理：您將再次收到我們的訊息。"
            "若不想收到優惠，請回覆 STOP；若要停止所有訊息，請回覆 STOP ALL。"
        ),
    },
}
