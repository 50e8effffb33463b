"""What is said beside a product that somebody has asked for, in every language.

``{shop}`` is the store's name. Price and stock stand on what is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProductTexts:
    """``one`` stands beside one thing, ``several`` beside what it comes in."""

    one: str
    several: str


PRODUCTS: Mapping[str, ProductTexts] = {
    "en": ProductTexts(
        "Here it is, from {shop}:",
        "{shop} has it in several versions. Have a look and choose yours:",
    ),
    "ko": ProductTexts(
        "문의하신 {shop} 상품입니다.",
        "{shop}에서 여러 옵션으로 판매하고 있습니다. 살펴보고 골라 주세요.",
    ),
    "pt_BR": ProductTexts(
        "Aqui está, de {shop}:",
        "{shop} tem este produto em várias opções. Dê uma olhada e escolha a sua:",
    ),
    "es": ProductTexts(
        "Aquí lo tiene, de {shop}:",
        "{shop} lo tiene en varias opciones. Échele un vistazo y elija la suya:",
    ),
    "hi": ProductTexts(
        "{shop} का यह उत्पाद यहाँ देखें:",
        "{shop} में यह कई विकल्पों में उपलब्ध है। देखकर अपनी पसंद चुनें:",
    ),
    "id": ProductTexts(
        "Ini produknya dari {shop}:",
        "{shop} punya beberapa pilihan untuk produk ini. Silakan lihat dan pilih:",
    ),
    "ar": ProductTexts(
        "إليك المنتج من {shop}:",
        "يتوفر هذا المنتج لدى {shop} بعدة خيارات. تصفّحها واختر ما يناسبك:",
    ),
    "de": ProductTexts(
        "Hier ist der Artikel von {shop}:",
        "{shop} hat ihn in mehreren Ausführungen. Schauen Sie sich um und wählen Sie:",
    ),
    "fr": ProductTexts(
        "Le voici, chez {shop} :",
        "{shop} le propose en plusieurs versions. Regardez et choisissez la vôtre :",
    ),
    "zh_TW": ProductTexts(
        "這是您詢問的 {shop} 商品：",
        "{shop} 有多種款式可供選擇，歡迎看看並挑選：",
    ),
}
