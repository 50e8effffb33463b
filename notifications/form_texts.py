"""The form on which a store's visitors say yes to offers, in every language of ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

VERSION = "1"
"""Of the sentences: a new one whenever any of them changes."""


@dataclass(frozen=True, slots=True)
class FormText:
    """``sentence`` is what somebody agrees to; it names the ``{shop}``."""

    title: str
    phone: str
    hint: str
    sentence: str
    send: str
    bad_phone: str
    unticked: str
    again: str
    later: str
    done: str


def language_for(wishes: Iterable[str]) -> str:
    """The first of these that there is a form in, such as ``pt-PT``, else English."""
    for wish in wishes:
        spoken = wish.replace("-", "_").casefold()
        for language in TEXTS:
            if spoken == language.casefold():
                return language
        for language in TEXTS:
            if spoken.split("_")[0] == language.split("_")[0]:
                return language
    return "en"


TEXTS: Mapping[str, FormText] = MappingProxyType(
    {
        "en": FormText(
            "Offers on WhatsApp",
            "Your WhatsApp number",
            "With the country code, such as +49 for Germany",
            "Yes, I want to get offers from {shop} on WhatsApp. I can end this at any "
            "time by writing STOP.",
            "Send",
            "This number cannot be read. Please write it with the country code.",
            "Please tick the box if you want to get offers.",
            "This page was open for too long. Please send it once more.",
            "This does not work right now. Please try again later.",
            "Thank you. If the number can get our messages, we ask on WhatsApp for a "
            "confirmation. Without it you get no offers.",
        ),
        "ko": FormText(
            "WhatsApp 혜택 알림",
            "WhatsApp 전화번호",
            "국가 번호를 포함해 주세요. 예: 대한민국 +82",
            "네, {shop}의 혜택 및 광고 메시지를 WhatsApp으로 받겠습니다. STOP이라고 "
            "보내면 언제든지 그만 받을 수 있습니다.",
            "보내기",
            "전화번호를 확인할 수 없습니다. 국가 번호를 포함해 입력해 주세요.",
            "혜택 알림을 받으려면 동의란에 체크해 주세요.",
            "페이지가 너무 오래 열려 있었습니다. 다시 한 번 보내 주세요.",
            "지금은 처리할 수 없습니다. 나중에 다시 시도해 주세요.",
            "감사합니다. 메시지를 받을 수 있는 번호라면 WhatsApp으로 확인을 요청해 "
            "드립니다. 확인하기 전에는 혜택 알림이 발송되지 않습니다.",
        ),
        "pt_BR": FormText(
            "Ofertas no WhatsApp",
            "Seu número de WhatsApp",
            "Com o código do país, por exemplo +55 para o Brasil",
            "Sim, quero receber ofertas de {shop} no WhatsApp. Posso parar a qualquer "
            "momento escrevendo STOP.",
            "Enviar",
            "Não foi possível ler este número. Escreva com o código do país.",
            "Marque a caixa se quiser receber ofertas.",
            "Esta página ficou aberta por muito tempo. Envie mais uma vez.",
            "Isso não funciona no momento. Tente de novo mais tarde.",
            "Obrigado. Se o número puder receber nossas mensagens, pediremos uma "
            "confirmação no WhatsApp. Sem ela, nenhuma oferta é enviada.",
        ),
        "es": FormText(
            "Ofertas por WhatsApp",
            "Tu número de WhatsApp",
            "Con el prefijo del país, por ejemplo +34 para España",
            "Sí, quiero recibir ofertas de {shop} por WhatsApp. Puedo dejar de "
            "recibirlas en cualquier momento escribiendo STOP.",
            "Enviar",
            "No se puede leer este número. Escríbelo con el prefijo del país.",
            "Marca la casilla si quieres recibir ofertas.",
            "Esta página estuvo abierta demasiado tiempo. Envíala otra vez.",
            "Ahora mismo no funciona. Inténtalo de nuevo más tarde.",
            "Gracias. Si el número puede recibir nuestros mensajes, pediremos una "
            "confirmación por WhatsApp. Sin ella no se envían ofertas.",
        ),
        "hi": FormText(
            "WhatsApp पर ऑफ़र",
            "आपका WhatsApp नंबर",
            "देश के कोड के साथ, जैसे भारत के लिए +91",
            "हाँ, मैं WhatsApp पर {shop} के ऑफ़र पाना चाहता/चाहती हूँ। STOP लिखकर मैं इन्हें "
            "कभी भी बंद कर सकता/सकती हूँ।",
            "भेजें",
            "यह नंबर पढ़ा नहीं जा सका। कृपया इसे देश के कोड के साथ लिखें।",
            "अगर आप ऑफ़र पाना चाहते हैं, तो कृपया बॉक्स पर निशान लगाएँ।",
            "यह पेज बहुत देर तक खुला रहा। कृपया एक बार फिर भेजें।",
            "अभी यह काम नहीं कर रहा है। कृपया बाद में फिर कोशिश करें।",
            "धन्यवाद। अगर इस नंबर पर हमारे संदेश आ सकते हैं, तो हम WhatsApp पर पुष्टि माँगेंगे। "
            "पुष्टि के बिना कोई ऑफ़र नहीं भेजा जाता।",
        ),
        "id": FormText(
            "Penawaran di WhatsApp",
            "Nomor WhatsApp Anda",
            "Dengan kode negara, misalnya +62 untuk Indonesia",
            "Ya, saya ingin menerima penawaran dari {shop} di WhatsApp. Saya dapat "
            "berhenti kapan saja dengan menulis STOP.",
            "Kirim",
            "Nomor ini tidak dapat dibaca. Tuliskan dengan kode negara.",
            "Centang kotak jika Anda ingin menerima penawaran.",
            "Halaman ini terbuka terlalu lama. Silakan kirim sekali lagi.",
            "Saat ini tidak berfungsi. Silakan coba lagi nanti.",
            "Terima kasih. Jika nomor itu dapat menerima pesan kami, kami meminta "
            "konfirmasi di WhatsApp. Tanpa itu, tidak ada penawaran yang dikirim.",
        ),
        "ar": FormText(
            "عروض عبر واتساب",
            "رقم واتساب الخاص بك",
            "مع رمز الدولة، مثل \u2066+966\u2069 للسعودية",
            "نعم، أريد تلقي عروض {shop} عبر واتساب. يمكنني إيقافها في أي وقت بكتابة "
            "STOP.",
            "إرسال",
            "تعذرت قراءة هذا الرقم. يرجى كتابته مع رمز الدولة.",
            "يرجى وضع علامة في المربع إذا كنت تريد تلقي العروض.",
            "بقيت هذه الصفحة مفتوحة مدة طويلة. يرجى الإرسال مرة أخرى.",
            "هذا لا يعمل الآن. يرجى المحاولة لاحقًا.",
            "شكرًا لك. إذا كان الرقم يستقبل رسائلنا فسنطلب التأكيد عبر واتساب. "
            "ومن دون التأكيد لا تُرسل أي عروض.",
        ),
        "de": FormText(
            "Angebote per WhatsApp",
            "Ihre WhatsApp-Nummer",
            "Mit Ländervorwahl, zum Beispiel +49 für Deutschland",
            "Ja, ich möchte Angebote von {shop} per WhatsApp bekommen. Ich kann das "
            "jederzeit beenden, indem ich STOP schreibe.",
            "Senden",
            "Diese Nummer ist nicht lesbar. Bitte mit Ländervorwahl schreiben.",
            "Bitte setzen Sie den Haken, wenn Sie Angebote bekommen möchten.",
            "Diese Seite war zu lange offen. Bitte noch einmal senden.",
            "Das geht gerade nicht. Bitte versuchen Sie es später noch einmal.",
            "Danke. Wenn die Nummer unsere Nachrichten empfangen kann, bitten wir per "
            "WhatsApp um eine Bestätigung. Ohne sie gibt es keine Angebote.",
        ),
        "fr": FormText(
            "Offres sur WhatsApp",
            "Votre numéro WhatsApp",
            "Avec l’indicatif du pays, par exemple +33 pour la France",
            "Oui, je veux recevoir les offres de {shop} sur WhatsApp. Je peux arrêter "
            "à tout moment en écrivant STOP.",
            "Envoyer",
            "Ce numéro est illisible. Écrivez-le avec l’indicatif du pays.",
            "Cochez la case si vous voulez recevoir des offres.",
            "Cette page est restée ouverte trop longtemps. Envoyez-la encore une fois.",
            "Cela ne fonctionne pas pour le moment. Réessayez plus tard.",
            "Merci. Si ce numéro peut recevoir nos messages, nous demandons une "
            "confirmation sur WhatsApp. Sans elle, aucune offre n’est envoyée.",
        ),
        "zh_TW": FormText(
            "WhatsApp 優惠訊息",
            "您的 WhatsApp 號碼",
            "請加上國碼，例如台灣 +886",
            "是的，我想透過 WhatsApp 接收 {shop} 的優惠訊息。"
            "我可以隨時傳送 STOP 停止接收。",
            "送出",
            "無法辨識這個號碼，請加上國碼。",
            "若要接收優惠訊息，請勾選方塊。",
            "此頁面開啟過久，請再送出一次。",
            "目前無法處理，請稍後再試。",
            "謝謝您。如果此號碼能接收我們的訊息，"
            "我們會透過 WhatsApp 請您確認；未經確認不會傳送優惠訊息。",
        ),
    }
)
