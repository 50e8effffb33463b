"""What is said beside the products that somebody has asked for, in every language.

``{shop}`` is the store's name. Price and stock stand on what is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProductTexts:
    """``one`` stands beside one thing, ``several`` beside what it comes in, ``fitting``
    beside several things and ``everything`` above the way into the whole catalog.
    ``others`` has 24 characters at most: it stands above things that have no kind."""

    one: str
    several: str
    fitting: str
    everything: str
    others: str


PRODUCTS: Mapping[str, ProductTexts] = {
    "en": ProductTexts(
        "Here it is, from {shop}:",
        "{shop} has it in several versions. Have a look and choose yours:",
        "{shop} has several that may be what you are looking for:",
        "Here is what {shop} has on WhatsApp. Have a look around:",
        "More",
    ),
    "ko": ProductTexts(
        "문의하신 {shop} 상품입니다.",
        "{shop}에서 여러 옵션으로 판매하고 있습니다. 살펴보고 골라 주세요.",
        "{shop}에서 찾으시는 상품을 모았습니다. 살펴보고 골라 주세요.",
        "{shop}의 상품을 WhatsApp에서 편하게 둘러보세요.",
        "기타",
    ),
    "pt_BR": ProductTexts(
        "Aqui está, de {shop}:",
        "{shop} tem este produto em várias opções. Dê uma olhada e escolha a sua:",
        "{shop} tem vários produtos que podem ser o que você procura:",
        "Veja tudo o que {shop} tem no WhatsApp:",
        "Outros",
    ),
    "es": ProductTexts(
        "Aquí lo tiene, de {shop}:",
        "{shop} lo tiene en varias opciones. Échele un vistazo y elija la suya:",
        "{shop} tiene varios artículos que pueden ser lo que busca:",
        "Esto es lo que {shop} tiene en WhatsApp. Eche un vistazo:",
        "Otros",
    ),
    "hi": ProductTexts(
        "{shop} का यह उत्पाद यहाँ देखें:",
        "{shop} में यह कई विकल्पों में उपलब्ध है। देखकर अपनी पसंद चुनें:",
        "{shop} में आपकी पसंद के कई उत्पाद हैं। देखें और चुनें:",
        "{shop} के सभी उत्पाद WhatsApp पर यहाँ देखें:",
        "अन्य",
    ),
    "id": ProductTexts(
        "Ini produknya dari {shop}:",
        "{shop} punya beberapa pilihan untuk produk ini. Silakan lihat dan pilih:",
        "{shop} punya beberapa produk yang mungkin Anda cari. Silakan lihat:",
        "Ini semua produk {shop} di WhatsApp. Silakan lihat-lihat:",
        "Lainnya",
    ),
    "ar": ProductTexts(
        "إليك المنتج من {shop}:",
        "يتوفر هذا المنتج لدى {shop} بعدة خيارات. تصفّحها واختر ما يناسبك:",
        "لدى {shop} عدة منتجات قد تكون ما تبحث عنه:",
        "إليك كل ما يقدمه {shop} على واتساب. تصفّح على راحتك:",
        "منتجات أخرى",
    ),
    "de": ProductTexts(
        "Hier ist der Artikel von {shop}:",
        "{shop} hat ihn in mehreren Ausführungen. Schauen Sie sich um und wählen Sie:",
        "{shop} hat mehreres, das Sie suchen könnten:",
        "Das alles hat {shop} auf WhatsApp. Schauen Sie sich gern um:",
        "Weiteres",
    ),
    "fr": ProductTexts(
        "Le voici, chez {shop} :",
        "{shop} le propose en plusieurs versions. Regardez et choisissez la vôtre :",
        "{shop} a plusieurs articles qui pourraient vous convenir :",
        "Voici tout ce que {shop} propose sur WhatsApp. Jetez-y un œil :",
        "Autres",
    ),
    "zh_TW": ProductTexts(
        "這是您詢問的 {shop} 商品：",
        "{shop} 有多種款式可供選擇，歡迎看看並挑選：",
        "{shop} 有多項商品可能符合您的需求，歡迎看看：",
        "這裡是 {shop} 在 WhatsApp 上的所有商品，歡迎逛逛：",
        "其他商品",
    ),
}
