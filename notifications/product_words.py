"""Words by which people ask a shop for one of its things, in ten languages.

``{}`` stands for what it is called. What is not a question in itself, such as a name
beside the word for a price, is one in a chat with a shop.
"""

from collections.abc import Mapping

ASKING: Mapping[str, tuple[str, ...]] = {
    "en": (
        *(
            "do you have {}",
            "do you have the {}",
            "do you have a {}",
            "have you got {}",
        ),
        *("do you sell {}", "do you sell the {}", "is {} available", "{} available"),
        *("is the {} available", "is {} in stock", "is the {} in stock"),
        *("how much is {}", "how much is the {}", "how much for {}", "price of {}"),
        *("price of the {}", "{} price", "how much does {} cost", "{} in stock"),
        *("how much does the {} cost", "what does {} cost", "show me {}"),
        "show me the {}",
    ),
    "ko": (
        *("{} 있어요", "{} 있나요", "{} 있습니까", "{} 있어", "{} 있을까요"),
        *("{}은 있나요", "{}는 있나요", "{}이 있나요", "{}가 있나요", "{} 팔아요"),
        *("{}은 있어요", "{}는 있어요", "{}이 있어요", "{}가 있어요", "{} 파나요"),
        *("{} 얼마예요", "{} 얼마에요", "{} 얼마인가요", "{} 얼마죠", "{} 가격"),
        *("{}은 얼마예요", "{}는 얼마예요", "{} 가격이 얼마예요", "{} 가격 알려주세요"),
        *("{} 재고 있나요", "{} 재고 있어요", "{} 살 수 있나요", "{} 보여주세요"),
    ),
    "pt_BR": (
        *("vocês têm {}", "vocês têm o {}", "vocês têm a {}", "você tem {}"),
        *("vcs têm {}", "vc tem {}", "tem {}", "tem o {}", "tem a {}", "vendem {}"),
        *("quanto custa {}", "quanto custa o {}", "quanto custa a {}", "quanto é {}"),
        *(
            "quanto é o {}",
            "quanto é a {}",
            "preço de {}",
            "preço do {}",
            "preço da {}",
        ),
        *("qual o preço de {}", "qual o preço do {}", "qual o preço da {}", "{} preço"),
        *("{} está disponível", "o {} está disponível", "a {} está disponível"),
    ),
    "es": (
        *("tienen {}", "tienen el {}", "tienen la {}", "tienes {}", "hay {}"),
        *("venden {}", "venden el {}", "venden la {}", "cuánto cuesta {}"),
        *("cuánto cuesta el {}", "cuánto cuesta la {}", "cuánto vale {}"),
        *("cuánto vale el {}", "cuánto vale la {}", "precio de {}", "precio del {}"),
        *("precio de la {}", "{} precio", "{} está disponible", "tendrán {}"),
        *("está disponible {}", "está disponible el {}", "está disponible la {}"),
    ),
    "hi": (
        *("क्या आपके पास {} है", "आपके पास {} है", "क्या {} है", "{} है क्या", "{} है"),
        *("{} मिलेगा", "{} मिलेगी", "क्या {} मिलेगा", "क्या {} मिलेगी", "{} कितने का है"),
        *("{} कितने की है", "{} की कीमत", "{} की कीमत क्या है", "{} का दाम"),
        *("{} का दाम क्या है", "{} उपलब्ध है", "क्या {} उपलब्ध है", "{} hai kya"),
        *("kya aapke paas {} hai", "aapke paas {} hai", "{} kitne ka hai", "{} milega"),
        *("{} kitne ki hai", "{} milegi", "{} ka price"),
    ),
    "id": (
        *("ada {}", "apakah ada {}", "apakah {} ada", "{} ada", "{} masih ada"),
        *("apakah {} masih ada", "{} tersedia", "apakah {} tersedia", "jual {}"),
        *("apakah jual {}", "berapa harga {}", "berapa harganya {}", "harga {}"),
        *("{} berapa", "{} berapa harganya", "{} harganya berapa", "{} ready"),
        *("{} ready stock", "{} stoknya ada", "punya {}"),
    ),
    "ar": (
        *("هل لديكم {}", "لديكم {}", "هل عندكم {}", "عندكم {}", "هل يوجد {}"),
        *("يوجد {}", "هل {} متوفر", "هل {} متوفرة", "{} متوفر", "{} متوفرة"),
        *("هل يتوفر {}", "كم سعر {}", "سعر {}", "بكم {}", "ما سعر {}", "كم ثمن {}"),
        *("هل تبيعون {}",),
    ),
    "de": (
        *("haben sie {}", "haben sie den {}", "haben sie die {}", "haben sie das {}"),
        *("haben sie einen {}", "haben sie eine {}", "haben sie ein {}", "habt ihr {}"),
        *("habt ihr den {}", "habt ihr die {}", "habt ihr das {}", "gibt es {}"),
        *("gibt es den {}", "gibt es die {}", "gibt es das {}", "was kostet {}"),
        *("was kostet der {}", "was kostet die {}", "was kostet das {}", "{} preis"),
        *("wie viel kostet {}", "wie viel kostet der {}", "wie viel kostet die {}"),
        *("wie viel kostet das {}", "preis von {}", "ist {} verfügbar", "{} verfügbar"),
        *("ist der {} verfügbar", "ist die {} verfügbar", "ist das {} verfügbar"),
        *("ist {} auf lager", "verkaufen sie {}"),
    ),
    "fr": (
        *("avez vous {}", "avez vous le {}", "avez vous la {}", "avez vous les {}"),
        *(
            "vous avez {}",
            "vous avez le {}",
            "vous avez la {}",
            "est-ce que vous avez {}",
        ),
        *("avez vous un {}", "avez vous une {}", "vendez vous {}", "il y a {}"),
        *("combien coûte {}", "combien coûte le {}", "combien coûte la {}"),
        *("combien pour {}", "quel est le prix de {}", "quel est le prix du {}"),
        *("quel est le prix de la {}", "prix de {}", "prix du {}", "prix de la {}"),
        *("{} prix", "{} est disponible", "{} disponible", "le {} est disponible"),
        *("la {} est disponible",),
    ),
    "zh_TW": (
        *("有{}嗎", "請問有{}嗎", "有沒有{}", "請問有沒有{}", "{}有嗎", "有賣{}嗎"),
        *("請問有賣{}嗎", "{}多少錢", "請問{}多少錢", "{}有現貨嗎", "請問{}有現貨嗎"),
        *("{}有貨嗎", "請問{}有貨嗎", "{}價格", "{}還有嗎", "請問{}還有嗎", "有没有{}"),
        *("有{}吗", "{}多少钱"),
    ),
}

