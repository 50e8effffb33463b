"""What a link says that leads nowhere any more, in every language of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LinkText:
    """``over`` says that it is, and ``home`` leads to the store's own page."""

    over: str
    home: str


TEXTS: Mapping[str, LinkText] = MappingProxyType(
    {
        "en": LinkText("This link is no longer valid.", "Go to the store"),
        "ko": LinkText("더 이상 사용할 수 없는 링크입니다.", "쇼핑몰로 가기"),
        "pt_BR": LinkText("Este link não é mais válido.", "Ir para a loja"),
        "es": LinkText("Este enlace ya no es válido.", "Ir a la tienda"),
        "hi": LinkText("यह लिंक अब मान्य नहीं है।", "स्टोर पर जाएँ"),
        "id": LinkText("Tautan ini sudah tidak berlaku.", "Buka toko"),
        "ar": LinkText("لم يعد هذا الرابط صالحًا.", "الانتقال إلى المتجر"),
        "de": LinkText("Dieser Link ist nicht mehr gültig.", "Zum Shop"),
        "fr": LinkText("Ce lien n’est plus valable.", "Aller à la boutique"),
        "zh_TW": LinkText("此連結已失效。", "前往商店"),
    }
)