SAID_EVERY_DAY: tuple[str, ...] = (
    *("thank you", "thank you so much", "thank you very much", "thanks a lot"),
    *("good morning", "good night", "good evening", "good afternoon", "good luck"),
    *("happy birthday", "happy new year", "merry christmas", "see you", "love you"),
    *("i love you", "get well soon", "no problem", "gift card", "hello there"),
    *("best wishes", "happy holidays", "my order", "free shipping", "hello world"),
    *("안녕하세요", "감사합니다", "고맙습니다", "생일 축하해요", "생일 축하합니다"),
    *("새해 복 많이 받으세요", "사랑해요", "사랑합니다", "안녕히 계세요"),
    *("muito obrigado", "muito obrigada", "bom dia", "boa tarde", "boa noite"),
    *("feliz aniversário", "feliz natal", "feliz ano novo", "te amo", "tudo bem"),
    *("muchas gracias", "buenos días", "buenas tardes", "buenas noches", "te quiero"),
    *("feliz cumpleaños", "feliz navidad", "feliz año nuevo"),
    *("बहुत धन्यवाद", "शुभ प्रभात", "शुभ रात्रि", "जन्मदिन मुबारक", "नया साल मुबारक"),
    *("terima kasih", "terima kasih banyak", "selamat pagi", "selamat siang"),
    *("selamat sore", "selamat malam", "selamat ulang tahun", "selamat tahun baru"),
    *("شكرا جزيلا", "صباح الخير", "مساء الخير", "عيد مبارك", "كل عام وانتم بخير"),
    *("عيد ميلاد سعيد", "رمضان كريم", "السلام عليكم"),
    *("vielen dank", "guten morgen", "guten tag", "guten abend", "gute nacht"),
    *("frohe weihnachten", "frohes neues jahr", "alles gute", "danke schön"),
    *("merci beaucoup", "bonne nuit", "bonne journée", "bonne année", "je t'aime"),
    *("joyeux anniversaire", "joyeux noël", "bonne soirée"),
    *("非常感謝", "生日快樂", "新年快樂", "聖誕快樂", "恭喜發財", "我愛你", "謝謝你們"),
)
"""What is said to a shop without asking for anything, though a card or a shirt may well
be called so."""
